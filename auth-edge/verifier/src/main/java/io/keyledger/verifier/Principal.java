package io.keyledger.verifier;

import io.keyledger.events.view.PrincipalRecord;
import org.jspecify.annotations.Nullable;

/**
 * The place of one tenant or owner in the view: there is one for each id, made when a credential or a record first names it,
 * so that a verdict follows a reference instead of looking an id up. One thread writes, any thread reads.
 */
final class Principal {
    private volatile @Nullable Known known;

    /** @param tokens where the personal tokens of this tenant may be used from */
    record Known(PrincipalRecord record, Conditions tokens) {
        static Known of(PrincipalRecord record) {
            return new Known(record, Conditions.from(record.tokenAddresses(), record.tokenCountries()));
        }
    }

    /** What is known of it; null = nothing yet. */
    @Nullable
    Known known() {
        return known;
    }

    /** As {@link #known}. */
    @Nullable
    PrincipalRecord record() {
        Known now = known;
        return now == null ? null : now.record;
    }

    /** Takes the record over, unless a later one is there. */
    void learn(PrincipalRecord next) {
        Known before = known;
        if (before == null || next.revision() > before.record.revision()) {
            known = Known.of(next);
        }
    }
}
