package io.keyledger.cli.audit;

import io.keyledger.cli.console.Text;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks a history without trusting whoever sent it: the events of a key's own source must be numbered 1..n without a
 * hole, and each must hold the hash of the one before. An edge's lane holds the uses of other keys too, so that of it a
 * history of one key shows that numbers rise, and no more.
 */
public final class Chain {
    private final Map<String, Link> sources = new LinkedHashMap<>();
    private final List<String> breaks = new ArrayList<>();
    private int events;

    /** The last event of a source: its number and its hash. */
    private record Link(long sequence, String hash) {}

    /** Events of one source must come in their order. */
    public void add(Map<String, Object> event) {
        events++;
        String source = Text.of(event.get("source"));
        String hash = CloudEvent.hash(CanonicalJson.bytes(event));
        long sequence = sequence(event);
        Link before = sources.put(source, new Link(sequence, hash));
        long last = before == null ? 0 : before.sequence();
        String previous = before == null ? CloudEvent.GENESIS : before.hash();
        if (sequence == last + 1) {
            if (!previous.equals(event.get("prevhash"))) {
                breaks.add("event " + sequence + " of " + source + " does not hold the hash of the one before it");
            }
        } else if (isWhole(source) || sequence <= last) {
            breaks.add("after event " + last + " of " + source + " comes event " + sequence);
        }
    }

    /** Nothing is missing, nothing was changed, as far as this history can show it. */
    public boolean unbroken() {
        return breaks.isEmpty() && events > 0;
    }

    /** What is wrong; empty when nothing is. */
    public List<String> breaks() {
        return List.copyOf(breaks);
    }

    public String summary() {
        long own = sources.entrySet().stream()
                .filter(e -> isWhole(e.getKey()))
                .mapToLong(e -> e.getValue().sequence())
                .sum();
        String uses = events > own ? " (and " + (events - own) + " from edges, in order)" : "";
        return unbroken()
                ? "Chain unbroken: " + own + " events, each with the hash of the one before" + uses + "."
                : "CHAIN BROKEN: " + String.join("; ", breaks) + ".";
    }

    /** Whether all events of this source are in the history of one key. */
    private static boolean isWhole(String source) {
        return source.contains(":key:");
    }

    private static long sequence(Map<String, Object> event) {
        try {
            return Long.parseLong(Text.of(event.get("sequence")));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
