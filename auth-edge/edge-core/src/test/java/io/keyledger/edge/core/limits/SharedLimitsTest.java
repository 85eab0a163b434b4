package io.keyledger.edge.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.control.LimitCount;
import io.keyledger.requirements.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several edges that tell each other what they have accepted, with one clock, and messages that take their time. Deterministic. */
class SharedLimitsTest {
    private static final TenantId TENANT = new TenantId("t_acme");
    private static final KeyId KEY = new KeyId("key_" + "0".repeat(26));
    private static final OwnerId OWNER = new OwnerId("usr_alice");
    private static final long MILLI = 1000;
    private static final long SECOND = 1_000_000;
    private static final long START = Instant.parse("2026-03-10T11:59:30Z").getEpochSecond() * SECOND;

    private record Accepted(int edge, long at) {}

    private record Message(long arrives, long number, int to, LimitCount count) {}

    /** One world: edges, what is under way, and everything that was accepted. */
    private static final class World {
        final SplittableRandom random;
        final int edges;
        final long interval;
        final long maxDelay;
        final List<Rate> rates;
        final List<Quota> quotas;
        final List<Limits> limits = new ArrayList<>();
        final List<Accepted> accepted = new ArrayList<>();
        final List<Accepted> arrived = new ArrayList<>();
        final PriorityQueue<Message> underWay = new PriorityQueue<>((a, b) ->
                a.arrives != b.arrives ? Long.compare(a.arrives, b.arrives) : Long.compare(a.number, b.number));
        final long[][] lastArrival;
        final boolean[] cutOff;
        int refused;
        long number;
        long now = START;

        World(long seed, int edges, long interval, long maxDelay, List<Rate> rates, List<Quota> quotas) {
            this.random = new SplittableRandom(seed);
            this.edges = edges;
            this.interval = interval;
            this.maxDelay = maxDelay;
            this.rates = rates;
            this.quotas = quotas;
            this.lastArrival = new long[edges][edges];
            this.cutOff = new boolean[edges];
            for (int e = 0; e < edges; e++) {
                limits.add(new Limits("edge-" + e, "boot" + e, 1000));
            }
        }

        /** The longest from an accepted request to where others know of it. */
        long d() {
            return interval + maxDelay;
        }

        void run(int requests) {
            long[] nextTold = new long[edges];
            for (int e = 0; e < edges; e++) {
                nextTold[e] = START + random.nextLong(interval + 1);
            }
            for (int i = 0; i < requests; i++) {
                now += switch (random.nextInt(30)) {
                    case 0 -> random.nextLong(2 * SECOND);
                    case 1, 2 -> random.nextLong(300 * MILLI);
                    default -> random.nextLong(20 * MILLI);
                };
                for (int e = 0; e < edges; e++) {
                    while (interval > 0 && nextTold[e] <= now) {
                        tell(e, nextTold[e]);
                        nextTold[e] += interval;
                    }
                }
                deliver();
                int edge = random.nextInt(edges);
                request(edge);
                if (interval == 0) {
                    tell(edge, now);
                    deliver();
                }
                if (i % 100 == 0) {
                    limits.forEach(l -> l.sweep(now));
                }
            }
        }

        void request(int edge) {
            arrived.add(new Accepted(edge, now));
            Taken taken = limits.get(edge).take(TENANT, KEY, OWNER, rates, quotas, now);
            if (taken.allowed() && random.nextInt(20) == 0) {
                limits.get(edge).giveBack(taken);
            } else if (taken.allowed()) {
                accepted.add(new Accepted(edge, now));
            } else {
                refused++;
            }
        }

        void tell(int from, long at) {
            for (LimitCount count : limits.get(from).changed(100)) {
                if (cutOff[from] || maxDelay > 0 && random.nextInt(50) == 0) {
                    // Not delivered, and told again in the next round.
                    limits.get(from).undelivered(count.counter());
                    continue;
                }
                LimitCount sent = RecordJson.read(LimitCount.class, RecordJson.bytes(count));
                for (int to = 0; to < edges; to++) {
                    if (to != from && !cutOff[to]) {
                        // In order, as in a partition.
                        long arrives = Math.max(
                                lastArrival[from][to], at + (maxDelay == 0 ? 0 : random.nextLong(maxDelay + 1)));
                        lastArrival[from][to] = arrives;
                        underWay.add(new Message(arrives, number++, to, sent));
                        if (random.nextInt(10) == 0) {
                            // Twice does not count double.
                            underWay.add(new Message(arrives, number++, to, sent));
                        }
                    }
                }
            }
        }

        void deliver() {
            while (!underWay.isEmpty() && underWay.peek().arrives <= now) {
                Message message = underWay.poll();
                limits.get(message.to).heard(message.count, now);
            }
        }

        /** The most that came to one edge in any stretch of that length. */
        long mostArrivals(long stretch) {
            long most = 0;
            for (int e = 0; e < edges; e++) {
                int edge = e;
                long[] times = arrived.stream()
                        .filter(a -> a.edge == edge)
                        .mapToLong(Accepted::at)
                        .toArray();
                int from = 0;
                for (int i = 0; i < times.length; i++) {
                    while (times[from] < times[i] - stretch) {
                        from++;
                    }
                    most = Math.max(most, i - from + 1);
                }
            }
            return most;
        }

        /** The most that was accepted in any stretch of that length, both ends included. */
        long mostAccepted(long stretch) {
            long most = 0;
            int from = 0;
            for (int i = 0; i < accepted.size(); i++) {
                while (accepted.get(from).at < accepted.get(i).at - stretch) {
                    from++;
                }
                most = Math.max(most, i - from + 1);
            }
            return most;
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Row("S5-28")
    void edges_together_never_let_more_through_than_the_limit_and_what_the_others_get_before_they_are_heard(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31);
        Rate rate = new Rate(random.nextInt(5, 100), random.nextInt(1, 10), Of.KEY);
        World world = new World(
                seed, random.nextInt(2, 6), 200 * MILLI, random.nextInt(0, 400) * MILLI, List.of(rate), List.of());
        // What is not delivered once is told in the next round, twice in a row in the round after that.
        long d = world.d() + 4 * world.interval;
        world.run(4000);
        long a = world.mostArrivals(d);
        long bound = rate.requests() + (world.edges - 1) * Math.min(rate.requests(), a);
        assertThat(world.mostAccepted(rate.windowSeconds() * SECOND))
                .as("seed %d", seed)
                .isLessThanOrEqualTo(bound);
        assertThat(world.refused).isPositive();
        // Sharper, and for each one that passed: the limit, and what others had accepted in the last d.
        List<Accepted> all = world.accepted;
        for (int i = 0; i < all.size(); i++) {
            Accepted last = all.get(i);
            long inWindow = 0;
            long unheard = 0;
            for (int j = i; j >= 0 && all.get(j).at >= last.at - rate.windowSeconds() * SECOND; j--) {
                inWindow++;
                unheard += all.get(j).edge != last.edge && all.get(j).at >= last.at - d ? 1 : 0;
            }
            assertThat(inWindow).as("seed %d, %d", seed, i).isLessThanOrEqualTo(rate.requests() + unheard);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void without_any_delay_edges_together_are_as_exact_as_one(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 37);
        Rate rate = new Rate(random.nextInt(1, 60), random.nextInt(1, 10), Of.OWNER);
        World world = new World(seed, random.nextInt(2, 6), 0, 0, List.of(rate), List.of());
        world.run(3000);
        assertThat(world.mostAccepted(rate.windowSeconds() * SECOND))
                .as("seed %d", seed)
                .isEqualTo(rate.requests());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void an_edge_that_hears_nobody_and_is_not_heard_adds_at_most_the_limit_once_more(long seed) {
        Rate rate = new Rate(10 + seed, 3, Of.KEY);
        World world = new World(seed, 3, 0, 0, List.of(rate), List.of());
        world.cutOff[1] = true;
        world.run(3000);
        assertThat(world.mostAccepted(3 * SECOND))
                .isGreaterThan(rate.requests())
                .isLessThanOrEqualTo(2 * rate.requests());
        // It comes back: all is as before once its last word is delivered.
        world.cutOff[1] = false;
        world.tell(1, world.now);
        world.tell(0, world.now);
        world.tell(2, world.now);
        world.deliver();
        world.accepted.clear();
        world.now += 4 * SECOND;
        world.run(2000);
        assertThat(world.mostAccepted(3 * SECOND)).isEqualTo(rate.requests());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Row("S5-28")
    void a_quota_over_edges_is_exceeded_by_no_more_than_what_was_not_heard(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 41);
        Quota quota = new Quota(random.nextInt(50, 400), Period.HOUR, "UTC", Of.KEY);
        World world = new World(
                seed, random.nextInt(2, 6), 200 * MILLI, random.nextInt(0, 300) * MILLI, List.of(), List.of(quota));
        long d = world.d() + 4 * world.interval;
        world.run(3000);
        long noon = START + 30 * SECOND;
        long a = world.mostArrivals(d);
        for (boolean second : new boolean[] {false, true}) {
            long inPeriod =
                    world.accepted.stream().filter(x -> x.at >= noon == second).count();
            assertThat(inPeriod)
                    .as("seed %d", seed)
                    .isPositive()
                    .isLessThanOrEqualTo(quota.requests() + (world.edges - 1) * Math.min(quota.requests(), a));
        }
    }

    @Test
    @Row("S5-28")
    void a_quota_survives_a_restart_by_what_the_topic_holds() {
        Quota quota = new Quota(100, Period.MONTH, "UTC", Of.KEY);
        Limits before = new Limits("edge-1", "boot1", 1000);
        IntStream.range(0, 70).forEach(_ -> before.take(TENANT, KEY, OWNER, List.of(), List.of(quota), START));
        List<LimitCount> topic = new ArrayList<>(before.changed(10));
        Limits after = new Limits("edge-1", "boot2", 1000);
        topic.forEach(count -> after.heard(count, START));
        IntStream.range(0, 20).forEach(_ -> after.take(TENANT, KEY, OWNER, List.of(), List.of(quota), START + 1));
        topic.addAll(after.changed(10));
        Limits last = new Limits("edge-1", "boot3", 1000);
        topic.forEach(count -> last.heard(count, START));
        long left = IntStream.range(0, 50)
                .filter(_ -> last.take(TENANT, KEY, OWNER, List.of(), List.of(quota), START + 2)
                        .allowed())
                .count();
        assertThat(left).isEqualTo(10);
        assertThat(topic).extracting(LimitCount::key).doesNotHaveDuplicates();
    }

    @Test
    void what_does_not_count_any_more_takes_no_room_when_a_topic_is_read() {
        Limits before = new Limits("edge-1", "boot1", 1000);
        before.take(TENANT, KEY, OWNER, List.of(new Rate(5, 60, Of.KEY)), List.of(), START);
        before.take(TENANT, KEY, OWNER, List.of(), List.of(new Quota(5, Period.HOUR, "UTC", Of.KEY)), START);
        List<LimitCount> topic = before.changed(10);
        Limits soon = new Limits("edge-1", "boot2", 1000);
        topic.forEach(count -> soon.heard(count, START + 20 * SECOND));
        assertThat(soon.size()).isEqualTo(2);
        Limits later = new Limits("edge-1", "boot2", 1000);
        topic.forEach(count -> later.heard(count, START + 7200 * SECOND));
        assertThat(later.size()).isZero();
    }

    @Test
    void an_edge_hears_its_own_words_and_does_not_count_them_again() {
        Rate rate = new Rate(10, 60, Of.KEY);
        Limits edge = new Limits("edge-1", "boot1", 1000);
        IntStream.range(0, 5).forEach(_ -> edge.take(TENANT, KEY, OWNER, List.of(rate), List.of(), START));
        edge.changed(10).forEach(count -> edge.heard(count, START));
        long left = IntStream.range(0, 20)
                .filter(_ -> edge.take(TENANT, KEY, OWNER, List.of(rate), List.of(), START)
                        .allowed())
                .count();
        assertThat(left).isEqualTo(5);
    }

    @Test
    void a_count_that_cannot_be_is_refused_and_changes_nothing() {
        Limits edge = new Limits("edge-1", "boot1", 1000);
        LimitCount.Counter id = new LimitCount.Counter(TENANT, KEY.value(), 0, 60, null, null);
        for (LimitCount wrong : List.of(
                new LimitCount("edge-2", "boot2", id, 0, List.of(-5L)),
                new LimitCount(
                        "edge-2",
                        "boot2",
                        id,
                        0,
                        IntStream.range(0, 102).mapToObj(_ -> 1L).toList()),
                new LimitCount(
                        "edge-2",
                        "boot2",
                        new LimitCount.Counter(TENANT, KEY.value(), 0, 0, null, null),
                        0,
                        List.of(1L)))) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> edge.heard(wrong, START))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(edge.size()).isZero();
    }
}
