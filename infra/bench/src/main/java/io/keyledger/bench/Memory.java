package io.keyledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a process and its children hold in memory, as Linux tells: resident, and proportional, in which a page that n
 * processes share counts one n-th for each. Processes of PostgreSQL share most of what they hold.
 */
record Memory(long residentKb, long proportionalKb) {

    static Memory of(long pid) {
        long resident = 0;
        long proportional = 0;
        for (long one : LongStream.concat(
                        LongStream.of(pid),
                        ProcessHandle.of(pid).stream()
                                .flatMap(ProcessHandle::descendants)
                                .mapToLong(ProcessHandle::pid))
                .toArray()) {
            resident += value(one, "Rss:");
            proportional += value(one, "Pss:");
        }
        return new Memory(resident, proportional);
    }

    private static long value(long pid, String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            // It has ended meanwhile.
            return 0;
        }
    }

    Memory plus(Memory other) {
        return new Memory(residentKb + other.residentKb, proportionalKb + other.proportionalKb);
    }

    static double megabytes(long kb) {
        return kb / 1024.0;
    }
}
