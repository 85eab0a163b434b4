package io.keyledger.query.log;

import io.keyledger.query.log.LogStore.Applied;
import io.keyledger.query.log.LogStore.Broken;
import io.keyledger.query.log.LogStore.Overtaken;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.ConsumerFactory;

/**
 * Reads the audit topics into a {@link LogStore}, for as long as the service runs.
 *
 * <p>The group only shares out the partitions. Where to read from is the store's word: it is asked at every assignment,
 * after every compare-and-set that failed, and when there is nothing to do, so that a store that was emptied fills again by
 * itself. What is committed to Kafka is for people who look at lag, never for us.
 *
 * <p>An outage of the store or of Kafka only makes it wait: the records are read again. A log that is itself at fault stops
 * that one partition, with topic and offset, until the service starts again; the other partitions go on.
 */
public final class LogReader implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LOOK_AFTER = Duration.ofSeconds(3);
    private static final Duration ASK = Duration.ofSeconds(10);
    private static final OffsetCommitCallback FOR_DISPLAY_ONLY = (offsets, failure) -> {};

    private final String name;
    private final ConsumerFactory<byte[], byte[]> consumers;
    private final List<String> topics;
    private final LogStore store;
    private final MeterRegistry meters;
    private final String member;
    private final int threads;
    private final boolean byItself;

    private final Map<TopicPartition, Place> places = new ConcurrentHashMap<>();
    private final List<Run> runs = new ArrayList<>();
    private volatile boolean running;
    private volatile boolean caughtUp;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    /**
     * A reader; it begins with {@link #start}.
     *
     * @param name of the store, in metrics and log
     * @param byItself whether it starts with the service; else somebody else starts it
     * @param member name of this process, for those who look at the group
     */
    public LogReader(
            String name,
            ConsumerFactory<byte[], byte[]> consumers,
            List<String> topics,
            LogStore store,
            MeterRegistry meters,
            String member,
            int threads,
            boolean byItself) {
        this.name = name;
        this.consumers = consumers;
        this.topics = topics;
        this.store = store;
        this.meters = meters;
        this.member = member;
        this.threads = threads;
        this.byItself = byItself;
    }

    /** Where one assigned partition stands. Written by the one thread that reads it. */
    private static final class Place {
        /** Of the store; -1 until it was asked. */
        volatile long next = -1;
        /** The end of the partition when it was assigned: what was there before us. */
        volatile long end = Long.MAX_VALUE;

        volatile long lag = -1;
        volatile boolean headGone;
        volatile boolean stopped;

        boolean readable() {
            return next >= 0 && !stopped;
        }
    }

    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        stopping = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            runs.add(new Run(member + "-" + i));
        }
        runs.forEach(run -> run.thread.start());
    }

    @Override
    public synchronized void stop() {
        running = false;
        stopping.countDown();
        runs.forEach(Run::wake);
        for (Run run : runs) {
            try {
                run.thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        runs.clear();
    }

    @Override
    public boolean isAutoStartup() {
        return byItself;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Whether once, since the start, all was folded that lay in the assigned partitions at their assignment. */
    public boolean everCaughtUp() {
        caughtUp |= !places.isEmpty() && places.values().stream().allMatch(p -> p.stopped || p.next >= p.end);
        return caughtUp;
    }

    /** The partitions that stopped because the log is at fault. */
    public Set<TopicPartition> stopped() {
        Set<TopicPartition> stopped = ConcurrentHashMap.newKeySet();
        places.forEach((partition, place) -> {
            if (place.stopped) {
                stopped.add(partition);
            }
        });
        return stopped;
    }

    private void measure(TopicPartition partition) {
        gauge("keyledger.query.position", "next offset to fold", partition, p -> p.next);
        gauge("keyledger.query.lag", "records not folded yet", partition, p -> p.lag);
        gauge("keyledger.query.stopped", "1 when the log is at fault here", partition, p -> p.stopped ? 1 : 0);
    }

    private void gauge(String metric, String description, TopicPartition partition, ToDoubleFunction<Place> value) {
        Gauge.builder(metric, () -> {
                    Place place = places.get(partition);
                    return place == null ? Double.NaN : value.applyAsDouble(place);
                })
                .description(description)
                .tag("store", name)
                .tag("topic", partition.topic())
                .tag("partition", Integer.toString(partition.partition()))
                .strongReference(true)
                .register(meters);
    }

    /** One consumer and its thread. */
    private final class Run implements ConsumerRebalanceListener {
        private final String id;
        final Thread thread;
        private final Map<TopicPartition, Place> mine = new HashMap<>();
        private volatile @Nullable Consumer<byte[], byte[]> consumer;
        private Duration pause = FIRST_PAUSE;
        private long lookedAt = System.nanoTime();

        Run(String id) {
            this.id = id;
            this.thread = Thread.ofPlatform().name("log-" + name + "-" + id).unstarted(this::run);
        }

        void wake() {
            Consumer<byte[], byte[]> current = consumer;
            if (current != null) {
                current.wakeup();
            }
        }

        private void run() {
            while (running) {
                try (Consumer<byte[], byte[]> opened = consumers.createConsumer(null, id, null, null)) {
                    consumer = opened;
                    opened.subscribe(topics, this);
                    while (running) {
                        turn(opened);
                    }
                } catch (WakeupException e) {
                    if (running) {
                        LOG.warn("{}: woken without a reason, begins again", name, e);
                    }
                } catch (RuntimeException e) {
                    LOG.warn("{}: the consumer failed and is made anew: {}", name, e.toString());
                    rest();
                } finally {
                    consumer = null;
                    mine.keySet().forEach(places::remove);
                    mine.clear();
                }
            }
        }

        private void turn(Consumer<byte[], byte[]> consumer) {
            ConsumerRecords<byte[], byte[]> records;
            try {
                records = consumer.poll(POLL);
            } catch (OffsetOutOfRangeException e) {
                e.partitions().forEach(p -> stop(consumer, p, "the position is outside of the log"));
                return;
            }
            boolean failed = !place(consumer);
            for (TopicPartition partition : records.partitions()) {
                Place place = mine.get(partition);
                if (place == null || !place.readable()) {
                    continue;
                }
                failed |= !fold(consumer, partition, place, records.records(partition));
            }
            mine.forEach((partition, place) ->
                    place.lag = consumer.currentLag(partition).orElse(-1));
            if (failed) {
                rest();
            } else {
                pause = FIRST_PAUSE;
                if (records.isEmpty()) {
                    lookAgain(consumer);
                }
            }
        }

        /** Folds and moves on; false when it has to be tried again. */
        private boolean fold(
                Consumer<byte[], byte[]> consumer,
                TopicPartition partition,
                Place place,
                List<ConsumerRecord<byte[], byte[]>> read) {
            List<ConsumerRecord<byte[], byte[]>> records =
                    read.stream().filter(r -> r.offset() >= place.next).toList();
            if (records.isEmpty()) {
                return true;
            }
            try {
                Applied applied = store.apply(partition, place.next, records, place.headGone);
                place.next = applied.next();
                Broken broken = applied.broken();
                if (broken != null) {
                    stop(consumer, partition, String.valueOf(broken.getMessage()));
                }
                consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(place.next)), FOR_DISPLAY_ONLY);
                return true;
            } catch (Broken e) {
                stop(consumer, partition, String.valueOf(e.getMessage()));
                return true;
            } catch (Overtaken e) {
                LOG.warn("{}: {}; asks for it again", name, e.getMessage());
                place.next = -1;
                consumer.pause(Set.of(partition));
                return true;
            } catch (WakeupException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.warn("{}: {} is tried again from {}: {}", name, partition, place.next, e.toString());
                consumer.seek(partition, place.next);
                return false;
            }
        }

        private void stop(Consumer<byte[], byte[]> consumer, TopicPartition partition, String why) {
            Place place = mine.get(partition);
            if (place != null) {
                place.stopped = true;
                consumer.pause(Set.of(partition));
            }
            LOG.error(
                    "{} STOPS reading {}: {}. Nothing after it is folded until this is repaired.",
                    name,
                    partition,
                    why);
        }

        /** Asks the store where to read, for the partitions that do not know; false when it did not answer. */
        private boolean place(Consumer<byte[], byte[]> consumer) {
            List<TopicPartition> unknown = new ArrayList<>();
            mine.forEach((partition, place) -> {
                if (place.next < 0 && !place.stopped) {
                    unknown.add(partition);
                }
            });
            if (unknown.isEmpty()) {
                return true;
            }
            try {
                Map<TopicPartition, Long> next = store.positions(unknown);
                Map<TopicPartition, Long> begins = consumer.beginningOffsets(unknown, ASK);
                Map<TopicPartition, Long> ends = consumer.endOffsets(unknown, ASK);
                for (TopicPartition partition : unknown) {
                    place(consumer, partition, next.get(partition), begins.get(partition), ends.get(partition));
                }
                return true;
            } catch (WakeupException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.warn("{}: cannot tell where to read {}: {}", name, unknown, e.toString());
                return false;
            }
        }

        private void place(
                Consumer<byte[], byte[]> consumer,
                TopicPartition partition,
                @Nullable Long next,
                @Nullable Long begin,
                @Nullable Long end) {
            Place place = mine.get(partition);
            if (place == null || next == null || begin == null || end == null) {
                return;
            }
            if (next > end) {
                stop(
                        consumer,
                        partition,
                        "the log ends at %d, but %d was folded: the log was lost".formatted(end, next));
                return;
            }
            if (next > 0 && next < begin) {
                stop(consumer, partition, "the log begins at %d, but only %d was folded".formatted(begin, next));
                return;
            }
            place.headGone = begin > 0;
            place.end = end;
            consumer.seek(partition, Math.max(next, begin));
            place.next = next;
            consumer.resume(Set.of(partition));
            LOG.info("{}: reads {} from {}, end {}", name, partition, next, end);
        }

        /** When there is nothing to do: somebody may have emptied the store, to have it made again. */
        private void lookAgain(Consumer<byte[], byte[]> consumer) {
            if (System.nanoTime() - lookedAt < LOOK_AFTER.toNanos()) {
                return;
            }
            lookedAt = System.nanoTime();
            List<TopicPartition> known = new ArrayList<>();
            mine.forEach((partition, place) -> {
                if (place.readable()) {
                    known.add(partition);
                }
            });
            if (known.isEmpty()) {
                return;
            }
            try {
                store.positions(known).forEach((partition, next) -> {
                    Place place = mine.get(partition);
                    if (place != null && place.next != next) {
                        LOG.warn("{}: the position of {} is {}, not {}", name, partition, next, place.next);
                        place.next = -1;
                        consumer.pause(Set.of(partition));
                    }
                });
            } catch (RuntimeException e) {
                LOG.warn("{}: the store does not answer: {}", name, e.toString());
            }
        }

        private void rest() {
            try {
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Consumer<byte[], byte[]> current = consumer;
            if (current == null) {
                return;
            }
            for (TopicPartition partition : partitions) {
                Place place = new Place();
                mine.put(partition, place);
                places.put(partition, place);
                measure(partition);
            }
            current.pause(partitions);
            if (!place(current)) {
                LOG.warn("{}: waits for the store", name);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                Place place = mine.remove(partition);
                if (place != null) {
                    places.remove(partition, place);
                }
            });
        }
    }
}
