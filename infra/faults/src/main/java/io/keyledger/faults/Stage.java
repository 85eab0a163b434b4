package io.keyledger.faults;

import io.keyledger.standalone.Detour;
import io.keyledger.standalone.Launcher;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Ports;
import io.keyledger.standalone.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The platform that is broken, and the means to break it: edge 1 with a clock of its own, edge 2 with a disk of its own, edge 3
 * with a network of its own, as far as this machine can do it. Without query-service and Elasticsearch, which no guarantee
 * here is about.
 */
final class Stage implements AutoCloseable {
    static final int EDGES = 3;
    private static final int CLOCK_EDGE = 1;
    private static final int DISK_EDGE = 2;
    private static final int NETWORK_EDGE = 3;

    /** The user nobody, as which root's children run. */
    private static final int NOBODY = 65534;

    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Platform platform;
    private final Map<Kind, String> impossible = new EnumMap<>(Kind.class);
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final Thread closeAtExit = new Thread(this::remove, "close-at-exit");
    private @Nullable Namespace namespace;
    private @Nullable Link link;
    private @Nullable SmallDisk disk;
    private @Nullable WallClock clock;

    /** @param folder new or empty; everything will be in it */
    Stage(Path folder, Consumer<String> progress) throws IOException {
        this.folder = folder;
        // Started by root, the processes run as the user nobody, who has to get through.
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Ports ports = Ports.free(EDGES);
        Platform.Builder builder = Platform.builder()
                .dataDir(folder.resolve("data"))
                .ports(ports)
                .edges(EDGES)
                .without("elasticsearch", "query-service")
                .progress(line -> {
                    if (line.contains("nobody asked it to")) {
                        lost.add(line);
                    }
                    progress.accept(line);
                });
        prepareClock(builder);
        prepareDisk(builder);
        prepareNetwork(builder, ports.get(Ports.KAFKA));
        this.platform = builder.build();
        Runtime.getRuntime().addShutdownHook(closeAtExit);
    }

    private void prepareClock(Platform.Builder builder) throws IOException {
        Optional<Path> library = WallClock.library();
        if (library.isEmpty()) {
            cannot("libfaketime is not installed", Kind.CLOCK_AHEAD, Kind.CLOCK_BACK);
            return;
        }
        WallClock own = new WallClock(library.get(), folder.resolve("clock"));
        own.set(Duration.ZERO);
        builder.launchedBy(edge(CLOCK_EDGE), new Launcher(List.of(), own.launcher()));
        clock = own;
    }

    private void prepareDisk(Platform.Builder builder) throws IOException {
        if (!isRoot() || !SmallDisk.isPossible(folder)) {
            cannot("no file system can be mounted, which takes root", Kind.FULL_DISK);
            return;
        }
        SmallDisk own = new SmallDisk(folder.resolve("disk"));
        own.open(NOBODY);
        builder.property(edge(DISK_EDGE), "keyledger.edge.data", own.folder().toString());
        disk = own;
    }

    private void prepareNetwork(Platform.Builder builder, int brokerPort) throws IOException {
        String edge = edge(NETWORK_EDGE);
        if (isRoot() && Namespace.isPossible()) {
            Namespace own = new Namespace(ProcessHandle.current().pid(), brokerPort);
            builder.launchedBy(edge, new Launcher(own.launcher(), List.of()));
            builder.property(edge, "keyledger.edge.address", "0.0.0.0");
            builder.property(edge, "management.server.address", "0.0.0.0");
            builder.property(edge, "keyledger.edge.trusted-callers", own.host() + "/32");
            namespace = own;
            link = own;
        } else {
            int behind = Ports.free(1).get(Ports.KAFKA);
            Relay own = new Relay(behind);
            builder.detour(new Detour(behind, own.port()));
            builder.property(edge, "keyledger.kafka.bootstrap-servers", "localhost:" + own.port());
            link = own;
        }
    }

    private void cannot(String why, Kind... kinds) {
        List.of(kinds).forEach(kind -> impossible.put(kind, why));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String edge(int number) {
        return "auth-edge-" + number;
    }

    void start() throws IOException {
        if (namespace != null) {
            namespace.open(List.of(
                    platform.edge(NETWORK_EDGE).getPort(),
                    platform.management(edge(NETWORK_EDGE)).getPort()));
        }
        platform.start();
    }

    /** What this machine can do. */
    Set<Kind> possible() {
        Set<Kind> all = EnumSet.allOf(Kind.class);
        all.removeAll(impossible.keySet());
        return all;
    }

    /** What it cannot, and why. */
    Map<Kind, String> impossible() {
        return impossible;
    }

    Platform platform() {
        return platform;
    }

    /** Processes that ended though nobody asked them to, in words. */
    List<String> lost() {
        return List.copyOf(lost);
    }

    /** The process or edge that the fault is about, {@code edge-2}. */
    String target(Fault fault) {
        return switch (fault.kind()) {
            case KILL_EDGE, FREEZE_EDGE -> "edge-" + fault.edge();
            case KILL_BROKER, FREEZE_BROKER -> "kafka";
            case KILL_COMMAND_SERVICE, FREEZE_COMMAND_SERVICE -> "command-service";
            case CUT_BOTH_WAYS, CUT_TO_BROKER, CUT_FROM_BROKER -> "edge-" + NETWORK_EDGE;
            case FULL_DISK -> "edge-" + DISK_EDGE;
            case CLOCK_AHEAD, CLOCK_BACK -> "edge-" + CLOCK_EDGE;
        };
    }

    private String process(Fault fault) {
        String target = target(fault);
        return target.startsWith("edge-") ? "auth-" + target : target;
    }

    void begin(Fault fault) throws IOException {
        switch (fault.kind()) {
            case KILL_EDGE, KILL_BROKER, KILL_COMMAND_SERVICE ->
                platform.process(process(fault)).kill9();
            case FREEZE_EDGE, FREEZE_BROKER, FREEZE_COMMAND_SERVICE ->
                platform.process(process(fault)).pause();
            case CUT_BOTH_WAYS -> own(link).cut(true, true);
            case CUT_TO_BROKER -> own(link).cut(true, false);
            case CUT_FROM_BROKER -> own(link).cut(false, true);
            case FULL_DISK -> own(disk).fill();
            case CLOCK_AHEAD -> own(clock).set(fault.jump());
            case CLOCK_BACK -> own(clock).set(fault.jump().negated());
        }
    }

    /** Makes it well again; what was killed is started, and answers when this returns. */
    void heal(Fault fault) throws IOException, InterruptedException {
        switch (fault.kind()) {
            case KILL_EDGE, KILL_BROKER, KILL_COMMAND_SERVICE -> startAgain(process(fault));
            case FREEZE_EDGE, FREEZE_BROKER, FREEZE_COMMAND_SERVICE ->
                platform.process(process(fault)).resume();
            case CUT_BOTH_WAYS, CUT_TO_BROKER, CUT_FROM_BROKER -> own(link).cut(false, false);
            case FULL_DISK -> own(disk).free();
            case CLOCK_AHEAD, CLOCK_BACK -> own(clock).set(Duration.ZERO);
        }
    }

    /** As its supervisor would: an edge does not start while its disk is full. */
    private void startAgain(String process) throws InterruptedException {
        long until = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            try {
                platform.process(process).start();
                return;
            } catch (StartFailure e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
                Thread.sleep(Duration.ofSeconds(1));
            }
        }
    }

    private static <T> T own(@Nullable T means) {
        if (means == null) {
            throw new IllegalStateException("this machine cannot do that");
        }
        return means;
    }

    /** Stops the edges in order, so that they tell what they still hold. */
    void stopEdges() {
        for (int edge = 1; edge <= EDGES; edge++) {
            platform.process(edge(edge)).stop();
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and does it itself.
            return;
        }
    }

    /** Stops the platform, then removes what was made outside its folder. A second call does nothing more. */
    private synchronized void remove() {
        List<Runnable> all = new ArrayList<>();
        all.add(platform::close);
        if (link != null) {
            all.add(link::close);
        }
        if (disk != null) {
            all.add(disk::close);
        }
        for (Runnable one : all) {
            try {
                one.run();
            } catch (RuntimeException e) {
                lost.add("while stopping: " + e);
            }
        }
    }
}
