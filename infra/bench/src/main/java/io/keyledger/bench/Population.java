package io.keyledger.bench;

import io.keyledger.command.key.Lifetime;
import io.keyledger.command.policy.Span;
import io.keyledger.events.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An installation that has been in use for a while: who made which key when, and what became of it. The same number of keys
 * gives the same population, but for the moment that it ends at.
 *
 * @param keys how many
 * @param until when the last one is made
 */
record Population(int keys, Instant until) {
    /** Long enough that keys have expired, been replaced and been forgotten. */
    private static final Duration AGE = Duration.ofDays(400);

    private static final int MOST_OWNERS = 5_000;
    private static final String[] WHAT = {
        "ci deploy",
        "nightly export",
        "billing sync",
        "metrics agent",
        "partner feed",
        "mobile backend",
        "terraform",
        "backup"
    };
    private static final String[] WHERE = {"production", "staging", "test", "eu-west", "us-east", "laptop"};

    /**
     * One key's life.
     *
     * @param revoked null = not
     */
    record Life(
            String name,
            String owner,
            Scope scope,
            Lifetime lifetime,
            Instant created,
            @Nullable Instant revoked) {}

    /** The key with that number, from 0, in the order in which they are made. */
    Life life(int number) {
        Random random = new Random(number * 0x9E37_79B9_7F4A_7C15L);
        Instant created =
                until.minus(AGE).plusMillis((long) (AGE.toMillis() * ((number + random.nextDouble()) / keys)));
        String name =
                "%s %s %07d".formatted(WHAT[random.nextInt(WHAT.length)], WHERE[random.nextInt(WHERE.length)], number);
        int owners = Math.clamp(keys / 200, 1, MOST_OWNERS);
        // A few hold most: the square of an even draw, evened out again so that nobody gets above a tenant's limit.
        double draw = random.nextDouble();
        int owner = (int) (owners * (0.3 * draw * draw + 0.7 * draw));
        Instant revoked = random.nextInt(100) < 8 ? created.plusSeconds(random.nextInt(60 * 86_400)) : null;
        return new Life(
                name,
                "usr_team-%04d".formatted(owner),
                scope(random.nextInt(100)),
                lifetime(random.nextInt(100)),
                created,
                revoked == null || revoked.isBefore(until) ? revoked : null);
    }

    private static Scope scope(int percent) {
        return percent < 68 ? Scope.READ_ONLY : percent < 96 ? Scope.READ_WRITE : Scope.ADMIN;
    }

    private static Lifetime lifetime(int percent) {
        return new Lifetime.Fixed(Span.parse(percent < 5 ? "P90D" : percent < 55 ? "P380D" : "P3Y"));
    }
}
