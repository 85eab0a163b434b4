package io.keyledger.simulation;

import io.keyledger.command.barrier.Barriers;
import io.keyledger.command.ledger.LedgerReader.Known;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.simulation.World.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * command-service as edges know it. The barrier is the platform's own. Event store, sealer and publisher are small models of
 * theirs: an index is drawn before its commit, the sealer passes over no hole that may still be filled, view records are made
 * from the row of the moment, and what was not known to be published when a process died is sent again.
 */
final class CommandSide {
    private static final UUID NO_MACHINE = new UUID(0, 0);

    private final World world;
    private final Clock clock;

    // The database.
    private final TreeMap<Long, Fact> store = new TreeMap<>();
    private final Set<Long> running = new HashSet<>();
    private final Set<Secret> busy = new HashSet<>();
    private final Map<Secret, Long> sequences = new HashMap<>();
    private final Map<Secret, State> states = new HashMap<>();
    private final Map<Secret, Row> rows = new HashMap<>();
    private final List<Fact> ledger = new ArrayList<>();
    private final TreeSet<Long> holes = new TreeSet<>();
    private long index;
    private long sealed = -1;
    private int published;
    private Barriers.Rows edges = Barriers.Rows.NONE;
    private int feed;

    // The process.
    private Barriers barrier;
    private int process;
    private int next;
    private int acknowledged;
    private final Set<Integer> acknowledgedAhead = new HashSet<>();
    private int reading;
    private boolean republish;
    private long cutOffUntil;
    private final Map<String, Fact> awaited = new HashMap<>();

    private enum Kind {
        CREATED,
        SUSPENDED,
        RESUMED,
        REVOKED
    }

    private record Fact(long index, Secret key, Kind kind, long sequence, String event, Instant time) {
        boolean ends() {
            return kind == Kind.REVOKED || kind == Kind.SUSPENDED;
        }
    }

    private record Row(
            long revision,
            State state,
            boolean strict,
            @Nullable Instant notAfter) {}

    CommandSide(World world) {
        this.world = world;
        this.clock = new Clock(world::now, world.random);
        this.barrier = barrier();
    }

    Clock clock() {
        return clock;
    }

    private Barriers barrier() {
        boolean wall = world.bug == Bug.WALL_CLOCK_GRACE;
        return new Barriers(
                World.INSTANCE,
                World.LEASE,
                World.GRACE,
                clock::nanos,
                clock::wall,
                () -> wall ? NO_MACHINE : clock.machine(),
                () -> wall ? Duration.between(Clock.START, clock.wall()) : clock.uptime(),
                this::known);
    }

    private Optional<Known> known(UUID event) {
        for (int i = 0; i < ledger.size(); i++) {
            if (ledger.get(i).event().equals(event.toString())) {
                return Optional.of(known(i));
            }
        }
        return Optional.empty();
    }

    private Known known(int at) {
        Fact fact = ledger.get(at);
        return new Known(fact.event(), fact.key().key(), fact.ends(), row(fact).strict(), fact.time(), at < published);
    }

    private Row row(Fact fact) {
        Row row = rows.get(fact.key());
        if (row == null) {
            throw new IllegalStateException("what is in the ledger has a row");
        }
        return row;
    }

    void start() {
        begin();
        for (Secret key : world.keys) {
            if (world.chance(0.8)) {
                decide(key);
            }
        }
        world.often(100, 900, () -> {
            if (!world.healing()) {
                decide(world.keys.get(world.random.nextInt(world.keys.size())));
            }
        });
        world.often(20, 120, this::seal);
        world.often(20, 120, this::publish);
        world.often(10, 150, this::read);
        world.often(900, 1100, this::beat);
        world.often(400, 3000, () -> {
            if (!world.healing()) {
                frozenPublisher();
            }
        });
    }

    private void begin() {
        world.trace("command-service starts, reads acknowledgements from %d of %d", feed, world.broker.acks.size());
        process++;
        next = published;
        acknowledged = published;
        acknowledgedAhead.clear();
        reading = feed;
        barrier = barrier();
        List<Known> unconfirmed = new ArrayList<>();
        for (int i = 0; i < ledger.size(); i++) {
            if (ledger.get(i).ends()) {
                unconfirmed.add(known(i));
            }
        }
        barrier.restore(edges, world.broker.ends(), unconfirmed);
        world.oracle.endsAreKnown();
    }

    /** The process dies, and another one starts; now and then with the machine, or on another one. */
    void restart() {
        world.met.restarts++;
        if (world.rarely()) {
            clock.reboot();
        }
        begin();
    }

    void cutOff(long nanos) {
        cutOffUntil = Math.max(cutOffUntil, world.now() + nanos);
    }

    void heal() {
        cutOffUntil = 0;
    }

    /** Whoever has to do with the loss starts it anew, and has everything sent again a little later. */
    void afterLogLoss() {
        restart();
        republish = true;
        int of = process;
        world.after(world.millis(4000, 11_000), () -> {
            if (process >= of && republish) {
                republish = false;
                published = 0;
                restart();
            }
        });
    }

    private boolean reachesBroker() {
        return world.now() >= cutOffUntil;
    }

    // Commands.

    private void decide(Secret key) {
        State state = states.get(key);
        if (state == State.REVOKED || !busy.add(key)) {
            return;
        }
        Kind kind = state == null
                ? Kind.CREATED
                : world.chance(0.35) ? Kind.REVOKED : state == State.ACTIVE ? Kind.SUSPENDED : Kind.RESUMED;
        long at = index++;
        running.add(at);
        boolean late = world.chance(0.15);
        world.after(late ? world.millis(300, 3000) : world.millis(1, 60), () -> {
            running.remove(at);
            busy.remove(key);
            if (world.chance(0.9)) {
                commit(key, kind, at);
            }
        });
    }

    private void commit(Secret key, Kind kind, long at) {
        Instant time = clock.wall();
        Fact fact = new Fact(
                at, key, kind, sequences.merge(key, 1L, Long::sum), Ids.newEventId(RecordJson.micros(time)), time);
        store.put(at, fact);
        world.trace("committed %s of %s", kind, key.key());
        states.put(
                key,
                switch (kind) {
                    case CREATED, RESUMED -> State.ACTIVE;
                    case SUSPENDED -> State.SUSPENDED;
                    case REVOKED -> State.REVOKED;
                });
        if (kind == Kind.CREATED) {
            world.oracle.created(key);
        }
        if (kind == Kind.REVOKED) {
            awaited.put(fact.event(), fact);
        }
    }

    // Sealer.

    private void seal() {
        if (world.bug == Bug.LATE_COMMIT_SKIPPED) {
            store.tailMap(sealed, false).values().forEach(this::seal);
            return;
        }
        for (long hole : List.copyOf(holes)) {
            Fact late = store.get(hole);
            if (late != null) {
                holes.remove(hole);
                seal(late);
            } else if (!running.contains(hole)) {
                holes.remove(hole);
            }
        }
        for (Fact fact : store.tailMap(sealed, false).values()) {
            for (long i = sealed + 1; i < fact.index(); i++) {
                holes.add(i);
            }
            seal(fact);
        }
    }

    private void seal(Fact fact) {
        sealed = Math.max(sealed, fact.index());
        ledger.add(fact);
        Row before = rows.get(fact.key());
        rows.put(
                fact.key(),
                switch (fact.kind()) {
                    case CREATED ->
                        new Row(
                                fact.sequence(),
                                State.ACTIVE,
                                world.chance(0.4),
                                world.chance(0.25)
                                        ? fact.time().plusMillis(world.random.nextLong(3000, 25_000))
                                        : null);
                    case RESUMED -> with(before, fact, State.ACTIVE);
                    case SUSPENDED -> with(before, fact, State.SUSPENDED);
                    case REVOKED -> with(before, fact, State.REVOKED);
                });
    }

    private static Row with(@Nullable Row before, Fact fact, State state) {
        // A sealer that has passed over the creation has nothing to change; the end of the world finds it.
        return before == null
                ? new Row(fact.sequence(), state, true, null)
                : new Row(fact.sequence(), state, before.strict(), before.notAfter());
    }

    // Publisher.

    private void publish() {
        if (!reachesBroker()) {
            return;
        }
        for (int left = world.random.nextInt(4); left > 0 && next < ledger.size(); left--) {
            send(next++);
        }
    }

    private void send(int at) {
        Fact fact = ledger.get(at);
        Row row = row(fact);
        Secret key = fact.key();
        Broker.Log log = world.broker.log(Topics.CREDENTIALS, key.partition());
        boolean gone = world.bug == Bug.TOMBSTONE_OF_A_REVOKED_KEY && row.state() == State.REVOKED && world.chance(0.5);
        long offset = log.append(key.credential().value(), RecordJson.bytes(record(key, row)), row.revision());
        if (gone) {
            world.after(
                    world.millis(100, 3000), () -> log.append(key.credential().value(), null, row.revision()));
        }
        int by = process;
        world.after(world.millis(1, 40), () -> {
            if (process == by) {
                world.trace("published %s of %s at %d-%d", fact.kind(), key.key(), key.partition(), offset);
                world.oracle.published(key.partition(), offset);
                barrier.published(
                        fact.event(), key.key(), fact.ends(), row.strict(), fact.time(), key.partition(), offset);
                watch();
                acknowledgedAhead.add(at);
                while (acknowledgedAhead.remove(acknowledged)) {
                    acknowledged++;
                }
                if (world.chance(0.5)) {
                    published = Math.max(published, acknowledged);
                }
            }
        });
    }

    private static CredentialRecord record(Secret key, Row row) {
        return new CredentialRecord(
                key.credential(),
                key.key(),
                TenantId.DEFAULT,
                row.revision(),
                row.state(),
                KeyKind.KEY,
                Scope.READ_WRITE,
                new OwnerId("svc_sim"),
                "sim",
                row.strict(),
                row.notAfter(),
                row.notAfter(),
                "p1",
                key.verifier());
    }

    /** A publisher that was put aside before a send, and goes on when another one has long sent something newer. */
    private void frozenPublisher() {
        Secret key = world.keys.get(world.random.nextInt(world.keys.size()));
        Row row = rows.get(key);
        if (row != null) {
            byte[] old = RecordJson.bytes(record(key, row));
            world.after(world.millis(200, 6000), () -> {
                if (!world.healing()) {
                    world.broker
                            .log(Topics.CREDENTIALS, key.partition())
                            .append(key.credential().value(), old, row.revision());
                }
            });
        }
    }

    // Edges.

    private void read() {
        for (int left = 1 + world.random.nextInt(6);
                left > 0 && reachesBroker() && reading < world.broker.acks.size();
                left--) {
            barrier.acknowledged(world.broker.acks.get(reading++));
        }
        watch();
        save();
    }

    private void beat() {
        Heartbeat heartbeat = barrier.heartbeat();
        watch();
        save();
        if (heartbeat == null || !reachesBroker()) {
            return;
        }
        byte[] bytes = RecordJson.bytes(heartbeat);
        world.trace("heartbeat %s", heartbeat);
        for (Edge edge : world.edges) {
            for (int copies = world.chance(0.05) ? 0 : world.chance(0.05) ? 2 : 1; copies > 0; copies--) {
                world.after(
                        world.chance(0.1) ? world.millis(100, 3000) : world.millis(1, 30),
                        () -> edge.heard(bytes, heartbeat.time()));
            }
        }
    }

    /** Rows, and the place up to which acknowledgements were read before, become true together. */
    private void save() {
        int read = reading;
        Barriers.Rows unsaved = barrier.unsaved();
        if (unsaved != null || world.chance(0.02)) {
            int by = process;
            world.after(world.millis(1, 60), () -> {
                if (process == by) {
                    feed = Math.max(feed, read);
                    if (unsaved != null) {
                        edges = Barriers.merged(edges, unsaved);
                        barrier.saved(unsaved);
                    }
                }
            });
        }
    }

    /** Looks which revocations are effective by now: whenever the barrier has learnt something, and before an edge is asked. */
    void watch() {
        if (!awaited.isEmpty()) {
            for (Fact fact : List.copyOf(awaited.values())) {
                if (barrier.effective(fact.event())) {
                    awaited.remove(fact.event());
                    world.oracle.effective(fact.key());
                }
            }
        }
    }

    // The end.

    boolean settled() {
        return running.isEmpty()
                && !republish
                && awaited.isEmpty()
                && acknowledged == ledger.size()
                && (world.bug == Bug.LATE_COMMIT_SKIPPED || ledger.size() == store.size());
    }

    /** Every event that was committed is in the ledger once, each key's in order (G2). */
    void checkLedger() {
        Map<Secret, Long> last = new HashMap<>();
        for (Fact fact : ledger) {
            long before = last.getOrDefault(fact.key(), 0L);
            if (fact.sequence() != before + 1) {
                throw new Violation(
                        "G2",
                        "event %d of %s follows %d"
                                .formatted(fact.sequence(), fact.key().key(), before));
            }
            last.put(fact.key(), fact.sequence());
        }
        sequences.forEach((key, sequence) -> {
            if (!sequence.equals(last.get(key))) {
                throw new Violation(
                        "G2", "of %d events of %s there are %s".formatted(sequence, key.key(), last.get(key)));
            }
        });
    }

    /** Whether the key is good by what was decided; null when that hangs on the time. */
    @Nullable
    Boolean good(Secret key) {
        State state = states.get(key);
        Row row = rows.get(key);
        return row != null && row.notAfter() != null ? null : (Boolean) (state == State.ACTIVE);
    }
}
