package io.keyledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many worlds, each from its seed. {@code -Dkeyledger.simulation.seed=N} runs one of them,
 * {@code -Dkeyledger.simulation.seeds=N} so many, {@code -Dkeyledger.simulation.from=N} from there on.
 */
class SimulationTest {
    private static final long SEEDS = Long.getLong("keyledger.simulation.seeds", 10_000);
    private static final long FROM = Long.getLong("keyledger.simulation.from", 0);
    private static final int SEEDS_FOR_A_BUG = 1_000;

    /** What did not hold in the world of that seed; null when all did. */
    private static @Nullable Throwable violation(long seed, Bug bug, World.Met met) {
        World world = new World(seed, bug);
        try {
            world.run();
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e;
        } finally {
            synchronized (met) {
                met.add(world.met);
            }
        }
    }

    private record Broken(long seed, Throwable violation) {}

    private static @Nullable Broken broken(long seed, World.Met met) {
        Throwable violation = violation(seed, Bug.NONE, met);
        return violation == null ? null : new Broken(seed, violation);
    }

    @Test
    @Row({"S1-60", "S3-24"})
    void what_always_holds_holds_in_every_world() {
        Long one = Long.getLong("keyledger.simulation.seed");
        long from = one == null ? FROM : one;
        long to = one == null ? FROM + SEEDS : one + 1;
        World.Met met = new World.Met();
        LongStream.range(from, to)
                .parallel()
                .mapToObj(seed -> broken(seed, met))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(broken -> {
                    throw new AssertionError(
                            "in the world of seed %d (again: -Dkeyledger.simulation.seed=%d): %s"
                                    .formatted(broken.seed(), broken.seed(), broken.violation()),
                            broken.violation());
                });
        System.out.println(met);
        if (one == null) {
            // Worlds in which something never happens prove nothing about it.
            assertThat(met.images).as("boots from an image").isPositive();
            assertThat(met.outages).as("losses of power").isPositive();
            assertThat(met.restarts).as("restarts of command-service").isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Bug.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void a_planted_bug_is_found(Bug bug) {
        Throwable found = null;
        for (long seed = 0; seed < SEEDS_FOR_A_BUG && found == null; seed++) {
            found = violation(seed, bug, new World.Met());
            if (found != null) {
                System.out.printf("%s is found in the world of seed %d%n", bug, seed);
            }
        }
        assertThat(found).as("%s within %d seeds", bug, SEEDS_FOR_A_BUG).isInstanceOf(Violation.class);
    }

    /** A world is what its seed says: without that no failure could be looked at again. */
    @Test
    void a_seed_gives_the_same_world_twice() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(trace(seed)).isEqualTo(trace(seed));
        }
    }

    private static String trace(long seed) {
        World world = new World(seed, Bug.NONE);
        world.run();
        return world.now() + " " + world.broker.activity.size() + " " + world.broker.acks.size();
    }
}
