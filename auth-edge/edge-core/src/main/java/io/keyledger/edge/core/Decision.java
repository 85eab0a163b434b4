package io.keyledger.edge.core;

import io.keyledger.edge.core.limits.LimitState;
import io.keyledger.verifier.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * An edge's answer. When it accepts, the use is already on disk.
 *
 * @param viewAgeMillis the view was at most so old; -1 = the edge has not caught up yet
 * @param limit the one of the key's limits that has least room left; null when it has none, or they were not looked at
 * @param retrySeconds after so many seconds an answer that was no for want of room may be another; 0 for every other answer
 */
public record Decision(
        Verdict verdict, long viewAgeMillis, @Nullable LimitState limit, long retrySeconds) {

    /** Where no limit was looked at. */
    public Decision(Verdict verdict, long viewAgeMillis) {
        this(verdict, viewAgeMillis, null, 0);
    }

    public boolean accepted() {
        return verdict.accepted();
    }

    public Verdict.Code code() {
        return verdict.code();
    }
}
