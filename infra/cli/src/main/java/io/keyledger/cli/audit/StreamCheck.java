package io.keyledger.cli.audit;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Proves, record by record, that a reader of the audit topics has been given every event once, in order and unchanged: of
 * each source the sequence goes up by one, and each event names the hash of the one before. Holds the last link of every
 * source and the sequences that are missing; for one thread.
 */
final class StreamCheck {
    private static final long VERSION = 1;

    /** How many open gaps of one source are remembered; beyond it a late event counts as a double. */
    private static final int MOST_GAPS = 1_000;

    private final Map<String, Source> sources = new HashMap<>();
    private final Map<String, Long> next = new TreeMap<>();

    /** What can be wrong. */
    enum Alarm {
        /** Events are missing. */
        GAP,
        /** An event came that had come before. */
        DOUBLE,
        /** An event came after a later one of its source. */
        REORDER,
        /** An event does not name the hash of the one before it, or there are two with one sequence. */
        CHANGED,
        /** A record is no event. */
        UNREADABLE,
        /** The log no longer holds what would have to be read next, or ends before it. */
        LOST
    }

    /** One thing that is wrong, and where it was seen. */
    record Finding(Alarm alarm, String where, String what) {
        @Override
        public String toString() {
            return alarm + " " + where + ": " + what;
        }
    }

    /** The last event of a source. */
    private static final class Source {
        private final String partition;
        private long last;
        private String hash;
        /** From the first to the last of each gap that is still open. */
        private final TreeMap<Long, Long> missing = new TreeMap<>();

        Source(String partition, long last, String hash) {
            this.partition = partition;
            this.last = last;
            this.hash = hash;
        }

        boolean takesLate(long sequence) {
            Map.Entry<Long, Long> gap = missing.floorEntry(sequence);
            if (gap == null || gap.getValue() < sequence) {
                return false;
            }
            missing.remove(gap.getKey());
            if (gap.getKey() < sequence) {
                missing.put(gap.getKey(), sequence - 1);
            }
            if (sequence < gap.getValue()) {
                missing.put(sequence + 1, gap.getValue());
            }
            return true;
        }
    }

    /** The next offset to read of that partition, as {@code topic-number}; 0 when nothing was read. */
    long next(String partition) {
        return next.getOrDefault(partition, 0L);
    }

    int sources() {
        return sources.size();
    }

    /** Events that have not come although a later one of their source has. */
    long missing() {
        return sources.values().stream()
                .flatMap(source -> source.missing.entrySet().stream())
                .mapToLong(gap -> gap.getValue() - gap.getKey() + 1)
                .sum();
    }

    /**
     * Before anything of a partition is read: whether the log can go on where the check stopped.
     *
     * @param begin first offset that the broker holds
     * @param end the offset after the last one
     * @return what was lost; null when nothing was
     */
    @Nullable
    Finding resume(String partition, long begin, long end) {
        long from = next(partition);
        Finding lost = null;
        if (from > end) {
            lost = new Finding(
                    Alarm.LOST,
                    partition,
                    "the log ends at %d, but %d was read before: it was cut".formatted(end, from));
        } else if (from > 0 && from < begin) {
            lost = new Finding(
                    Alarm.LOST,
                    partition,
                    "offsets %d to %d were dropped by the broker before they were read".formatted(from, begin - 1));
        }
        if (from > end || from < begin) {
            next.put(partition, from > end ? end : begin);
        }
        return lost;
    }

    /**
     * Takes the next record of a partition.
     *
     * @param headGone whether the broker has dropped the beginning of the partition, so that a source may begin in its middle
     * @return what is wrong with it; null when nothing is
     */
    @Nullable
    Finding add(String partition, long offset, byte @Nullable [] value, boolean headGone) {
        next.put(partition, offset + 1);
        String where = partition + "@" + offset;
        if (value == null) {
            return new Finding(Alarm.UNREADABLE, where, "the record is empty");
        }
        Map<String, Object> event;
        String name;
        long sequence;
        String previous;
        try {
            event = JsonReader.object(value);
            name = text(event, "source");
            previous = text(event, "prevhash");
            sequence = sequence(text(event, "sequence"));
        } catch (IllegalArgumentException e) {
            return new Finding(Alarm.UNREADABLE, where, "not an event: " + e.getMessage());
        }
        String hash = CloudEvent.hash(value);
        Source source = sources.get(name);
        if (source == null) {
            sources.put(name, new Source(partition, sequence, hash));
            return first(where, name, sequence, previous, headGone);
        }
        if (!source.partition.equals(partition)) {
            return new Finding(
                    Alarm.REORDER,
                    where,
                    "%s was in %s before: two partitions have no order".formatted(name, source.partition));
        }
        if (sequence > source.last) {
            return onward(source, where, name, sequence, previous, hash);
        }
        if (sequence == source.last && !hash.equals(source.hash)) {
            return new Finding(
                    Alarm.CHANGED, where, "%s has two different events with sequence %d".formatted(name, sequence));
        }
        return source.takesLate(sequence)
                ? new Finding(Alarm.REORDER, where, "%s: %d came after %d".formatted(name, sequence, source.last))
                : new Finding(Alarm.DOUBLE, where, "%s: %d came again".formatted(name, sequence));
    }

    private static long sequence(String text) {
        try {
            long sequence = Long.parseLong(text);
            if (sequence >= 1) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            // Its message repeats what was read.
            throw new IllegalArgumentException("sequence is no number", e);
        }
        throw new IllegalArgumentException("sequence counts from 1");
    }

    private @Nullable Finding first(String where, String name, long sequence, String previous, boolean headGone) {
        if (sequence == 1) {
            return previous.equals(CloudEvent.GENESIS)
                    ? null
                    : new Finding(Alarm.CHANGED, where, "%s: the first event names a previous one".formatted(name));
        }
        if (headGone) {
            return null;
        }
        Source source = sources.get(name);
        if (source != null) {
            source.missing.put(1L, sequence - 1);
        }
        return new Finding(
                Alarm.GAP, where, "%s: %d came first, 1 to %d are missing".formatted(name, sequence, sequence - 1));
    }

    private static @Nullable Finding onward(
            Source source, String where, String name, long sequence, String previous, String hash) {
        long before = source.last;
        boolean linked = previous.equals(source.hash);
        source.last = sequence;
        source.hash = hash;
        if (sequence > before + 1) {
            if (source.missing.size() < MOST_GAPS) {
                source.missing.put(before + 1, sequence - 1);
            }
            return new Finding(
                    Alarm.GAP,
                    where,
                    "%s: %d came after %d, %d to %d are missing"
                            .formatted(name, sequence, before, before + 1, sequence - 1));
        }
        return linked
                ? null
                : new Finding(
                        Alarm.CHANGED,
                        where,
                        "%s: %d does not name the hash of %d: one of the two was changed"
                                .formatted(name, sequence, before));
    }

    /** Everything that a later run needs to go on, a line an object. */
    String state() {
        StringBuilder out = new StringBuilder();
        line(out, Map.of("version", VERSION, "next", next, "sources", (long) sources.size()));
        sources.forEach((name, source) -> {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("source", name);
            members.put("partition", source.partition);
            members.put("last", source.last);
            members.put("hash", source.hash);
            if (!source.missing.isEmpty()) {
                List<Object> gaps = new ArrayList<>();
                source.missing.forEach((from, to) -> gaps.add(List.of(from, to)));
                members.put("missing", gaps);
            }
            line(out, members);
        });
        return out.toString();
    }

    private static void line(StringBuilder out, Map<String, Object> members) {
        out.append(new String(CanonicalJson.bytes(members), StandardCharsets.UTF_8))
                .append('\n');
    }

    /**
     * The check that {@link #state} has written down.
     *
     * @throws IllegalArgumentException when it is not whole, or not of this form
     */
    static StreamCheck of(List<String> lines) {
        StreamCheck check = new StreamCheck();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        Map<String, Object> head = JsonReader.object(lines.getFirst().getBytes(StandardCharsets.UTF_8));
        if (!Long.valueOf(VERSION).equals(head.get("version")) || !(head.get("next") instanceof Map<?, ?> next)) {
            throw new IllegalArgumentException("it is of another version");
        }
        next.forEach((partition, offset) -> check.next.put((String) partition, number(offset)));
        for (String line : lines.subList(1, lines.size())) {
            Map<String, Object> members = JsonReader.object(line.getBytes(StandardCharsets.UTF_8));
            Source source = new Source(text(members, "partition"), number(members.get("last")), text(members, "hash"));
            if (members.get("missing") instanceof List<?> gaps) {
                for (Object gap : gaps) {
                    if (!(gap instanceof List<?> pair) || pair.size() != 2) {
                        throw new IllegalArgumentException("a gap is no pair");
                    }
                    source.missing.put(number(pair.get(0)), number(pair.get(1)));
                }
            }
            check.sources.put(text(members, "source"), source);
        }
        if (!Long.valueOf(check.sources.size()).equals(head.get("sources"))) {
            throw new IllegalArgumentException("it is cut off");
        }
        return check;
    }

    private static long number(@Nullable Object value) {
        if (value instanceof Long number && number >= 0) {
            return number;
        }
        throw new IllegalArgumentException("a number is missing");
    }

    private static String text(Map<String, Object> members, String name) {
        if (members.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }
}
