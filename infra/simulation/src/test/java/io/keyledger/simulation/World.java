package io.keyledger.simulation;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.PresentedKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** One world, from its seed to its end. Everything happens in the order of a queue, at times and with faults that the seed chose. */
final class World {
    static final String INSTANCE = "sim";
    static final Duration LEASE = Duration.ofSeconds(4);
    /** How long an edge without a lease goes on with keys that are not strict. */
    static final Duration GRACE = Duration.ofSeconds(6);

    static final Peppers PEPPERS = new Peppers("p1", Map.of("p1", new byte[32]));
    private static final boolean TRACE = Boolean.getBoolean("keyledger.simulation.trace");
    private static final long SECOND = 1_000_000_000L;
    private static final long TROUBLED = 16 * SECOND;
    private static final long ASKED = TROUBLED + 2 * SECOND;
    private static final long GIVEN_UP = 90 * SECOND;

    /** Made once: what they are does not matter, and to make them costs. */
    private static final List<Secret> SECRETS = secrets();

    final Bug bug;
    final RandomGenerator random;
    /** Beside the other one, so that what came to be decided by it later leaves the rest of a world as it was. */
    private final RandomGenerator machines;

    final Broker broker;
    final CommandSide command;
    final Oracle oracle;
    final List<Edge> edges = new ArrayList<>();
    final List<Secret> keys;
    final Met met = new Met();
    /** Whether uses that are alike share an event. */
    final boolean bySecond;

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long now;
    private long order;
    private boolean healing;
    private boolean over;
    private int requests;

    /** A key as its bearer has it, and a wrong one with its id. */
    record Secret(PresentedKey right, PresentedKey wrong, CredentialId credential, KeyId key, String verifier) {
        int partition() {
            return CredentialRecord.partition(key, 6);
        }
    }

    /** How often there was what a world is made for. */
    static final class Met {
        long worlds;
        /** Of edges. */
        long boots;
        /** Boots that began with an image of the view. */
        long images;
        /** Losses of power, of edges. */
        long outages;
        /** Of command-service. */
        long restarts;

        void add(Met other) {
            worlds++;
            boots += other.boots;
            images += other.images;
            outages += other.outages;
            restarts += other.restarts;
        }

        @Override
        public String toString() {
            return "%d worlds: edges booted %d times, %d of them from an image, and lost power %d times; command-service restarted %d times"
                    .formatted(worlds, boots, images, outages, restarts);
        }
    }

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    World(long seed, Bug bug) {
        this.bug = bug;
        this.random = new SplittableRandom(seed);
        this.machines = new SplittableRandom(~seed);
        this.keys = SECRETS.subList(0, 3 + random.nextInt(4));
        this.broker = new Broker(random);
        this.oracle = new Oracle(this);
        this.command = new CommandSide(this);
        this.bySecond = random.nextInt(4) == 0;
        PrincipalRecord tenant =
                PrincipalRecord.tenant(TenantId.DEFAULT, 1, true, bySecond ? PrincipalRecord.SECOND : null);
        broker.log(Topics.PRINCIPALS, 0).append(tenant.id(), RecordJson.bytes(tenant), 1);
        int count = 2 + random.nextInt(2);
        for (int i = 1; i <= count; i++) {
            edges.add(new Edge(this, "edge-" + i));
        }
    }

    private static List<Secret> secrets() {
        KeyFactory factory = new KeyFactory(new SecureRandom());
        List<Secret> secrets = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            CredentialId credential = new CredentialId("0".repeat(11) + i);
            PresentedKey right = factory.create("kl", KeyKind.KEY, credential);
            secrets.add(new Secret(
                    right,
                    factory.create("kl", KeyKind.KEY, credential),
                    credential,
                    new KeyId("key_" + "0".repeat(25) + i),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(PEPPERS.verifier("p1", right))));
        }
        return secrets;
    }

    long now() {
        return now;
    }

    /** Whether faults are over. */
    boolean healing() {
        return healing;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Whether a machine starts anew with its process. */
    boolean rarely() {
        return machines.nextInt(4) == 0;
    }

    long millis(int from, int to) {
        return random.nextLong(from, to) * 1_000_000L;
    }

    void trace(String format, Object... args) {
        if (TRACE) {
            System.out.printf("%8.3f ", now / 1e9);
            System.out.printf(format + "%n", args);
        }
    }

    void after(long nanos, Runnable action) {
        queue.add(new Event(now + nanos, order++, action));
    }

    /** Does something now and then, for ever. */
    void often(int fromMillis, int toMillis, Runnable action) {
        after(millis(fromMillis, toMillis), () -> {
            action.run();
            often(fromMillis, toMillis, action);
        });
    }

    /** @throws Violation when something did not hold */
    void run() {
        command.start();
        edges.forEach(Edge::start);
        often(20, 350, this::request);
        often(200, 2200, this::fault);
        after(TROUBLED, this::heal);
        after(ASKED, this::look);
        while (!over) {
            Event next = queue.remove();
            now = next.at();
            if (now > GIVEN_UP) {
                oracle.unsettled();
            }
            next.action().run();
        }
        oracle.atTheEnd();
    }

    private void look() {
        over = settled();
        after(SECOND / 2, this::look);
    }

    private boolean settled() {
        return command.settled() && edges.stream().allMatch(Edge::settled) && oracle.complete();
    }

    private void request() {
        Edge edge = edges.get(random.nextInt(edges.size()));
        if (now < ASKED) {
            command.watch();
            edge.request(keys.get(random.nextInt(keys.size())), "r" + ++requests);
        }
    }

    private void heal() {
        healing = true;
        command.heal();
        edges.forEach(Edge::heal);
    }

    private void fault() {
        if (healing) {
            return;
        }
        Edge edge = edges.get(random.nextInt(edges.size()));
        int fault = random.nextInt(12);
        trace("fault %d at %s", fault, edge);
        switch (fault) {
            case 0 -> edge.kill();
            case 1, 2 -> edge.dieInTheNextCalls();
            case 3 -> edge.freeze(millis(500, 6000));
            case 4, 5 -> edge.cutOff(millis(500, 9000));
            case 6 -> edge.clock().set(step());
            case 7 -> setAndRestart();
            case 8 -> command.restart();
            case 9 -> {
                if (chance(0.4)) {
                    edge.stop();
                } else if (chance(0.5)) {
                    edge.losePower();
                } else {
                    edge.loseView();
                }
            }
            case 10 -> command.cutOff(millis(300, 4000));
            default -> {
                if (chance(0.3)) {
                    oracle.logLost();
                    broker.loseCredentials();
                    command.afterLogLoss();
                    // What loses a log seldom spares everything else.
                    edges.stream().filter(_ -> chance(0.7)).forEach(e -> after(millis(0, 500), e::kill));
                } else {
                    broker.compact();
                }
            }
        }
    }

    /** Who sets a clock often starts what runs by it anew. */
    private void setAndRestart() {
        command.clock().set(step());
        if (machines.nextInt(2) == 0) {
            after(machines.nextLong(2 * SECOND), () -> {
                if (!healing) {
                    command.restart();
                }
            });
        }
    }

    private Duration step() {
        Duration by = Duration.ofMillis(random.nextLong(500, chance(0.3) ? 3_600_000 : 20_000));
        return chance(0.6) ? by.negated() : by;
    }
}
