package io.keyledger.faults;

import java.util.List;

/** Reads a history entry by entry and finds where one guarantee did not hold. Knows the history alone. One thread. */
interface Checker {
    /** All that a history is read by. */
    static List<Checker> all() {
        return List.of(new EffectiveEverywhere(), new RefusedForEver(), new ToldOnce(), new TrueAge());
    }

    /** The guarantee as docs/architecture.md names it, {@code G3}. */
    String guarantee();

    void next(Entry entry);

    /** There are no more entries. */
    default void end() {}

    Findings findings();
}
