package io.keyledger.cli.process;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Supervision;
import io.keyledger.standalone.Supervision.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what the processes say. */
@Command(
        name = "logs",
        header = "Show the last lines of the logs.",
        description = {"", "Of one process, or of all, each line with the name of its process.", ""},
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger logs command-service --follow", "  keyledger logs -n 200 kafka"})
public final class LogsCommand extends PlatformCommand {
    private static final int BLOCK = 1 << 16;
    private static final int POLL_MILLIS = 200;

    @Parameters(arity = "0..*", paramLabel = "PROCESS", description = "A name that `keyledger status` shows.")
    private List<String> names = List.of();

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "40",
            description = "How many lines of each (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written from now, until Ctrl-C.")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lines < 0) {
            throw usage("--lines must not be negative");
        }
        DataDir dir = new DataDir(globals().data());
        Map<String, Path> logs = new LinkedHashMap<>();
        List<Status> all = new Supervision(dir).processes();
        for (Status process : all) {
            if (names.isEmpty() || names.contains(process.name())) {
                logs.put(process.name(), process.log());
            }
        }
        for (String name : names) {
            if (!logs.containsKey(name)) {
                throw new Failure(
                        Failure.USAGE,
                        all.isEmpty()
                                ? "No platform has been started in " + dir.root() + ": run `keyledger up`."
                                : "There is no process " + name + "; there are "
                                        + all.stream().map(Status::name).collect(Collectors.joining(", ")) + ".");
            }
        }
        Map<String, Long> shown = new LinkedHashMap<>();
        for (Map.Entry<String, Path> log : logs.entrySet()) {
            shown.put(log.getKey(), last(log.getKey(), log.getValue(), logs.size() > 1));
        }
        while (follow) {
            Thread.sleep(POLL_MILLIS);
            for (Map.Entry<String, Path> log : logs.entrySet()) {
                shown.merge(log.getKey(), 0L, (from, _) -> more(log.getKey(), log.getValue(), from, logs.size() > 1));
            }
        }
        return 0;
    }

    /** The last lines, read from the end backwards. */
    private long last(String name, Path log, boolean named) throws IOException {
        if (!Files.exists(log)) {
            return 0;
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long end = file.length();
            long from = end;
            String text = "";
            while (from > 0 && text.lines().count() <= lines) {
                from = Math.max(0, from - BLOCK);
                text = read(file, from, end);
            }
            List<String> found = text.lines().toList();
            found.subList(Math.max(0, found.size() - lines), found.size()).forEach(line -> say(name, line, named));
            return end;
        }
    }

    /** What was written since; a log that became shorter was begun anew. */
    private long more(String name, Path log, long from, boolean named) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long begin = file.length() < from ? 0 : from;
            String fresh = read(file, begin, Math.min(file.length(), begin + (1 << 20)));
            int end = fresh.lastIndexOf('\n') + 1;
            fresh.substring(0, end).lines().forEach(line -> say(name, line, named));
            return begin + fresh.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
        } catch (IOException e) {
            return from;
        }
    }

    private static String read(RandomAccessFile file, long from, long end) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(end - from)];
        file.seek(from);
        file.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void say(String name, String line, boolean named) {
        if (console().json()) {
            console().object(Map.of("process", name, "line", line));
        } else {
            console().line(named ? "%-16s | %s".formatted(name, line) : line);
        }
    }
}
