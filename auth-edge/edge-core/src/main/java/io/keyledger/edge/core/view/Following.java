package io.keyledger.edge.core.view;

import io.keyledger.edge.core.view.ViewRecords.Change;
import io.keyledger.edge.core.view.ViewRecords.Stored;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.EdgeAck.Phase;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Position;
import io.keyledger.verifier.Standing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an edge follows the log, without Kafka, thread or clock of its own: what comes from the log is handed in, what is to be
 * done with the log is asked of {@link Log}. One thread calls it; {@link #ready} and {@link #trouble} any.
 *
 * <p>The order of a step is what the guarantees hang on: an end is noted, then applied; then the lanes are asked, which waits
 * for every use that was accepted before; only then all of it is acknowledged.
 *
 * <p>Nothing is acknowledged before it is known which topics these are: positions of a topic that was deleted and made anew
 * say nothing about the new one. Open to be broken by tests, within this package.
 */
class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final long ACK_EVERY_NANOS = Duration.ofMillis(900).toNanos();
    private static final long REMIND_NANOS = Duration.ofSeconds(30).toNanos();

    /** Every partition that an edge reads. */
    static final List<Partition> VIEW = Topics.ALL.stream()
            .filter(spec -> Topics.VIEW.contains(spec.name()))
            .flatMap(spec -> IntStream.range(0, spec.partitions()).mapToObj(p -> new Partition(spec.name(), p)))
            .toList();

    private final String instance;
    private final String edge;
    private final String boot;
    private final ViewStore store;
    private final KeyView view;
    private final Lease lease;
    private final EdgeTime time;
    private final LongSupplier nanos;
    private final Supplier<List<Long>> lanes;
    private final Runnable onReady;
    private final Log log;
    private final Map<Partition, String> unreadable = new ConcurrentSkipListMap<>();
    private final Map<String, String> topics;

    private @Nullable Map<Partition, Long> targets;
    private volatile boolean identified;
    private volatile boolean ready;
    private long ping;
    private long lastAckNanos;
    private long lastReminderNanos;

    record Partition(String topic, int number) implements Comparable<Partition> {
        @Override
        public int compareTo(Partition other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic == 0 ? Integer.compare(number, other.number) : byTopic;
        }

        @Override
        public String toString() {
            return topic + "-" + number;
        }
    }

    /**
     * What was read of one partition.
     *
     * @param next where reading goes on: behind the last record, or behind a gap after it
     */
    record Batch(Partition from, List<Stored> records, long next) {}

    /** What is asked of the log, at once. */
    interface Log {
        /** Reading of that partition goes on there, though it be stopped; null = at its beginning. */
        void readFrom(Partition partition, @Nullable Long offset);

        /** Nothing of that partition is read any more, and nothing in it skipped. */
        void stop(Partition partition, long at);

        void acknowledge(EdgeAck ack);
    }

    /**
     * @param nanos a monotonic clock
     * @param lanes the last sequence of each use lane; taken after records were applied and before they are acknowledged
     * @param onReady called once, when the view is caught up and the first lease is there
     */
    Following(
            String instance,
            String edge,
            String boot,
            ViewStore store,
            Lease lease,
            EdgeTime time,
            LongSupplier nanos,
            Supplier<List<Long>> lanes,
            Runnable onReady,
            Log log) {
        this.instance = instance;
        this.edge = edge;
        this.boot = boot;
        this.store = store;
        this.view = store.view();
        this.lease = lease;
        this.time = time;
        this.nanos = nanos;
        this.lanes = lanes;
        this.onReady = onReady;
        this.log = log;
        this.topics = new HashMap<>(store.topics());
        this.lastAckNanos = nanos.getAsLong() - ACK_EVERY_NANOS;
        this.lastReminderNanos = nanos.getAsLong();
    }

    /** Has reached the end that the topics had at the start, keeps what it must not forget, and has had a lease. */
    boolean ready() {
        return ready;
    }

    /** Which partitions stand still, in words; null when none does. */
    @Nullable
    String trouble() {
        return unreadable.isEmpty() ? null : unreadable.values().toString();
    }

    /** Kafka's ids of the topics that the view is from; empty while they are not known. */
    Map<String, String> topics() {
        return identified ? Map.copyOf(topics) : Map.of();
    }

    /** The log is there, from now on or again: says from where each partition is to be read. */
    void begin() {
        unreadable.clear();
        for (Partition p : VIEW) {
            long next = view.applied(p.topic(), p.number());
            log.readFrom(p, next == 0 ? null : next);
        }
    }

    /** Whether the ends of the log are still to be told by {@link #ends}. */
    boolean asksForEnds() {
        return targets == null;
    }

    /** Where the partitions ended when this run first saw them. */
    void ends(Map<Partition, Long> ends) {
        if (targets == null) {
            targets = new HashMap<>(ends);
        }
    }

    /** Kafka's ids of the view topics. One that is another than before was made anew: it is read from its beginning. */
    void identified(Map<String, String> ids) {
        ids.forEach((topic, id) -> {
            String before = topics.put(topic, id);
            if (before != null && !before.equals(id)) {
                madeAnew(topic);
            }
        });
        identified |= topics.keySet().containsAll(Topics.VIEW);
    }

    private void madeAnew(String topic) {
        LOG.error("{} was deleted and made anew; reading it from its beginning, and keeping what is known", topic);
        for (Partition p : VIEW) {
            if (p.topic().equals(topic)) {
                view.restarted(p.topic(), p.number());
                unreadable.remove(p);
                log.readFrom(p, null);
            }
        }
        if (!ready) {
            targets = null;
        }
    }

    /** The log does not have the offset any more that was read up to: what is known stays, all that is there is read again. */
    void lost(Partition p) {
        LOG.error("{} does not have the offset any more that this edge has read up to; reading it anew", p);
        view.restarted(p.topic(), p.number());
        log.readFrom(p, null);
    }

    /** Takes what came from the log. To be called with nothing, too, at least as often as {@link #nanosToAck} says. */
    void step(List<Batch> batches, List<byte[]> heartbeats) {
        boolean applied = false;
        for (Batch batch : batches) {
            if (!batch.records().isEmpty()) {
                applied = true;
                if (take(batch)) {
                    view.reached(batch.from().topic(), batch.from().number(), batch.next());
                }
            }
        }
        heartbeats.forEach(this::heard);
        if (applied) {
            lease.advanced(view::applied);
        }
        if (!ready && caughtUp() && lease.standing() != Standing.STARTING) {
            keep();
            ready = true;
            LOG.info("edge {} boot {} answers: {} credentials", edge, boot, view.size());
            onReady.run();
            applied = true;
        }
        if (identified && (applied || nanosToAck() == 0)) {
            acknowledge(ready ? Phase.SERVING : Phase.STARTING);
        }
        remind();
    }

    /** Whatever this edge refuses from here on as ended, it refuses after its next start, too. */
    private void keep() {
        if (!store.kept()) {
            try {
                store.save(topics(), time.instant());
            } catch (IOException | RuntimeException e) {
                LOG.error(
                        "no image of the view can be written: ends would not outlive a loss of the log: {}",
                        e.toString());
            }
        }
    }

    /** Applies what can be read; whether that was all. */
    boolean take(Batch batch) {
        Partition p = batch.from();
        List<Change> changes = new ArrayList<>(batch.records().size());
        List<byte[]> ended = new ArrayList<>();
        RuntimeException failure = null;
        for (Stored record : batch.records()) {
            try {
                Change change = ViewRecords.read(p.topic(), record);
                if (change instanceof Change.Told told && ends(told)) {
                    ended.add(told.bytes());
                }
                changes.add(change);
            } catch (RuntimeException e) {
                failure = e;
                break;
            }
        }
        int[] done = {0};
        try {
            store.apply(ended, () -> {
                for (; done[0] < changes.size(); done[0]++) {
                    long offset = batch.records().get(done[0]).offset();
                    ViewRecords.apply(view, new Position(p.topic(), p.number(), offset), changes.get(done[0]));
                }
            });
        } catch (RuntimeException e) {
            failure = e;
        }
        if (failure != null) {
            stop(p, batch.records().get(done[0]).offset(), failure);
        }
        return failure == null;
    }

    /** Whether it ends a credential that is not known to be ended. */
    boolean ends(Change.Told told) {
        return told.credential().state().terminal()
                && !view.ended(told.credential().credentialId());
    }

    private void stop(Partition p, long offset, RuntimeException why) {
        String what = "record %d of %s cannot be read: %s".formatted(offset, p, why.getMessage());
        unreadable.put(p, what);
        LOG.error("{}. Nothing behind it is applied; the lease will not be renewed", what);
        log.stop(p, offset);
    }

    private void heard(byte[] value) {
        try {
            Heartbeat heartbeat = RecordJson.fromMap(Heartbeat.class, JsonReader.object(value));
            if (heartbeat.instance().equals(instance)) {
                time.heard(heartbeat.time());
                lease.heard(heartbeat, view::applied);
            }
        } catch (RuntimeException e) {
            LOG.error("a heartbeat cannot be read and grants nothing: {}", e.getMessage());
        }
    }

    private boolean caughtUp() {
        Map<Partition, Long> ends = targets;
        return identified
                && ends != null
                && ends.entrySet().stream()
                        .allMatch(end ->
                                view.applied(end.getKey().topic(), end.getKey().number()) >= end.getValue());
    }

    /** How long until the next word is due; 0 = it is. */
    long nanosToAck() {
        return Math.max(0, ACK_EVERY_NANOS - (nanos.getAsLong() - lastAckNanos));
    }

    /** The last word of a run that accepts nothing any more; nothing is taken after it. */
    void stopped() {
        if (identified) {
            acknowledge(Phase.STOPPED);
        }
    }

    private void acknowledge(Phase phase) {
        // What was applied is in the positions before the lanes are asked for.
        Map<String, List<Long>> positions = positions();
        EdgeAck ack = new EdgeAck(edge, boot, ++ping, positions, lanes.get(), phase);
        store.passed(time.instant());
        lease.sending(ping);
        lastAckNanos = nanos.getAsLong();
        log.acknowledge(ack);
    }

    /** How far everything is applied, as it is told. */
    Map<String, List<Long>> positions() {
        Map<String, List<Long>> positions = new TreeMap<>();
        for (Partition p : VIEW) {
            positions.computeIfAbsent(p.topic(), _ -> new ArrayList<>()).add(view.applied(p.topic(), p.number()));
        }
        return positions;
    }

    private void remind() {
        if (!unreadable.isEmpty() && nanos.getAsLong() - lastReminderNanos > REMIND_NANOS) {
            lastReminderNanos = nanos.getAsLong();
            LOG.error("stopped partitions: {}", unreadable.values());
        }
    }
}
