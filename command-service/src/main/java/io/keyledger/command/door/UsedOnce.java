package io.keyledger.command.door;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ids of assertions that were used, for as long as they could be used again. Safe from any thread. */
final class UsedOnce {
    private final Map<String, Instant> until = new LinkedHashMap<>();

    /**
     * Whether it is the first use.
     *
     * @param end when nobody would believe it any more; ends come in about their order
     */
    synchronized boolean first(String id, Instant end, Instant now) {
        Iterator<Instant> ends = until.values().iterator();
        while (ends.hasNext() && !now.isBefore(ends.next())) {
            ends.remove();
        }
        return until.putIfAbsent(id, end) == null;
    }
}
