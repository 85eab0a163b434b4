package io.keyledger.query.audit;

import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.web.Listing.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds events by their words. The search slice does it; this one only asks. */
@FunctionalInterface
public interface FullText {

    /**
     * Events that hold all words of {@code q}, newest first, after the one with the sort key {@code after}.
     *
     * @param q null = whatever their words
     */
    List<Item> newestFirst(Filter filter, @Nullable String q, @Nullable List<String> after, int limit);
}
