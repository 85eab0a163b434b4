package io.keyledger.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * For developers and for {@code infra/compose}; users take {@code keyledger}.
 *
 * <pre>
 * servers --data DIR [--free-ports]                   only the servers, until Ctrl-C
 * compose-files|compose-provision|compose-first-key --data DIR    what {@link ComposeFiles} says
 * </pre>
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<String> all = Arrays.asList(arguments);
        int data = all.indexOf("--data");
        if (all.isEmpty() || data < 1 || data + 1 >= all.size()) {
            System.err.println("usage: servers|compose-files|compose-provision|compose-first-key --data DIR");
            System.exit(2);
            return;
        }
        DataDir dir = new DataDir(Path.of(all.get(data + 1)));
        try {
            switch (all.getFirst()) {
                case "servers" -> servers(dir, all.contains("--free-ports"));
                case "compose-files" -> new ComposeFiles(dir).files();
                case "compose-provision" -> new ComposeFiles(dir).provision();
                case "compose-first-key" -> new ComposeFiles(dir).firstKey();
                default -> throw new StartFailure("no such thing to do: " + all.getFirst());
            }
        } catch (StartFailure | IOException e) {
            System.err.println("keyledger: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void servers(DataDir dir, boolean freePorts) throws IOException, InterruptedException {
        Platform.Builder builder =
                Platform.builder().dataDir(dir.root()).serversOnly().progress(System.out::println);
        if (freePorts) {
            builder.freePorts();
        }
        Platform platform = builder.build();
        platform.start();
        platform.writeForDevelopers();
        System.out.println("ready; addresses and passwords: "
                + platform.dataDir().root().resolve("servers.properties") + "; Ctrl-C stops");
        new CountDownLatch(1).await();
    }

    static String text(Properties properties) {
        StringBuilder text = new StringBuilder();
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> text.append(name)
                        .append('=')
                        .append(properties.getProperty(name))
                        .append('\n'));
        return text.toString();
    }
}
