package io.keyledger.simulation;

import io.keyledger.edge.core.view.SteppedFollower.Item;
import io.keyledger.edge.core.view.SteppedFollower.Source;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Kafka's logs. */
final class Broker {
    private final Map<String, List<Log>> view = new HashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private final RandomGenerator random;

    /** What edges have told, in the order of its arrival; repeats included. */
    final List<byte[]> activity = new ArrayList<>();

    /** Acknowledgements of edges. */
    final List<EdgeAck> acks = new ArrayList<>();

    /** One partition. */
    static final class Log implements Source {
        private final List<@Nullable Item> items = new ArrayList<>();
        private final List<Long> revisions = new ArrayList<>();

        long append(String key, byte @Nullable [] value, long revision) {
            items.add(new Item(key.getBytes(StandardCharsets.US_ASCII), value));
            revisions.add(revision);
            return items.size() - 1L;
        }

        @Override
        public long end() {
            return items.size();
        }

        @Override
        public @Nullable Item at(long offset) {
            return items.get((int) offset);
        }

        /**
         * Compacts: of each key the newest record stays. An older one that came behind it does not take its place: it is found
         * and the newer one sent again before compaction comes. A tombstone goes with what was before it.
         */
        private void compact() {
            Map<String, Integer> newest = new HashMap<>();
            Set<Integer> kept = new HashSet<>();
            for (int i = 0; i < items.size(); i++) {
                Item item = items.get(i);
                if (item == null) {
                    continue;
                }
                String key = new String(item.key(), StandardCharsets.US_ASCII);
                Integer before = newest.get(key);
                if (item.value() == null) {
                    kept.remove(before);
                    newest.remove(key);
                } else if (before == null || revisions.get(i) >= revisions.get(before)) {
                    kept.remove(before);
                    newest.put(key, i);
                    kept.add(i);
                }
            }
            // The end of a log is never compacted.
            for (int i = 0; i < items.size() - 1; i++) {
                if (!kept.contains(i)) {
                    items.set(i, null);
                }
            }
        }

        private void cut(int length) {
            items.subList(length, items.size()).clear();
            revisions.subList(length, revisions.size()).clear();
        }
    }

    Broker(RandomGenerator random) {
        this.random = random;
        for (Topics.Spec spec : Topics.ALL) {
            if (Topics.VIEW.contains(spec.name())) {
                List<Log> logs = new ArrayList<>();
                for (int i = 0; i < spec.partitions(); i++) {
                    logs.add(new Log());
                }
                view.put(spec.name(), logs);
                ids.put(spec.name(), spec.name() + "#1");
            }
        }
    }

    Log log(String topic, int partition) {
        return logs(topic).get(partition);
    }

    private List<Log> logs(String topic) {
        return Objects.requireNonNull(view.get(topic));
    }

    Map<String, List<Log>> view() {
        return view;
    }

    Map<String, String> ids() {
        return ids;
    }

    Map<String, Map<Integer, Long>> ends() {
        Map<String, Map<Integer, Long>> ends = new HashMap<>();
        view.forEach((topic, logs) -> {
            Map<Integer, Long> ofTopic = new HashMap<>();
            for (int i = 0; i < logs.size(); i++) {
                ofTopic.put(i, logs.get(i).end());
            }
            ends.put(topic, ofTopic);
        });
        return ends;
    }

    /** Compaction comes by, at some partitions. */
    void compact() {
        for (Log log : logs(Topics.CREDENTIALS)) {
            if (random.nextBoolean()) {
                log.compact();
            }
        }
    }

    /** The topic of credentials is lost, and comes back from an older copy. */
    void loseCredentials() {
        for (Log log : logs(Topics.CREDENTIALS)) {
            if (log.end() > 0) {
                log.cut(random.nextInt((int) log.end() + 1));
            }
        }
        ids.compute(Topics.CREDENTIALS, (_, id) -> id + "'");
    }
}
