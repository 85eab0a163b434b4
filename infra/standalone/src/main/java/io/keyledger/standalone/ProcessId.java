package io.keyledger.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One process for certain: its number and when it started. A number alone is used again by the system, after a reboot or in
 * a busy container within minutes, and what is stopped by number alone may be a stranger.
 *
 * @param born opaque; differs between two processes that had the same number
 */
record ProcessId(long pid, String born) {
    /** Stopped, stopped by a tracer, ended. */
    private static final Set<String> STOPPED = Set.of("T", "t", "Z", "X");

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** The process that has the number now. */
    static Optional<ProcessId> of(long pid) {
        return born(pid).map(born -> new ProcessId(pid, born));
    }

    /** What {@link #write} left behind; empty when nothing did. */
    static Optional<ProcessId> read(Path file) throws IOException {
        try {
            String[] parts = Files.readString(file).strip().split(" ", 2);
            return parts.length == 2
                    ? Optional.of(new ProcessId(Long.parseLong(parts[0]), parts[1]))
                    : Optional.empty();
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    void write(Path file) throws IOException {
        PrivateFiles.write(file, pid + " " + born + "\n");
    }

    /** Whether this very process is there; one that ended and was not collected by its parent is not. */
    boolean isAlive() {
        return born(pid).filter(born::equals).isPresent();
    }

    /** Sends a signal, {@code TERM} or {@code KILL} and so on; nothing when the process is gone. */
    void signal(String signal) throws InterruptedException {
        signal(signal, List.of(this));
    }

    /** Sends a signal to the process and all its descendants. */
    void signalAll(String signal) throws InterruptedException {
        signal(signal, all());
    }

    /**
     * Stops the clock for the process and all its descendants (SIGSTOP), and returns when it has stopped: the signal alone is
     * only a wish, and each thread goes on until it next enters the kernel.
     */
    void stopAll() throws InterruptedException {
        Set<ProcessId> stopped = new HashSet<>();
        // Whoever still ran may have had a child in the meantime; once nobody new is found, nobody is left who could.
        List<ProcessId> found = all();
        while (!found.isEmpty()) {
            signal("STOP", found);
            for (ProcessId process : found) {
                while (process.isAlive() && !process.isStopped()) {
                    Thread.sleep(1);
                }
            }
            stopped.addAll(found);
            found = all();
            found.removeAll(stopped);
        }
    }

    /** Whether every thread of it stands still. */
    private boolean isStopped() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String[] fields = fields(thread.resolve("stat"));
                if (!STOPPED.contains(fields[0])) {
                    return false;
                }
            }
            return true;
        } catch (NoSuchFileException e) {
            // Without /proc there is nothing to ask; and a thread that has ended since stands still.
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private List<ProcessId> all() {
        List<ProcessId> all = new ArrayList<>();
        all.add(this);
        ProcessHandle.of(pid)
                .ifPresent(h -> h.descendants().forEach(d -> of(d.pid()).ifPresent(all::add)));
        return all;
    }

    private static void signal(String signal, List<ProcessId> processes) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -\"$0\" \"$@\" 2>/dev/null", signal));
        processes.stream().filter(ProcessId::isAlive).forEach(p -> command.add(Long.toString(p.pid)));
        if (command.size() > 4) {
            try {
                new ProcessBuilder(command).inheritIO().start().waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Optional<String> born(long pid) {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .flatMap(h -> h.info().startInstant())
                    .map(t -> Long.toString(t.toEpochMilli()));
        }
        try {
            String[] fields = fields(stat);
            // A killed process of many threads is a zombie while its other threads still hold its ports.
            boolean ended = fields[0].equals("X") || fields[0].equals("Z") && Integer.parseInt(fields[17]) <= 1;
            return ended ? Optional.empty() : Optional.of(Files.readString(BOOT).strip() + ":" + fields[19]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** From the state on; starttime, the 22nd of all, is the last but the rest. */
    private static String[] fields(Path stat) throws IOException {
        String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
        // pid (command, which may hold anything) state ppid …
        return line.substring(line.lastIndexOf(')') + 2).split(" ", 21);
    }
}
