package io.keyledger.verifier;

import io.keyledger.events.Scope;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;

/**
 * What the table's index holds of one credential, in one long: where its entry is, eight bits of its hash, and all that
 * changes often: state, strictness, scope, revision. So most changes are one store, which no reader can see half of. Pure.
 */
@SuppressWarnings("EnumOrdinal") // in this process only: what is written here is read here
final class Slot {
    /** Nothing was ever here: a search ends. */
    static final long EMPTY = 0;
    /** What was here is forgotten: a search goes on. */
    static final long GONE = Long.MIN_VALUE;

    private static final int PLACE_BITS = 25;
    private static final int TAG = PLACE_BITS;
    private static final int STATE = TAG + 8;
    private static final int STRICT = STATE + 3;
    private static final int SCOPE = STRICT + 1;
    private static final int REVISION = SCOPE + 3;

    /** How far an entry may lie from the beginning of its segment, exclusive. */
    static final int MAX_PLACE = 1 << PLACE_BITS;

    /** Stands for every revision from here on: those are in the entry. */
    private static final long LARGE = (1L << Long.SIZE - REVISION) - 1;

    private static final State[] STATES = State.values();
    private static final Scope[] SCOPES = Scope.values();

    private Slot() {}

    /** @param place from 1 */
    static long of(int place, int tag, CredentialRecord record) {
        return place
                | (long) tag << TAG
                | (long) record.state().ordinal() << STATE
                | (record.strict() ? 1L : 0) << STRICT
                | (long) record.scope().ordinal() << SCOPE
                | (isLarge(record.revision()) ? LARGE : record.revision()) << REVISION;
    }

    static boolean isLarge(long revision) {
        return revision < 0 || revision >= LARGE;
    }

    static boolean isEntry(long slot) {
        return slot != EMPTY && slot != GONE;
    }

    static int place(long slot) {
        return (int) slot & MAX_PLACE - 1;
    }

    static int tag(long slot) {
        return (int) (slot >>> TAG) & 0xff;
    }

    /** The same with its entry elsewhere. */
    static long at(long slot, int place) {
        return slot & -MAX_PLACE | place;
    }

    static State state(long slot) {
        return STATES[(int) (slot >>> STATE) & 7];
    }

    static boolean strict(long slot) {
        return (slot >>> STRICT & 1) != 0;
    }

    static Scope scope(long slot) {
        return SCOPES[(int) (slot >>> SCOPE) & 7];
    }

    /** @param data with the slot's entry */
    static long revision(long slot, byte[] data) {
        long revision = slot >>> REVISION;
        return revision == LARGE ? Entry.revision(data, place(slot)) : revision;
    }
}
