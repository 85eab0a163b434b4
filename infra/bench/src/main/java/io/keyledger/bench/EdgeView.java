package io.keyledger.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures an edge's view by itself, in a JVM of its own: no platform, no network. */
@Command(
        name = "edge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures what an edge does in memory: one key checked, the size of the view, revocations streaming in.")
final class EdgeView implements Callable<Integer> {
    @Option(names = "--credentials", defaultValue = "10000000", description = "in the view (default 10000000)")
    int credentials;

    @Option(names = "--revocations", defaultValue = "1000000", description = "that stream in (default 1000000)")
    int revocations;

    @Option(names = "--rounds", defaultValue = "9", description = "counted, of each block (default 9)")
    int rounds;

    @Option(
            names = "--names",
            defaultValue = "shared",
            description =
                    "of keys: shared beginnings and a number, or 16 letters of their own: shared, own (default shared)")
    String names = "shared";

    @Option(names = "--heap", defaultValue = "3g", description = "of the JVM (default 3g)")
    String heap = "3g";

    @Option(
            names = "--collector",
            defaultValue = "Serial",
            description = "garbage collector: Serial, as the launcher gives edges, or G1, Z, Parallel (default Serial)")
    String collector = "Serial";

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (credentials < ViewPopulation.PRESENTED * 2 || revocations > credentials / 2 || rounds < 1) {
            throw new IllegalArgumentException(
                    "--credentials must be at least %d and twice --revocations, --rounds at least 1"
                            .formatted(ViewPopulation.PRESENTED * 2));
        }
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx" + heap,
                "-XX:+Use" + collector + "GC",
                "-cp",
                System.getProperty("java.class.path"),
                EdgeLevel.class.getName()));
        command.addAll(
                List.of(String.valueOf(credentials), String.valueOf(revocations), String.valueOf(rounds), names));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
