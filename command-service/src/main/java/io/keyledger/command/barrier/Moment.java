package io.keyledger.command.barrier;

import java.time.Instant;

/**
 * One moment on both clocks.
 *
 * @param nanos monotonic, of this process: what leases are measured with
 * @param wall for people alone: it can be set
 */
record Moment(long nanos, Instant wall) {
    static Moment now() {
        return new Moment(System.nanoTime(), Instant.now());
    }

    /** The wall time of a point on the monotonic clock. */
    Instant wallAt(long otherNanos) {
        return wall.plusNanos(otherNanos - nanos);
    }
}
