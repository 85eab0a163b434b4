package io.keyledger.command.barrier;

import io.keyledger.command.ledger.Published.Place;
import io.keyledger.events.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The end offsets of the view topics that the brokers have acknowledged, exclusive, and what they were some heartbeats ago.
 * Pure. Not safe for use by several threads at once.
 */
final class Ends {
    private static final int HISTORY = 10;

    private final Map<String, long[]> ends = new TreeMap<>();
    private final Deque<Map<String, List<Long>>> history = new ArrayDeque<>();

    Ends() {
        for (Topics.Spec spec : Topics.ALL) {
            if (Topics.VIEW.contains(spec.name())) {
                ends.put(spec.name(), new long[spec.partitions()]);
            }
        }
    }

    /** Notes a record that stands; the ends never go back. */
    void stands(Place record) {
        reach(record.topic(), record.partition(), record.offset() + 1);
    }

    void reach(String topic, int partition, long end) {
        long[] ofTopic = ends.get(topic);
        if (ofTopic != null) {
            ofTopic[partition] = Math.max(ofTopic[partition], end);
        }
    }

    /** The last record of that partition as far as is known, or the place before the first. */
    Place last(String topic, int partition) {
        long[] ofTopic = ends.get(topic);
        return new Place(topic, partition, ofTopic == null ? -1 : ofTopic[partition] - 1);
    }

    Map<String, List<Long>> now() {
        Map<String, List<Long>> copy = new TreeMap<>();
        ends.forEach((topic, offsets) ->
                copy.put(topic, Arrays.stream(offsets).boxed().toList()));
        return copy;
    }

    /** As they were at the last heartbeat; nothing before the first. */
    Map<String, List<Long>> recent() {
        return history.isEmpty() ? Map.of() : history.getLast();
    }

    /** As they were some heartbeats ago; nothing before the first. */
    Map<String, List<Long>> old() {
        return history.isEmpty() ? Map.of() : history.getFirst();
    }

    /** Notes what a heartbeat has said. */
    void said(Map<String, List<Long>> heartbeat) {
        history.addLast(heartbeat);
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
    }

    static List<Integer> partitions(String topic) {
        List<Integer> partitions = new ArrayList<>();
        Topics.ALL.stream().filter(spec -> spec.name().equals(topic)).forEach(spec -> {
            for (int i = 0; i < spec.partitions(); i++) {
                partitions.add(i);
            }
        });
        return partitions;
    }
}
