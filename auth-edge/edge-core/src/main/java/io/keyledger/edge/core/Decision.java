package io.keyledger.edge.core;

import io.keyledger.verifier.Verdict;

/**
 * An edge's answer. When it accepts, the use is already on disk.
 *
 * @param viewAgeMillis the view was at most so old; -1 = the edge has not caught up yet
 */
public record Decision(Verdict verdict, long viewAgeMillis) {

    public boolean accepted() {
        return verdict.accepted();
    }

    public Verdict.Code code() {
        return verdict.code();
    }
}
