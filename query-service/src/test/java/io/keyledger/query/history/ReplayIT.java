package io.keyledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.query.history.Simulation.Question;
import io.keyledger.query.history.Simulation.Result;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.verifier.Countries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Recorded decisions decided again, from a real PostgreSQL. */
class ReplayIT {
    private static JdbcTemplate store(World world) {
        JdbcTemplate jdbc = TestDatabase.store();
        new Fold(jdbc).fold(world.events, 300);
        return jdbc;
    }

    private static Result run(JdbcTemplate jdbc, World world, Change change, @Nullable List<String> keys, long most) {
        Question question =
                new Question(World.TENANT.value(), World.START, world.now().plusSeconds(1), keys, null, change);
        return new Simulation(question, new Courses(jdbc), new UseReader(jdbc), Countries.UNKNOWN, most).run();
    }

    private static Result run(JdbcTemplate jdbc, World world, Change change) {
        return run(jdbc, world, change, null, Simulation.MOST_EVENTS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_unchanged_policy_reproduces_every_decision_of_an_edge_that_is_never_behind(long seed) {
        World world = new World(seed, Duration.ZERO).run(900);
        Result result = run(store(world), world, Change.NONE);
        assertThat(world.requests).isGreaterThan(500);
        assertThat(result.complete()).isTrue();
        assertThat(result.requests()).isEqualTo(world.requests);
        assertThat(result.notReproduced().examples()).isEmpty();
        assertThat(result.reproduced()).isEqualTo(world.requests);
        assertThat(result.wouldRefuse().requests()).isZero();
        assertThat(result.wouldAccept().requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 8})
    void the_unchanged_policy_reproduces_every_decision_of_an_edge_that_heard_of_changes_late(long seed) {
        World world = new World(seed, Duration.ofMillis(800)).run(900);
        Result result = run(store(world), world, Change.NONE);
        assertThat(result.notReproduced().examples()).isEmpty();
        assertThat(result.reproduced() + result.inFlight()).isEqualTo(world.requests);
        assertThat(result.inFlight()).isPositive();
        assertThat(result.wouldRefuse().requests()).isZero();
        assertThat(result.wouldAccept().requests()).isZero();
    }

    @Test
    void what_a_narrower_scope_would_have_refused_is_what_it_does_not_grant() {
        World world = new World(9, Duration.ZERO).run(900);
        Result result = run(store(world), world, new Change(Scope.READ_ONLY, null, null, null));
        long writes = accepted(world)
                .filter(u -> !Scope.READ_ONLY.grants(String.valueOf(u.permission())))
                .mapToLong(KeyUsed::count)
                .sum();
        assertThat(writes).isPositive();
        assertThat(result.wouldRefuse().requests()).isEqualTo(writes);
        assertThat(result.wouldRefuse().byCode())
                .singleElement()
                .satisfies(c -> assertThat(c.name()).isEqualTo("forbidden"));
        assertThat(result.wouldRefuse().byKey().stream()
                        .mapToLong(Tally.Count::requests)
                        .sum())
                .isEqualTo(writes);
        assertThat(result.wouldRefuse().byAddress().stream()
                        .mapToLong(Tally.Count::requests)
                        .sum())
                .isEqualTo(writes);
        assertThat(result.wouldRefuse().examples()).hasSizeBetween(1, Tally.EXAMPLES);
    }

    @Test
    void what_an_address_rule_would_have_refused_is_what_comes_from_elsewhere() {
        World world = new World(10, Duration.ZERO).run(900);
        UsagePolicy rule = new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);
        Result result = run(store(world), world, new Change(null, rule, null, null));
        long elsewhere = accepted(world)
                .filter(u -> !String.valueOf(u.ip()).startsWith("192.0.2."))
                .mapToLong(KeyUsed::count)
                .sum();
        assertThat(elsewhere).isPositive();
        assertThat(result.wouldRefuse().requests()).isEqualTo(elsewhere);
        assertThat(result.wouldRefuse().byAddress())
                .extracting(Tally.Count::name)
                .containsExactly("203.0.113.9");
    }

    @Test
    void an_earlier_expiry_would_have_refused_what_came_after_it() {
        World world = new World(11, Duration.ZERO).run(900);
        Instant end = World.START.plusSeconds(120);
        Result result = run(store(world), world, new Change(null, null, end, null));
        long after = world.events.stream()
                .mapToLong(e -> e.data() instanceof KeyUsed used && !e.time().isBefore(end) ? used.count() : 0)
                .sum();
        assertThat(after).isPositive();
        assertThat(result.wouldRefuse().requests()).isEqualTo(after);
    }

    @Test
    void keys_switched_off_would_have_refused_all() {
        World world = new World(12, Duration.ZERO).run(500);
        Result result = run(store(world), world, new Change(null, null, null, false));
        assertThat(result.wouldRefuse().requests())
                .isEqualTo(accepted(world).mapToLong(KeyUsed::count).sum());
    }

    @Test
    void a_rate_lets_through_no_more_than_it_says() {
        World world = new World(13, Duration.ZERO).run(900);
        UsagePolicy rate =
                new UsagePolicy(null, null, null, null, null, null, List.of(new Rate(2, 86_400, Of.KEY)), null);
        JdbcTemplate jdbc = store(world);
        Result result = run(jdbc, world, new Change(null, rate, null, null));
        for (var key : world.keys) {
            long before = accepted(world)
                    .filter(u -> u.keyId().equals(key))
                    .mapToLong(KeyUsed::count)
                    .sum();
            Result one = run(jdbc, world, new Change(null, rate, null, null), List.of(key.value()), 1_000_000);
            assertThat(one.wouldRefuse().requests()).as("%s", key).isEqualTo(Math.max(0, before - 2));
        }
        assertThat(result.wouldRefuse().byCode()).extracting(Tally.Count::name).containsExactly("rate-limited");
    }

    @Test
    void a_wider_change_tells_what_would_have_been_accepted() {
        World world = new World(14, Duration.ZERO).run(900);
        UsagePolicy anywhere = new UsagePolicy(null, null, List.of("0.0.0.0/0", "::/0"), null, null, null, null, null);
        Result result = run(store(world), world, new Change(null, anywhere, null, null));
        long refused = world.events.stream()
                .filter(e -> e.data() instanceof AuthFailed f && f.reason().equals("address-not-allowed"))
                .count();
        assertThat(refused).isPositive();
        assertThat(result.wouldAccept().requests()).isPositive();
        assertThat(result.wouldRefuse().requests()).isZero();
        assertThat(result.wouldAccept().examples())
                .allSatisfy(e -> assertThat(e.recorded()).isEqualTo("address-not-allowed"));
    }

    @Test
    void one_that_would_take_too_long_stops_and_says_where() {
        World world = new World(15, Duration.ZERO).run(500);
        Result result = run(store(world), world, Change.NONE, null, 20);
        assertThat(result.complete()).isFalse();
        assertThat(result.events()).isEqualTo(20);
        assertThat(result.lastKey()).startsWith("key_");
    }

    private static Stream<KeyUsed> accepted(World world) {
        return world.events.stream()
                .flatMap(e -> e.data() instanceof KeyUsed used ? Stream.of(used) : Stream.<KeyUsed>empty());
    }
}
