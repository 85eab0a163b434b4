package io.keyledger.query.history;

import io.keyledger.events.RecordJson;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What requests had in common, with when it was seen first and last, and whether it had been seen before. Bounded. For one thread. */
final class Seen {
    private static final int NAMES = 5_000;
    private static final int TOLD = 100;

    private final Map<String, Row> rows = new LinkedHashMap<>();

    private static final class Row {
        final boolean known;
        final Instant first;
        Instant last;
        long accepted;
        long refused;

        Row(boolean known, Instant first) {
            this.known = known;
            this.first = first;
            this.last = first;
        }
    }

    void add(String name, boolean known, Instant at, boolean accepted, long count) {
        String told = rows.size() < NAMES || rows.containsKey(name) ? name : Tally.OTHERS;
        Row row = rows.computeIfAbsent(told, _ -> new Row(known, at));
        row.last = at;
        if (accepted) {
            row.accepted += count;
        } else {
            row.refused += count;
        }
    }

    /** What had not been seen before comes first, then by count; at most {@value #TOLD}. */
    List<Map<String, Object>> told() {
        return rows.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Row> e) -> e.getValue().known)
                        .thenComparing(e -> -(e.getValue().accepted + e.getValue().refused))
                        .thenComparing(Map.Entry::getKey))
                .limit(TOLD)
                .map(e -> told(e.getKey(), e.getValue()))
                .toList();
    }

    private static Map<String, Object> told(String name, Row row) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("name", name);
        told.put("seenBefore", row.known);
        told.put("accepted", row.accepted);
        told.put("refused", row.refused);
        told.put("firstAt", RecordJson.time(row.first));
        told.put("lastAt", RecordJson.time(row.last));
        return told;
    }
}
