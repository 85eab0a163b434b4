package io.keyledger.edge.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.requirements.Row;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static final TenantId TENANT = new TenantId("t_acme");
    private static final KeyId KEY = key(1);
    private static final OwnerId OWNER = new OwnerId("usr_alice");
    private static final long SECOND = 1_000_000;
    private static final long NOON = at("2026-03-10T12:00:00Z");

    private final Limits limits = new Limits("edge-1", "boot1", 1000);

    private static KeyId key(int number) {
        return new KeyId("key_%026d".formatted(number));
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli() * 1000;
    }

    private static Rate rate(long requests, long seconds) {
        return new Rate(requests, seconds, Of.KEY);
    }

    private static Quota quota(long requests, Period period, String zone) {
        return new Quota(requests, period, zone, Of.KEY);
    }

    private Taken take(KeyId key, List<Rate> rates, List<Quota> quotas, long now) {
        return limits.take(TENANT, key, OWNER, rates, quotas, now);
    }

    private static LimitState state(Taken taken) {
        return Objects.requireNonNull(taken.state());
    }

    private boolean takes(List<Rate> rates, List<Quota> quotas, long now) {
        return take(KEY, rates, quotas, now).allowed();
    }

    /**
     * Against an oracle that keeps every instant: never more than allowed in any stretch, both ends included; and what is refused
     * would have been too much in a stretch that is a hundredth longer. Of all windows at once, or of none.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @Row("S5-28")
    void never_more_than_the_rate_in_any_stretch_of_the_window_and_never_less_than_in_one_a_hundredth_longer(
            long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Rate> rates = List.of(
                rate(random.nextInt(1, 20), random.nextInt(1, 4)),
                rate(random.nextInt(10, 200), random.nextInt(20, 90)));
        List<Deque<Long>> accepted = List.of(new ArrayDeque<>(), new ArrayDeque<>());
        long now = NOON + random.nextInt(1_000_000);
        int passed = 0;
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            // Bursts, trickles and pauses.
            now += switch (random.nextInt(20)) {
                case 0 -> random.nextLong(5 * SECOND);
                case 1 -> random.nextLong(SECOND);
                default -> random.nextLong(50_000);
            };
            boolean allowed = takes(rates, List.of(), now);
            boolean wouldPass = true;
            boolean mustPass = true;
            for (int r = 0; r < 2; r++) {
                long window = rates.get(r).windowSeconds() * SECOND;
                long since = now - window;
                long longer = now - window - window / 100;
                accepted.get(r).removeIf(t -> t < longer);
                wouldPass &= accepted.get(r).stream().filter(t -> t >= since).count()
                        < rates.get(r).requests();
                mustPass &= accepted.get(r).size() < rates.get(r).requests();
            }
            if (allowed) {
                assertThat(wouldPass).as("seed %d, request %d", seed, i).isTrue();
                for (Deque<Long> times : accepted) {
                    times.add(now);
                }
                passed++;
            } else {
                assertThat(mustPass).as("seed %d, request %d", seed, i).isFalse();
                refused++;
            }
        }
        assertThat(passed).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    @Row("S5-28")
    void what_is_refused_by_one_limit_takes_nothing_from_another() {
        List<Rate> rates = List.of(rate(1, 1), rate(3, 3600));
        assertThat(takes(rates, List.of(), NOON)).isTrue();
        for (int i = 1; i < 50; i++) {
            assertThat(takes(rates, List.of(), NOON + i)).isFalse();
        }
        assertThat(takes(rates, List.of(), NOON + 2 * SECOND)).isTrue();
        assertThat(takes(rates, List.of(), NOON + 4 * SECOND)).isTrue();
        assertThat(takes(rates, List.of(), NOON + 6 * SECOND)).isFalse();
    }

    @Test
    @Row("S5-28")
    void a_quota_is_there_again_with_the_next_period_of_its_zone_on_the_day_when_clocks_change_too() {
        // Zürich, 29 March 2026: a day of 23 hours, from 23:00 to 22:00 UTC.
        List<Quota> daily = List.of(quota(2, Period.DAY, "Europe/Zurich"));
        assertThat(takes(List.of(), daily, at("2026-03-28T23:00:00Z"))).isTrue();
        assertThat(takes(List.of(), daily, at("2026-03-29T12:00:00Z"))).isTrue();
        Taken refused = take(KEY, List.of(), daily, at("2026-03-29T21:59:59Z"));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.quota()).isTrue();
        assertThat(state(refused).resetSeconds()).isEqualTo(1);
        assertThat(takes(List.of(), daily, at("2026-03-29T22:00:00Z"))).isTrue();
    }

    @Test
    void a_month_ends_when_it_ends() {
        List<Quota> monthly = List.of(quota(1, Period.MONTH, "America/New_York"));
        assertThat(takes(List.of(), monthly, at("2028-02-01T05:00:00Z"))).isTrue();
        assertThat(takes(List.of(), monthly, at("2028-03-01T04:59:59Z"))).isFalse();
        assertThat(takes(List.of(), monthly, at("2028-03-01T05:00:00Z"))).isTrue();
    }

    @Test
    void a_week_begins_on_monday() {
        List<Quota> weekly = List.of(quota(1, Period.WEEK, "UTC"));
        assertThat(takes(List.of(), weekly, at("2026-03-09T00:00:00Z"))).isTrue();
        assertThat(takes(List.of(), weekly, at("2026-03-15T23:59:59Z"))).isFalse();
        assertThat(takes(List.of(), weekly, at("2026-03-16T00:00:00Z"))).isTrue();
    }

    /** Every instant is in exactly one period, and the periods follow each other without a gap, in every zone there is. */
    @Test
    void periods_of_every_zone_follow_each_other_without_gap_or_overlap() {
        SplittableRandom random = new SplittableRandom(7);
        long from = Instant.parse("1995-01-01T00:00:00Z").getEpochSecond();
        long to = Instant.parse("2035-01-01T00:00:00Z").getEpochSecond();
        for (String zone : ZoneId.getAvailableZoneIds().stream().sorted().toList()) {
            for (Period period : Period.values()) {
                Span.Calendar span = new Span.Calendar(period, zone);
                for (int i = 0; i < 8; i++) {
                    long at = random.nextLong(from, to) * SECOND;
                    var next = ZoneId.of(zone).getRules().nextTransition(Instant.ofEpochSecond(at / SECOND));
                    if (i % 2 == 1 && next != null) {
                        at = (next.toEpochSecond() + random.nextLong(-5400, 5400)) * SECOND;
                    }
                    long start = span.slot(at);
                    long end = span.end(start);
                    assertThat(at)
                            .as("%s %s", zone, period)
                            .isGreaterThanOrEqualTo(start)
                            .isLessThan(end);
                    Span.Calendar fresh = new Span.Calendar(period, zone);
                    assertThat(fresh.slot(start))
                            .as("%s %s begins", zone, period)
                            .isEqualTo(start);
                    assertThat(fresh.slot(end - 1))
                            .as("%s %s ends", zone, period)
                            .isEqualTo(start);
                    assertThat(fresh.slot(end)).as("%s %s next", zone, period).isEqualTo(end);
                }
            }
        }
    }

    @Test
    @Row("S5-28")
    void keys_of_one_owner_share_a_limit_of_the_owner_that_is_equal() {
        List<Rate> shared = List.of(new Rate(3, 60, Of.OWNER));
        assertThat(take(key(1), shared, List.of(), NOON).allowed()).isTrue();
        assertThat(take(key(2), shared, List.of(), NOON).allowed()).isTrue();
        assertThat(take(key(3), shared, List.of(), NOON).allowed()).isTrue();
        assertThat(take(key(1), shared, List.of(), NOON).allowed()).isFalse();
        // Another size, another owner or another tenant's: not the same limit.
        assertThat(take(key(1), List.of(new Rate(4, 60, Of.OWNER)), List.of(), NOON)
                        .allowed())
                .isTrue();
        assertThat(limits.take(TENANT, key(4), new OwnerId("usr_bob"), shared, List.of(), NOON)
                        .allowed())
                .isTrue();
        assertThat(limits.take(new TenantId("t_other"), key(5), OWNER, shared, List.of(), NOON)
                        .allowed())
                .isTrue();
    }

    @Test
    void a_number_that_changes_counts_on_and_a_time_that_changes_counts_anew() {
        for (int i = 0; i < 5; i++) {
            assertThat(takes(List.of(rate(5, 60)), List.of(), NOON)).isTrue();
        }
        assertThat(takes(List.of(rate(5, 60)), List.of(), NOON)).isFalse();
        assertThat(takes(List.of(rate(3, 60)), List.of(), NOON)).isFalse();
        Taken wider = take(KEY, List.of(rate(7, 60)), List.of(), NOON);
        assertThat(wider.allowed()).isTrue();
        assertThat(state(wider).remaining()).isEqualTo(1);
        assertThat(takes(List.of(rate(5, 61)), List.of(), NOON)).isTrue();
    }

    @Test
    void a_request_that_is_given_back_was_never_there() {
        List<Rate> rates = List.of(rate(1, 60));
        List<Quota> quotas = List.of(quota(1, Period.DAY, "UTC"));
        Taken taken = take(KEY, rates, quotas, NOON);
        assertThat(takes(rates, quotas, NOON)).isFalse();
        limits.giveBack(taken);
        assertThat(takes(rates, quotas, NOON)).isTrue();
        assertThat(takes(rates, quotas, NOON)).isFalse();
    }

    @Test
    void what_was_taken_in_a_period_that_is_over_is_not_given_back_in_the_next() {
        List<Quota> quotas = List.of(quota(1, Period.HOUR, "UTC"));
        Taken before = take(KEY, List.of(), quotas, NOON - 1);
        assertThat(takes(List.of(), quotas, NOON)).isTrue();
        limits.giveBack(before);
        assertThat(takes(List.of(), quotas, NOON)).isFalse();
    }

    @Test
    @Row("S5-28")
    void when_to_come_again_is_when_there_is_room() {
        List<Rate> rates = List.of(rate(2, 10));
        take(KEY, rates, List.of(), NOON);
        take(KEY, rates, List.of(), NOON + 4 * SECOND);
        Taken refused = take(KEY, rates, List.of(), NOON + 5 * SECOND);
        assertThat(refused.allowed()).isFalse();
        assertThat(state(refused).resetSeconds()).isEqualTo(6);
        long again = NOON + 5 * SECOND + state(refused).resetSeconds() * SECOND;
        assertThat(takes(rates, List.of(), again)).isTrue();
        assertThat(takes(rates, List.of(), again)).isFalse();
    }

    @Test
    void the_limit_with_least_room_is_told_and_among_full_ones_the_one_that_is_full_longest() {
        List<Rate> rates = List.of(rate(10, 1), rate(2, 60));
        List<Quota> quotas = List.of(quota(100, Period.DAY, "UTC"));
        LimitState state = state(take(KEY, rates, quotas, NOON));
        assertThat(state.limit()).isEqualTo(new LimitState.Policy("60s", 2, 60));
        assertThat(state.remaining()).isEqualTo(1);
        assertThat(state.all()).extracting(LimitState.Policy::name).containsExactlyInAnyOrder("1s", "60s", "day");
        List<Quota> small = List.of(quota(2, Period.DAY, "UTC"));
        take(key(9), List.of(rate(2, 60)), small, NOON);
        take(key(9), List.of(rate(2, 60)), small, NOON);
        Taken full = take(key(9), List.of(rate(2, 60)), small, NOON);
        assertThat(full.quota()).isTrue();
        assertThat(state(full).resetSeconds()).isEqualTo(12 * 3600);
    }

    @Test
    void a_key_without_limits_costs_no_counter() {
        assertThat(takes(List.of(), List.of(), NOON)).isTrue();
        assertThat(take(KEY, List.of(), List.of(), NOON)).isSameAs(take(key(2), List.of(), List.of(), NOON));
        assertThat(limits.size()).isZero();
    }

    @Test
    void counters_go_away_when_nothing_counts_any_more_and_a_key_that_comes_back_begins_anew() {
        List<Rate> rates = List.of(rate(1, 60));
        List<Quota> quotas = List.of(quota(2, Period.DAY, "UTC"));
        assertThat(takes(rates, quotas, NOON)).isTrue();
        assertThat(limits.changed(10)).hasSize(2);
        limits.sweep(NOON + 59 * SECOND);
        assertThat(limits.size()).isEqualTo(2);
        limits.sweep(NOON + 70 * SECOND);
        assertThat(limits.size()).as("the quota counts until the day is over").isEqualTo(1);
        assertThat(takes(rates, quotas, NOON + 70 * SECOND)).isTrue();
        assertThat(takes(rates, quotas, NOON + 150 * SECOND)).isFalse();
        limits.changed(10);
        limits.sweep(NOON + 13 * 3600 * SECOND);
        assertThat(limits.size()).isZero();
        assertThat(takes(rates, quotas, NOON + 13 * 3600 * SECOND)).isTrue();
    }

    @Test
    void a_counter_that_was_let_go_counts_for_nobody_who_still_holds_it() {
        Taken taken = take(KEY, List.of(rate(1, 60)), List.of(), NOON);
        limits.changed(10);
        limits.sweep(NOON + 70 * SECOND);
        assertThat(Objects.requireNonNull(taken.bound()).take(NOON + 70 * SECOND, limits))
                .isNull();
    }

    @Test
    void a_flood_of_limited_keys_takes_no_more_memory_than_allowed_and_refuses_those_that_find_no_room() {
        List<Rate> rates = List.of(rate(5, 60));
        int allowed = 0;
        for (int i = 0; i < 5000; i++) {
            allowed += take(key(i), rates, List.of(), NOON).allowed() ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(1000);
        assertThat(limits.size()).isEqualTo(1000);
        assertThat(limits.turnedAway()).isEqualTo(4000);
        assertThat(take(key(0), rates, List.of(), NOON).allowed()).isTrue();
        limits.changed(Integer.MAX_VALUE);
        limits.sweep(NOON + 61 * SECOND);
        assertThat(take(key(4999), rates, List.of(), NOON + 61 * SECOND).allowed())
                .isTrue();
    }

    /** Eight threads on keys that share counters in every order, some giving back, while another sweeps and reports. */
    @Test
    void many_threads_together_take_exactly_what_there_is() throws InterruptedException {
        Limits shared = new Limits("edge-1", "boot1", 1000);
        int keys = 4;
        long perOwner = 5000;
        AtomicInteger accepted = new AtomicInteger();
        Map<Integer, AtomicInteger> perKey = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int seed = t;
            threads.add(Thread.ofPlatform().start(() -> {
                SplittableRandom random = new SplittableRandom(seed);
                for (int i = 0; i < 5000; i++) {
                    int k = random.nextInt(keys);
                    Taken taken = shared.take(
                            TENANT,
                            key(k),
                            OWNER,
                            List.of(new Rate(perOwner, 3600, Of.OWNER), rate(1500, 600)),
                            List.of(quota(1400, Period.DAY, "UTC")),
                            NOON);
                    if (taken.allowed()) {
                        if (random.nextInt(10) == 0) {
                            shared.giveBack(taken);
                        } else {
                            accepted.incrementAndGet();
                            perKey.computeIfAbsent(k, _ -> new AtomicInteger()).incrementAndGet();
                        }
                    }
                    if (i % 500 == 0) {
                        shared.sweep(NOON);
                        shared.changed(10);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(accepted.get()).isLessThanOrEqualTo((int) perOwner);
        for (int k = 0; k < keys; k++) {
            int rest = 0;
            while (shared.take(
                            TENANT,
                            key(k),
                            OWNER,
                            List.of(rate(1500, 600)),
                            List.of(quota(1400, Period.DAY, "UTC")),
                            NOON)
                    .allowed()) {
                rest++;
            }
            assertThat(perKey.getOrDefault(k, new AtomicInteger()).get() + rest).isEqualTo(1400);
        }
        int rest = 0;
        while (shared.take(TENANT, key(99), OWNER, List.of(new Rate(perOwner, 3600, Of.OWNER)), List.of(), NOON)
                .allowed()) {
            rest++;
        }
        assertThat(accepted.get() + rest).isEqualTo((int) perOwner);
    }
}
