package io.keyledger.simulation;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.EdgeSettings;
import io.keyledger.edge.core.Edges;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.edge.core.spool.ActivityLog;
import io.keyledger.edge.core.spool.Durability;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.edge.core.spool.Spools;
import io.keyledger.edge.core.spool.UseSpool;
import io.keyledger.edge.core.spool.WhenFull;
import io.keyledger.edge.core.view.SteppedFollower;
import io.keyledger.edge.core.view.ViewStore;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.simulation.SimDisk.Died;
import io.keyledger.simulation.World.Secret;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One edge: its machine with clocks and disk, and the process on it, which is the platform's own edge. */
final class Edge {
    private static final Path DATA = Path.of("/data");
    private static final Path VIEW = DATA.resolve("view");
    private static final int SEGMENT = 16 << 10;
    private static final int ROOM = 4 << 20;

    private final World world;
    private final String name;
    private final Clock clock;
    private final SimDisk disk;
    /** Whether its uses are to outlive the loss of power. */
    private final boolean forces;

    private final List<Heard> heartbeats = new ArrayList<>();
    private @Nullable Run run;
    private int runs;
    private long frozenUntil;
    private long cutOffUntil;

    Edge(World world, String name) {
        this.world = world;
        this.name = name;
        this.clock = new Clock(world::now, world.random);
        this.disk = new SimDisk(world.random);
        this.forces = world.rarely();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Heard(byte[] bytes, Instant time) {}

    /** One process. */
    private final class Run {
        final SimDisk.View process = disk.new View();
        final UseSpool spool;
        final ViewStore store;
        final EdgeTime time;
        final EmbeddedEdge edge;
        final Network network = new Network();
        final List<SteppedFollower> followers = new ArrayList<>();
        Instant floor = Instant.MIN;

        Run() throws IOException {
            SpoolSettings spooling = new SpoolSettings(
                    World.INSTANCE,
                    name,
                    DATA,
                    ROOM,
                    ROOM,
                    SEGMENT,
                    forces ? Durability.FSYNC : Durability.PROCESS,
                    WhenFull.REFUSE);
            spool = Spools.open(process, spooling, network, clock::wall);
            store = SteppedFollower.store(
                    process, VIEW, World.INSTANCE, World.PEPPERS, world.bug == Bug.NO_STICKY_RULE);
            world.met.boots++;
            world.met.images += SteppedFollower.hasImage(store) ? 1 : 0;
            time = new EdgeTime(clock::wall, clock::nanos);
            LongSupplier leased = world.bug == Bug.WALL_CLOCK_LEASE
                    ? () -> Duration.between(Clock.START, clock.wall()).toNanos()
                    : clock::nanos;
            Lease lease = new Lease(name, spool.boot(), leased, World.GRACE);
            EdgeSettings settings = new EdgeSettings(
                    spooling,
                    new KafkaAccess("none:1", "none", "none", Path.of("none")),
                    World.PEPPERS,
                    World.GRACE,
                    Duration.ZERO,
                    "simulated");
            edge = Edges.start(settings, spool, store, time, lease, (lanes, onReady) -> {
                SteppedFollower follower = new SteppedFollower(
                        World.INSTANCE,
                        name,
                        spool.boot(),
                        store,
                        lease,
                        time,
                        clock::nanos,
                        lanes,
                        onReady,
                        Edge.this::acknowledge,
                        switch (world.bug) {
                            case ACKNOWLEDGE_BEFORE_APPLY -> SteppedFollower.Bug.ACKNOWLEDGED_BEFORE_APPLIED;
                            case ENDS_NOT_NOTED -> SteppedFollower.Bug.ENDS_NOT_NOTED;
                            default -> SteppedFollower.Bug.NONE;
                        });
                followers.add(follower);
                return follower;
            });
        }

        SteppedFollower follower() {
            return followers.getFirst();
        }
    }

    private void acknowledge(EdgeAck ack) {
        world.trace("%s acknowledges %s", this, ack);
        // What a client gives up after five seconds is lost; what it has handed over comes in order, or not at all.
        if (reachesBroker() && !world.chance(0.04)) {
            world.broker.acks.add(ack);
            if (world.chance(0.03)) {
                world.broker.acks.add(ack);
            }
        }
    }

    /** The way of finished events to the broker: in order, with a copy and a failure now and then. */
    private final class Network implements ActivityLog {
        private final Deque<Sent> way = new ArrayDeque<>();
        private boolean cut;

        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Sent(byte[] bytes, Consumer<@Nullable Exception> done) {}

        @Override
        public void send(String key, byte[] bytes, Map<String, byte[]> headers, Consumer<@Nullable Exception> done) {
            way.add(new Sent(bytes, done));
            if (world.bug == Bug.TRIM_BEFORE_ACKNOWLEDGEMENT) {
                done.accept(null);
            }
            if (way.size() == 1) {
                later();
            }
        }

        private void later() {
            world.after(world.millis(1, 80), () -> {
                if (!cut && !way.isEmpty()) {
                    if (reachesBroker()) {
                        carry();
                    }
                    later();
                }
            });
        }

        private void carry() {
            if (!world.healing() && world.chance(0.02)) {
                // Some of them arrive, but that is not known; the connection is gone with the rest.
                for (int some = world.random.nextInt(way.size() + 1); some > 0; some--) {
                    world.broker.activity.add(way.getFirst().bytes());
                    way.add(way.removeFirst());
                }
                List<Sent> failed = List.copyOf(way);
                way.clear();
                failed.forEach(sent -> done(sent, new IOException("lost")));
                return;
            }
            for (int some = 1 + world.random.nextInt(8); some > 0 && !way.isEmpty(); some--) {
                Sent sent = way.removeFirst();
                world.broker.activity.add(sent.bytes());
                done(sent, null);
            }
        }

        private void done(Sent sent, @Nullable Exception failure) {
            if (world.bug != Bug.TRIM_BEFORE_ACKNOWLEDGEMENT) {
                sent.done().accept(failure);
            }
        }

        /** The process is dead: what is on the way arrives, up to somewhere. */
        void abandon() {
            cut = true;
            if (reachesBroker()) {
                for (int some = world.random.nextInt(way.size() + 1); some > 0; some--) {
                    world.broker.activity.add(way.removeFirst().bytes());
                }
            }
            way.clear();
        }

        @Override
        public void reset() {
            way.clear();
        }

        @Override
        public void close() {}
    }

    String name() {
        return name;
    }

    Clock clock() {
        return clock;
    }

    private boolean reachesBroker() {
        return world.now() >= cutOffUntil;
    }

    private boolean frozen() {
        return world.now() < frozenUntil;
    }

    // Its life.

    void start() {
        boot();
        world.often(30, 400, () -> alive(this::poll));
        world.often(
                30,
                300,
                () -> alive(r -> {
                    boolean moved = true;
                    for (int i = 0; i < 3 && moved; i++) {
                        moved = Spools.step(r.spool);
                    }
                }));
        world.often(2000, 15_000, () -> alive(r -> r.follower().save(r.time)));
    }

    private interface Step {
        void with(Run run) throws IOException;
    }

    /** Lets the process do something, in the middle of which it may die. */
    private void alive(Step step) {
        Run r = run;
        if (r == null || frozen()) {
            return;
        }
        try {
            step.with(r);
        } catch (Died e) {
            down();
        } catch (IOException e) {
            throw new Violation("disk", name + ": " + e);
        }
    }

    private void boot() {
        if (run != null) {
            return;
        }
        runs++;
        heartbeats.clear();
        try {
            Run next = new Run();
            run = next;
            world.trace("%s boots: %s", this, next.spool.boot());
        } catch (Died e) {
            later();
        } catch (IOException e) {
            throw new Violation("start", name + ": " + e);
        }
    }

    private void later() {
        world.after(world.healing() ? world.millis(1, 50) : world.millis(50, 3000), this::boot);
    }

    private void down() {
        Run r = run;
        if (r != null) {
            run = null;
            world.trace("%s is down", this);
            r.process.kill();
            r.network.abandon();
            later();
        }
    }

    void kill() {
        down();
    }

    void dieInTheNextCalls() {
        Run r = run;
        if (r != null) {
            r.process.dieAfter(world.random.nextInt(12));
        }
    }

    /** The machine loses power. The uses on its disk are spared where they promise to outlive the process, no more. */
    void losePower() {
        world.trace("%s loses power%s", this, forces ? ", and with it what was not forced" : "");
        down();
        world.met.outages++;
        clock.reboot();
        disk.losePower(forces ? DATA : VIEW);
        if (forces) {
            world.oracle.refusalsLost();
        }
        world.oracle.notesLost(this);
    }

    /** Somebody empties the folder of the view, which is only a copy. What it had noted beyond the log is gone with it. */
    void loseView() {
        down();
        disk.remove(VIEW);
        world.oracle.notesLost(this);
    }

    /** A clean stop. */
    void stop() {
        alive(r -> {
            r.edge.close();
            down();
        });
    }

    void freeze(long nanos) {
        frozenUntil = Math.max(frozenUntil, world.now() + nanos);
    }

    void cutOff(long nanos) {
        cutOffUntil = Math.max(cutOffUntil, world.now() + nanos);
    }

    void heal() {
        frozenUntil = 0;
        cutOffUntil = 0;
        // One that was about to die does so now.
        down();
    }

    void heard(byte[] heartbeat, Instant time) {
        if (reachesBroker() && run != null) {
            heartbeats.add(new Heard(heartbeat, time));
        }
    }

    private void poll(Run r) {
        boolean there = reachesBroker();
        if (there && (world.chance(0.3) || r.follower().asksForEnds())) {
            r.follower().identified(world.broker.ids());
        }
        if (!there && r.follower().asksForEnds()) {
            return;
        }
        List<Heard> came = there ? List.copyOf(heartbeats) : List.of();
        if (there) {
            heartbeats.clear();
        }
        r.follower()
                .poll(
                        world.broker.view(),
                        () -> there ? world.healing() ? 100 : world.random.nextInt(5) : 0,
                        came.stream().map(Heard::bytes).toList());
        came.forEach(heard -> r.floor = later(r.floor, heard.time()));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    // What it is asked.

    void request(Secret key, String id) {
        if (run == null || frozen()) {
            return;
        }
        int kind = world.random.nextInt(10);
        Presented presented = kind == 0
                ? new Presented.Refused(Code.MALFORMED, null)
                : new Presented.Key(kind == 1 ? key.wrong() : key.right());
        world.oracle.asked(id);
        alive(r -> {
            r.floor = later(r.floor, clock.wall());
            Instant floor = r.floor;
            List<Long> applied = applied(r.store.view());
            Decision decision = r.edge.authorize(new AuthRequest(
                    presented, "orders:read", "GET", "/orders", "192.0.2.1", "sim", id, _ -> meanwhile(r)));
            world.oracle.answered(this, key, kind > 1, id, decision, floor, applied);
        });
    }

    /** Between the verdict and what follows from it, the follower's thread may have its turn. */
    private boolean meanwhile(Run r) {
        if (world.chance(0.3)) {
            poll(r);
        }
        return true;
    }

    /** How far each partition of credentials is applied. */
    private static List<Long> applied(KeyView view) {
        return IntStream.range(0, 6)
                .mapToObj(i -> view.applied(Topics.CREDENTIALS, i))
                .toList();
    }

    // The end.

    boolean settled() {
        Run r = run;
        return r != null
                && r.edge.standing() == Standing.LIVE
                && r.spool.earlierRuns() == 0
                && hasApplied(r.store.view(), world.broker.ends());
    }

    /** A lease proves less: it lets an edge be a few heartbeats behind. */
    private static boolean hasApplied(KeyView view, Map<String, Map<Integer, Long>> ends) {
        return ends.entrySet().stream()
                .allMatch(topic -> topic.getValue().entrySet().stream()
                        .allMatch(end -> view.applied(topic.getKey(), end.getKey()) >= end.getValue()));
    }

    /** What it says to a key now; null when it is down. */
    @Nullable
    Code verdict(Secret key) {
        Run r = run;
        return r == null
                ? null
                : r.store
                        .view()
                        .verify(key.right(), Ask.of(null), r.time.instant(), r.edge.standing())
                        .code();
    }

    long uncounted() {
        Run r = run;
        return r == null ? 0 : r.spool.uncounted();
    }

    @Override
    public String toString() {
        return name + " in its run " + runs;
    }
}
