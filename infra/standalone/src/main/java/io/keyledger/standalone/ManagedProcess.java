package io.keyledger.standalone;

import io.keyledger.events.JsonReader;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process of the platform: starts it, knows it for certain, ends it. Safe from any thread; one thing at a time is done
 * to a process.
 */
public final class ManagedProcess {
    private static final Duration POLL = Duration.ofMillis(40);
    private static final Duration PORT_PATIENCE = Duration.ofSeconds(3);
    private static final int TAIL_LINES = 8;
    private static final long LARGE_LOG = 32L << 20;
    private static final List<String> INHERITED = List.of("PATH", "LANG", "LC_ALL", "TZ");

    private final Program program;
    private final Launcher launcher;
    private final Path pidFile;
    private final Progress progress;
    private volatile @Nullable ProcessId running;
    private volatile Consumer<ManagedProcess> whenLost = lost -> {};

    ManagedProcess(Program program, Progress progress) {
        this(program, Launcher.NONE, progress);
    }

    ManagedProcess(Program program, Launcher launcher, Progress progress) {
        this.program = program;
        this.launcher = launcher;
        this.pidFile = program.dir().run().resolve(program.name() + ".pid");
        this.progress = progress;
    }

    public String name() {
        return program.name();
    }

    public Path log() {
        return program.log();
    }

    public boolean isAlive() {
        ProcessId id = running;
        return id != null && id.isAlive();
    }

    /** The process id of the running process. */
    public long pid() {
        return id().pid();
    }

    /** Starts it and waits until it answers. */
    public synchronized void start() {
        if (isAlive()) {
            return;
        }
        try {
            long started = System.nanoTime();
            stopLeftover();
            awaitFreePorts();
            for (Path folder : program.folders()) {
                PrivateFiles.folder(folder, program.account());
            }
            prepareLog();
            program.prepare();
            ProcessId id = launch();
            running = id;
            awaitReady(id, started);
            program.setUp();
            watch(id);
            progress.line("%-24s ready after %4.1f s   %s"
                    .formatted(
                            program.title(),
                            (System.nanoTime() - started) / 1e9,
                            program.ports().isEmpty()
                                    ? ""
                                    : "localhost:" + program.ports().getFirst().number()));
        } catch (IOException e) {
            throw new StartFailure(program.name() + " cannot start: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure(program.name() + ": interrupted while it started", e);
        }
    }

    /** Asks it to end in order and waits; one that does not is killed. Nothing when it is not running. */
    public synchronized void stop() {
        ProcessId id = running;
        running = null;
        try {
            if (id != null) {
                end(id);
            }
            // And what a start left that was interrupted half-way.
            stopLeftover();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it as a power cut would, kill -9, and returns when it is gone. */
    public synchronized void kill9() {
        ProcessId id = id();
        running = null;
        signal(id, "KILL");
        awaitEnd(id, Duration.ofSeconds(10));
    }

    /**
     * Stops the clock for it and its children (SIGSTOP), and returns when they stand still: it is there and answers nothing,
     * until {@link #resume()}.
     */
    public synchronized void pause() {
        try {
            id().stopAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public synchronized void resume() {
        try {
            id().signalAll("CONT");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void restart() {
        stop();
        start();
    }

    /** The last lines of its log. */
    public List<String> tail() {
        return tail(program.log(), TAIL_LINES);
    }

    /** Called, on a thread of its own, when it ends though nobody asked it to. */
    void whenLost(Consumer<ManagedProcess> action) {
        whenLost = action;
    }

    String title() {
        return program.title();
    }

    String health() {
        return program.health();
    }

    String stopSignal() {
        return program.stopSignal();
    }

    List<Ports.Port> ports() {
        return program.ports();
    }

    /** The process that an earlier supervisor left behind, if it is still there. */
    Optional<ProcessId> leftover() throws IOException {
        Optional<ProcessId> known = ProcessId.read(pidFile).filter(ProcessId::isAlive);
        if (known.isPresent()) {
            return known;
        }
        // Killed between the start of a server and our note of it: the server's own note, if it is about a process of
        // ours.
        Path own = program.ownPidFile();
        if (own == null || !Files.exists(own)) {
            return Optional.empty();
        }
        String first = Files.readString(own).lines().findFirst().orElse("").strip();
        return first.matches("\\d{1,9}")
                ? ProcessId.of(Long.parseLong(first)).filter(id -> belongsHere(id.pid()))
                : Optional.empty();
    }

    /** Whether what runs under that number works in this installation's folders. */
    private boolean belongsHere(long pid) {
        return workingDirectory(pid)
                        .filter(d -> d.startsWith(program.dir().root()))
                        .isPresent()
                || ProcessHandle.of(pid)
                        .flatMap(h -> h.info().commandLine())
                        .filter(line -> line.contains(program.dir().root() + File.separator))
                        .isPresent();
    }

    static Optional<Path> workingDirectory(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Ends what an earlier supervisor left behind. */
    boolean stopLeftover() throws IOException, InterruptedException {
        Optional<ProcessId> leftover = leftover();
        if (leftover.isPresent()) {
            end(leftover.get());
        }
        return leftover.isPresent();
    }

    /** The system may take a moment to close what a killed process had open. */
    private void awaitFreePorts() throws InterruptedException {
        long until = System.nanoTime() + PORT_PATIENCE.toNanos();
        // Found free once is free: a process that another thread starts may hold a copy of the probe for a moment, so
        // that
        // looking again at once may find our own probe.
        while (!program.ports().stream().allMatch(p -> Ports.isFree(p.number()))) {
            if (System.nanoTime() - until > 0) {
                Ports.mustBeFree(program.ports());
                return;
            }
            Thread.sleep(POLL);
        }
    }

    private void prepareLog() throws IOException {
        Path log = program.log();
        if (Files.exists(log) && Files.size(log) > LARGE_LOG) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(log)) {
            PrivateFiles.write(log, "", program.account());
        }
    }

    private ProcessId launch() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(launcher.command(program.account(), program.command()));
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.put("HOME", program.workingDirectory().toString());
        environment.putAll(program.environment());
        builder.directory(program.workingDirectory().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(program.log().toFile()));
        Process process = builder.start();
        Optional<ProcessId> id = program.daemonizes() ? daemon(process) : ProcessId.of(process.pid());
        if (id.isEmpty()) {
            throw new StartFailure(died("ended at once"));
        }
        id.get().write(pidFile);
        return id.get();
    }

    private Optional<ProcessId> daemon(Process starter) throws IOException, InterruptedException {
        // Noted as well, so that a supervisor that dies now leaves nothing unknown behind.
        Optional<ProcessId> noted = ProcessId.of(starter.pid());
        if (noted.isPresent()) {
            noted.get().write(pidFile);
        }
        if (starter.waitFor() != 0) {
            return Optional.empty();
        }
        Path own = program.ownPidFile();
        return own == null
                ? Optional.empty()
                : ProcessId.of(Long.parseLong(Files.readString(own).strip()));
    }

    private void awaitReady(ProcessId id, long started) throws IOException, InterruptedException {
        long patience = program.startPatience().toNanos();
        while (!program.isReady()) {
            if (!id.isAlive()) {
                throw new StartFailure(died("ended while it started"));
            }
            if (System.nanoTime() - started > patience) {
                running = null;
                end(id);
                throw new StartFailure(
                        died("did not answer within " + program.startPatience().toSeconds() + " s"));
            }
            Thread.sleep(POLL);
        }
    }

    private void watch(ProcessId id) {
        Thread.ofVirtual().name("watch-" + program.name()).start(() -> {
            try {
                while (id.equals(running)) {
                    if (!id.isAlive()) {
                        if (forget(id)) {
                            whenLost.accept(this);
                        }
                        return;
                    }
                    Thread.sleep(POLL.multipliedBy(5));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized boolean forget(ProcessId id) {
        if (id.equals(running)) {
            running = null;
            return true;
        }
        return false;
    }

    private void end(ProcessId id) throws IOException, InterruptedException {
        id.signal("CONT");
        id.signal(program.stopSignal());
        if (!awaitEnd(id, program.stopPatience())) {
            progress.line(program.name() + " did not end within "
                    + program.stopPatience().toSeconds() + " s and is killed");
            id.signalAll("KILL");
            awaitEnd(id, Duration.ofSeconds(10));
        }
        Files.deleteIfExists(pidFile);
    }

    private static boolean awaitEnd(ProcessId id, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (id.isAlive()) {
            if (System.nanoTime() > until) {
                return false;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return !id.isAlive();
            }
        }
        return true;
    }

    /** One line that says what happened and where to look, and below it the end of its log. */
    String died(String how) {
        StringBuilder text = new StringBuilder(program.name() + " " + how + "; log: " + program.log());
        tail().forEach(line -> text.append("\n    ").append(readable(line)));
        return text.toString();
    }

    /** The services write JSON for machines; whoever reads this is none. */
    private static String readable(String line) {
        if (!line.startsWith("{")) {
            return line;
        }
        try {
            Map<String, Object> entry = JsonReader.object(line.getBytes(StandardCharsets.UTF_8));
            Object level = entry.get("log") instanceof Map<?, ?> log ? log.get("level") : null;
            Object error = entry.get("error") instanceof Map<?, ?> e ? e.get("message") : null;
            return level + " " + entry.get("message") + (error == null ? "" : ": " + error);
        } catch (IllegalArgumentException e) {
            return line;
        }
    }

    private ProcessId id() {
        ProcessId id = running;
        if (id == null) {
            throw new IllegalStateException(program.name() + " is not running");
        }
        return id;
    }

    private static void signal(ProcessId id, String signal) {
        try {
            id.signal(signal);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static List<String> tail(Path file, int lines) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, log.length() - 16_384);
            byte[] end = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(end);
            List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException e) {
            return List.of();
        }
    }
}
