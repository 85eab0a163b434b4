package io.keyledger.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/** Starts only the servers, for the work on one service: {@code servers --data DIR [--free-ports]}; ends with Ctrl-C. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<String> all = Arrays.asList(arguments);
        int data = all.indexOf("--data");
        if (all.isEmpty() || !all.getFirst().equals("servers") || data < 0 || data + 1 >= all.size()) {
            System.err.println("usage: servers --data DIR [--free-ports]");
            System.exit(2);
            return;
        }
        Platform.Builder builder = Platform.builder()
                .dataDir(Path.of(all.get(data + 1)))
                .serversOnly()
                .progress(System.out::println);
        if (all.contains("--free-ports")) {
            builder.freePorts();
        }
        Platform platform = builder.build();
        try {
            platform.start();
            platform.writeForDevelopers();
        } catch (StartFailure | IOException e) {
            System.err.println("keyledger: " + e.getMessage());
            System.exit(1);
        }
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
