package io.keyledger.command.barrier;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one edge beyond the life of this process.
 *
 * @param endedAt set when and only when {@code standing} is {@link Standing#ENDED}
 */
record EdgeRow(
        String edge,
        String boot,
        Standing standing,
        @Nullable Instant endedAt) {

    /** What an edge may still do, as far as is known here. */
    enum Standing {
        /** Was granted a lease that may be running. */
        LIVE,
        /** Its last lease is over. */
        ENDED,
        /** Said so itself, or a new boot proved it: accepts nothing any more. */
        STOPPED,
        /** An operator vouches that it accepts nothing any more. */
        RETIRED
    }
}
