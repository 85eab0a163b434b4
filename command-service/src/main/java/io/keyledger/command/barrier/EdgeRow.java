package io.keyledger.command.barrier;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one edge beyond the life of this process.
 *
 * @param endedAt set when and only when {@code standing} is {@link Standing#ENDED}; for people alone, for a wall clock can be set
 * @param endedUptime the same on the clock by which a later process measures; null = on none, or when the
 *     lease has not ended
 */
record EdgeRow(
        String edge,
        String boot,
        Standing standing,
        @Nullable Instant endedAt,
        @Nullable Uptime endedUptime) {

    /** What an edge may still do, as far as is known here. */
    enum Standing {
        /** Was granted a lease that may be running. */
        LIVE,
        /** Its last lease is over; keys that are not strict it may still accept. */
        ENDED,
        /** Has been without a lease for so long that it accepts nothing, until it is granted one again. */
        HARMLESS,
        /** Said so itself, or a new boot proved it: accepts nothing any more. */
        STOPPED,
        /** An operator vouches that it accepts nothing any more. */
        RETIRED
    }
}
