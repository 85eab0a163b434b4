package io.keyledger.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The clocks of one machine: a monotonic one that runs a little fast or slow, a wall clock that is set now and then, and how long
 * it has been up.
 */
final class Clock {
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final double DRIFT = 0.004;

    private final LongSupplier now;
    private final double rate;
    private long origin;
    private long boots;
    private long upSince;
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

    /** Which start of which machine this is. */
    UUID machine() {
        return new UUID(Double.doubleToLongBits(rate), boots);
    }

    /** Since then. */
    Duration uptime() {
        return Duration.ofNanos((long) ((now.getAsLong() - upSince) * rate));
    }

    /** The machine starts anew; every process on it has to be dead. */
    void reboot() {
        boots++;
        upSince = now.getAsLong();
        origin = -origin - boots;
    }

    /** The wall clock is set, forwards or back. */
    void set(Duration by) {
        step = step.plus(by);
    }
}
