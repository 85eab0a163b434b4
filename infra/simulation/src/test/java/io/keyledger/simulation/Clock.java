package io.keyledger.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The two clocks of one machine: a monotonic one that runs a little fast or slow, and a wall clock that is set now and then. */
final class Clock {
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final double DRIFT = 0.004;

    private final LongSupplier now;
    private final long origin;
    private final double rate;
    private Duration step = Duration.ZERO;

    /** @param now true time, nanoseconds since the start of the world */
    Clock(LongSupplier now, RandomGenerator random) {
        this.now = now;
        this.origin = random.nextLong(1L << 50);
        this.rate = 1 + (random.nextDouble() * 2 - 1) * DRIFT;
    }

    long nanos() {
        return origin + (long) (now.getAsLong() * rate);
    }

    Instant wall() {
        return START.plusNanos((long) (now.getAsLong() * rate)).plus(step);
    }

    /** The wall clock is set, forwards or back. */
    void set(Duration by) {
        step = step.plus(by);
    }
}
