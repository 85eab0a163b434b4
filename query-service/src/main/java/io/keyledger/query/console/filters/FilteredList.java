package io.keyledger.query.console.filters;

import java.util.Locale;

/** A list whose filters can be kept. */
public enum FilteredList {
    KEYS,
    EVENTS;

    /** The list's address. */
    public String path() {
        return "/" + wire();
    }

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
