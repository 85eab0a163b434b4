package io.keyledger.query.console.filters;

import java.util.UUID;

/**
 * A filter that somebody has kept.
 *
 * @param query the list's query string, without the question mark
 */
public record SavedFilter(UUID id, FilteredList list, String name, String query) {

    /** Where it is open: an address that can be given to others, who see what they themselves may. */
    public String url() {
        return list.path() + "?" + query;
    }
}
