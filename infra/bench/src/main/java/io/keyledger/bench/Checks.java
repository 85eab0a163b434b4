package io.keyledger.bench;

import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One key checked in memory, by JMH: time and bytes allocated. */
@Command(
        name = "checks",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures with JMH what it takes to check one key: nanoseconds and bytes allocated.")
final class Checks implements Callable<Integer> {
    @Option(names = "--credentials", defaultValue = "1000000", description = "in the view (default 1000000)")
    String credentials = "1000000";

    @Option(names = "--forks", defaultValue = "3", description = "JVMs, one after the other (default 3)")
    int forks;

    @Override
    public Integer call() throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include("\\b" + KeyChecks.class.getSimpleName() + "\\b")
                        .param("credentials", credentials)
                        .addProfiler(GCProfiler.class)
                        .forks(forks)
                        .build())
                .run();
        return 0;
    }
}
