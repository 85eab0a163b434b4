package io.keyledger.command.barrier;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One edge for an operator's eye.
 *
 * @param standing {@code live}, {@code ended}, {@code stopped}, {@code retired}, or {@code new} when it never had a lease
 * @param leaseEndsAt until when it may go on at most without a further word; null when it holds no lease
 * @param heardAt when its last word came in; null when this process has not heard it yet
 * @param applied how many records of the view it has applied
 * @param behind how many more there are
 */
record EdgeEntry(
        String edge,
        String boot,
        String standing,
        @Nullable Instant leaseEndsAt,
        @Nullable Instant heardAt,
        long applied,
        long behind) {}
