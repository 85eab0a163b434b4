package io.keyledger.edge.core.limits;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a request for room in all limits of a key.
 *
 * @param allowed whether there was; if not, nothing was taken
 * @param state null when the key has no limits, or nothing can be said
 */
public record Taken(
        boolean allowed,
        @Nullable LimitState state,
        @Nullable Bound bound,
        long at) {
    /** Of a key without limits. */
    public static final Taken UNLIMITED = new Taken(true, null, null, 0);

    /** There is no room left even for counting. */
    static final Taken NO_COUNTER = new Taken(false, null, null, 0);

    /** Whether it is a quota that has no room. */
    public boolean quota() {
        return !allowed && state != null && state.limit().quota();
    }
}
