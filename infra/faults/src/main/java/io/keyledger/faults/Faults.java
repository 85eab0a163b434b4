package io.keyledger.faults;

import io.keyledger.faults.Run.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./keyledger faults}: see README.md of this module. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a platform of its own, breaks it by a seed while requests go on, checks what must always hold, removes it.",
            "Exit code 0: all held. 1: something did not; the seed, the history and the logs are left.",
            "As root also partitions and full disks; nothing outside its folder, namespace and loopback is touched."
        })
public final class Faults implements Callable<Integer> {
    @Option(names = "--minutes", defaultValue = "10", description = "how long things break (default 10)")
    int minutes;

    @Option(names = "--once", description = "each kind of fault once, briefly, instead: what ./mvnw verify does")
    boolean once;

    @Option(names = "--check", description = "no run: reads the history of one again, and says what the checkers find")
    @Nullable
    Path check;

    @Option(names = "--seed", description = "which faults, in which order (default: a new one, which is printed)")
    @Nullable
    Long seed;

    @Option(names = "--data", description = "folder; must not exist (default: a new one in /var/tmp)")
    @Nullable
    Path data;

    @Option(names = "--keep", description = "leave the folder also when all held")
    boolean keep;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Faults()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        return check == null ? run() : read(check);
    }

    private int read(Path history) throws IOException {
        List<Checker> checkers = Checker.all();
        History.read(history, checkers);
        boolean held = true;
        for (Checker checker : checkers) {
            Findings found = checker.findings();
            out.println(checker.guarantee() + ": " + found);
            found.violations().forEach(out::println);
            held &= found.count() == 0;
        }
        return held ? 0 : 1;
    }

    private int run() throws IOException, InterruptedException {
        if (minutes < 1 || minutes > 24 * 60) {
            throw new IllegalArgumentException("--minutes must be from 1 to 1440, not " + minutes);
        }
        long chosen = seed == null ? new Random().nextInt(Integer.MAX_VALUE) : seed;
        Path folder = data == null
                ? Path.of(
                        "/var/tmp",
                        "keyledger-faults-" + ProcessHandle.current().pid())
                : data;
        if (Files.exists(folder)) {
            throw new IllegalArgumentException(folder + " exists");
        }
        out.println("seed " + chosen);
        Run run = new Run(chosen, folder, out::println);
        Report report = once ? run.once() : run.lasting(Duration.ofMinutes(minutes));
        report.faults().forEach((kind, count) -> out.println(count + " x " + kind.wire()));
        report.failures().forEach(failure -> out.println("FAILED " + failure));
        if (report.failures().isEmpty()) {
            out.println("all held");
            if (!keep) {
                deleteAll(folder);
            }
            return 0;
        }
        out.println("seed %d; history: %s; logs: %s"
                .formatted(chosen, run.historyFile(), folder.resolve("data").resolve("logs")));
        return 1;
    }

    static void deleteAll(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
