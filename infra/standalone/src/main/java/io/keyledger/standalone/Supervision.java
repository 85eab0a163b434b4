package io.keyledger.standalone;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What another process, such as {@code keyledger status} or {@code down}, can know of and do to a {@link Platform}. */
public final class Supervision {
    private static final Duration STOP_PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(50);

    private final DataDir dir;

    public Supervision(DataDir dir) {
        this.dir = dir;
    }

    /**
     * One process.
     *
     * @param state {@code ready}, {@code not ready} (there, but does not answer) or {@code down}
     * @param pid 0 when down
     * @param residentBytes memory, with its children; 0 when not known
     * @param port 0 for the supervisor
     */
    public record Status(String name, String state, long pid, long residentBytes, int port, Path log) {
        public static final String READY = "ready";
        public static final String NOT_READY = "not ready";
        public static final String DOWN = "down";
    }

    /** As {@link #status()}, without asking whether each answers. */
    public List<Status> processes() throws IOException, InterruptedException {
        return status(false);
    }

    /** The supervisor first, then every process of the last start. Empty when nothing was ever started here. */
    public List<Status> status() throws IOException, InterruptedException {
        return status(true);
    }

    private List<Status> status(boolean ask) throws IOException, InterruptedException {
        List<Status> all = new ArrayList<>();
        List<Map<?, ?>> known = known();
        if (known.isEmpty()) {
            return all;
        }
        Optional<ProcessId> supervisor = supervisor();
        all.add(new Status(
                "supervisor",
                supervisor.isPresent() ? Status.READY : Status.DOWN,
                supervisor.map(ProcessId::pid).orElse(0L),
                supervisor.map(p -> resident(p.pid())).orElse(0L),
                0,
                log()));
        for (Map<?, ?> process : known) {
            String name = text(process, "name");
            Optional<ProcessId> id = ProcessId.read(pidFile(name)).filter(ProcessId::isAlive);
            int port = Math.toIntExact((Long) java.util.Objects.requireNonNull(process.get("port")));
            all.add(new Status(
                    name,
                    id.isEmpty()
                            ? Status.DOWN
                            : ask && answers(text(process, "health")) ? Status.READY : Status.NOT_READY,
                    id.map(ProcessId::pid).orElse(0L),
                    id.map(p -> residentWithChildren(p.pid())).orElse(0L),
                    port,
                    Path.of(text(process, "log"))));
        }
        return all;
    }

    /** The process id of the supervisor, if it lives. */
    public Optional<Long> supervisorPid() throws IOException {
        return supervisor().map(ProcessId::pid);
    }

    /** What {@code endpoints.json} says. */
    public static Map<String, String> endpoints(DataDir dir) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        JsonReader.object(Files.readAllBytes(dir.endpointsFile()))
                .forEach((name, value) -> all.put(name, String.valueOf(value)));
        return all;
    }

    /**
     * Starts a supervisor that outlives this process and its terminal: this Java with this class path and these arguments,
     * its output in {@link #log()}, which begins anew.
     *
     * @param mainAndArguments the class to run and what it is given
     */
    public Process detach(List<String> mainAndArguments) throws IOException, InterruptedException {
        dir.create(Account.ofThisProcess());
        Files.deleteIfExists(dir.endpointsFile());
        PrivateFiles.write(log(), "");
        List<String> command = new ArrayList<>();
        command.add(Java.program());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(mainAndArguments);
        return new ProcessBuilder(new Account(false).command(command))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Where a supervisor without a terminal writes. */
    public Path log() {
        return dir.logs().resolve("supervisor.log");
    }

    /**
     * Stops the platform in order and returns when all is gone: through its supervisor, or, if that was killed, what it left.
     *
     * @return false when nothing was running
     */
    public boolean stop(Progress progress) throws IOException, InterruptedException {
        Optional<ProcessId> supervisor = supervisor();
        if (supervisor.isPresent()) {
            supervisor.get().signal("TERM");
            long until = System.nanoTime() + STOP_PATIENCE.toNanos();
            while (supervisor.get().isAlive()) {
                if (System.nanoTime() > until) {
                    throw new StartFailure(
                            "the supervisor (process " + supervisor.get().pid() + ") did not end within "
                                    + STOP_PATIENCE.toSeconds() + " s; see " + log());
                }
                Thread.sleep(POLL);
            }
        }
        boolean stopped = supervisor.isPresent();
        for (Map<?, ?> process : known().reversed()) {
            String name = text(process, "name");
            Optional<ProcessId> left = ProcessId.read(pidFile(name)).filter(ProcessId::isAlive);
            if (left.isPresent()) {
                stopped = true;
                left.get().signal("CONT");
                left.get().signal(text(process, "signal"));
                long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (left.get().isAlive()) {
                    if (System.nanoTime() > until) {
                        left.get().signalAll("KILL");
                    }
                    Thread.sleep(POLL);
                }
                progress.line("stopped " + name + ", left over from a supervisor that was killed");
            }
            Files.deleteIfExists(pidFile(name));
        }
        Files.deleteIfExists(dir.endpointsFile());
        return stopped;
    }

    private Optional<ProcessId> supervisor() throws IOException {
        return ProcessId.read(Platform.supervisorFile(dir)).filter(ProcessId::isAlive);
    }

    private Path pidFile(String name) {
        return dir.run().resolve(name + ".pid");
    }

    /** Notes which processes there are, for those who ask from outside. */
    static void write(DataDir dir, List<ManagedProcess> processes) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (ManagedProcess process : processes) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", process.name());
            one.put("port", process.ports().getFirst().number());
            one.put("health", process.health());
            one.put("log", process.log().toString());
            one.put("signal", process.stopSignal());
            all.add(one);
        }
        PrivateFiles.write(
                file(dir), new String(CanonicalJson.bytes(Map.of("processes", all)), StandardCharsets.UTF_8) + "\n");
    }

    private static Path file(DataDir dir) {
        return dir.run().resolve("processes.json");
    }

    private List<Map<?, ?>> known() throws IOException {
        List<Map<?, ?>> all = new ArrayList<>();
        if (Files.exists(file(dir))
                && JsonReader.object(Files.readAllBytes(file(dir))).get("processes") instanceof List<?> list) {
            list.forEach(one -> all.add((Map<?, ?>) one));
        }
        return all;
    }

    private static String text(Map<?, ?> members, String name) {
        return String.valueOf(members.get(name));
    }

    /** A health address answers 2xx; a bare {@code tcp://} one accepts a connection. */
    private static boolean answers(String health) throws InterruptedException {
        URI address = URI.create(health);
        if (address.getScheme().equals("tcp")) {
            return Ports.isOpen(address.getPort());
        }
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            return http.send(
                                    HttpRequest.newBuilder(address)
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static long residentWithChildren(long pid) {
        return resident(pid)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(h -> resident(h.pid()))
                        .sum();
    }

    /** Memory that is its own: pages that PostgreSQL's processes share count once, with the one that says Pss. */
    private static long resident(long pid) {
        Long proportional = kilobytes(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:");
        if (proportional == null) {
            proportional = kilobytes(Path.of("/proc/" + pid + "/status"), "VmRSS:");
        }
        return proportional == null ? 0 : proportional * 1024;
    }

    private static @Nullable Long kilobytes(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }
}
