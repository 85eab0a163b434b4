package io.keyledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * CPU time of a process, user and system, by the kernel's own count.
 *
 * @param nanos of the whole process
 * @param byThread of each thread that is there, by its name without the number behind it
 */
record ProcessTime(long nanos, Map<String, Long> byThread) {
    /** The kernel counts user and system time in these; fixed at 100 a second for user space. */
    private static final long NANOS_PER_TICK = 10_000_000;

    static ProcessTime of(long pid) throws IOException {
        Map<String, Long> threads = new TreeMap<>();
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        try (var list = Files.newDirectoryStream(tasks)) {
            for (Path task : list) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip().replaceFirst("[-_ #]?\\d+$", "");
                    // Nanoseconds on the CPU, exact; ticks are not for a thread that runs a little at a time.
                    long onCpu = Long.parseLong(
                            Files.readString(task.resolve("schedstat")).split(" ", -1)[0]);
                    threads.merge(name, onCpu, Long::sum);
                } catch (NoSuchFileException e) {
                    // It has ended meanwhile; the process's own time holds what it used.
                }
            }
        }
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return new ProcessTime(
                (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * NANOS_PER_TICK, threads);
    }

    /** What was used since {@code before}. */
    ProcessTime since(ProcessTime before) {
        Map<String, Long> threads = new TreeMap<>();
        byThread.forEach((name, time) -> threads.put(name, time - before.byThread.getOrDefault(name, 0L)));
        return new ProcessTime(nanos - before.nanos, threads);
    }

    /** Of all threads whose name begins so. */
    long of(String prefix) {
        return byThread.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
