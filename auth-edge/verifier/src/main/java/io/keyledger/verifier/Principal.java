package io.keyledger.verifier;

import io.keyledger.events.view.PrincipalRecord;
import org.jspecify.annotations.Nullable;

/**
 * The place of one tenant or owner in the view: there is one for each id, made when a credential or a record first names it,
 * so that a verdict follows a reference instead of looking an id up. One thread writes, any thread reads.
 */
final class Principal {
    private volatile @Nullable PrincipalRecord record;

    /** What is known of it; null = nothing yet. */
    @Nullable
    PrincipalRecord record() {
        return record;
    }

    /** Takes the record over, unless a later one is there. */
    void learn(PrincipalRecord next) {
        PrincipalRecord before = record;
        if (before == null || next.revision() > before.revision()) {
            record = next;
        }
    }
}
