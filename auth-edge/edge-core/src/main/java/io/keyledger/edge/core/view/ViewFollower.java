package io.keyledger.edge.core.view;

import io.keyledger.edge.core.kafka.EdgeClients;
import io.keyledger.edge.core.view.Following.Batch;
import io.keyledger.edge.core.view.Following.Partition;
import io.keyledger.edge.core.view.ViewRecords.Stored;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka, and the one thread that writes the view: it reads every partition of the view topics, without a group, from where the
 * view is, and does what {@link Following} says.
 *
 * <p>A record that cannot be read stops its partition, loudly and for good: nothing behind it is applied, so no heartbeat
 * grants a lease any more. A topic that was deleted and made anew is read from its beginning, loudly. While Kafka is away the
 * view stays as it is; afterwards reading goes on where it was.
 */
public final class ViewFollower implements Follower, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewFollower.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final TopicPartition HEARTBEATS = new TopicPartition(Topics.HEARTBEAT, 0);
    private static final List<TopicPartition> VIEW = Following.VIEW.stream()
            .map(p -> new TopicPartition(p.topic(), p.number()))
            .toList();

    private final String edge;
    private final EdgeClients clients;
    private final Following following;
    private final Saving saving;
    private final Waiters waiters;
    private final Thread thread;
    private final TopicWatch watch;

    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean producerFailed;
    private volatile boolean stopping;
    private volatile @Nullable String trouble = "has not yet reached Kafka";
    private volatile @Nullable Future<RecordMetadata> lastAck;

    /**
     * @param connection Kafka's client properties
     * @param saveEvery how long an image of the view may be out of date
     * @param lanes the last sequence of each use lane; taken after records were applied and before they are acknowledged
     * @param waiters told whenever records were applied
     * @param onReady called once, when the view is caught up and the first lease is there
     */
    public ViewFollower(
            String instance,
            String edge,
            String boot,
            Map<String, Object> connection,
            ViewStore store,
            Duration saveEvery,
            Lease lease,
            EdgeTime time,
            Supplier<List<Long>> lanes,
            Waiters waiters,
            Runnable onReady) {
        this.edge = edge;
        this.clients = new EdgeClients(connection);
        this.following = new Following(
                instance, edge, boot, store, lease, time, System::nanoTime, lanes, onReady, new KafkaLog());
        this.waiters = waiters;
        this.watch = new TopicWatch(clients.adminSettings(edge + "-topics"), List.copyOf(Topics.VIEW));
        this.saving = new Saving(edge, store, following::topics, time, saveEvery, following::ready);
        this.thread = Thread.ofPlatform().name("view-" + edge).daemon().unstarted(this);
    }

    /** Asks Kafka's consumer and producer, by the follower's thread. */
    private final class KafkaLog implements Following.Log {
        @Override
        public void readFrom(Partition partition, @Nullable Long offset) {
            Consumer<byte[], byte[]> c = reading();
            TopicPartition p = new TopicPartition(partition.topic(), partition.number());
            c.resume(List.of(p));
            if (offset == null) {
                c.seekToBeginning(List.of(p));
            } else {
                c.seek(p, offset);
            }
        }

        @Override
        public void stop(Partition partition, long at) {
            Consumer<byte[], byte[]> c = reading();
            TopicPartition p = new TopicPartition(partition.topic(), partition.number());
            c.pause(List.of(p));
            c.seek(p, at);
        }

        @Override
        public void acknowledge(EdgeAck ack) {
            lastAck = send(ack);
        }

        private Consumer<byte[], byte[]> reading() {
            Consumer<byte[], byte[]> c = consumer;
            if (c == null) {
                throw new IllegalStateException("nothing is being read");
            }
            return c;
        }
    }

    @Override
    public void start() {
        thread.start();
        saving.start();
    }

    @Override
    public boolean ready() {
        return following.ready();
    }

    @Override
    public @Nullable String trouble() {
        String standing = following.trouble();
        return standing == null ? trouble : standing;
    }

    @Override
    public void stop() {
        stopping = true;
        Consumer<byte[], byte[]> c = consumer;
        if (c != null) {
            c.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
            lastWord();
            saving.stop(!thread.isAlive());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> c = clients.consumer(edge + "-view")) {
                consumer = c;
                follow(c);
            } catch (WakeupException e) {
                // stop() was called
            } catch (KafkaException | IllegalStateException e) {
                trouble("Kafka: " + e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("the view's thread failed, and begins again where it was", e);
            }
            consumer = null;
            pause();
        }
        watch.close();
    }

    private void follow(Consumer<byte[], byte[]> c) {
        List<TopicPartition> all = new ArrayList<>(VIEW);
        all.add(HEARTBEATS);
        c.assign(all);
        following.begin();
        c.seekToEnd(List.of(HEARTBEATS));
        trouble = null;
        while (!stopping) {
            try {
                Map<String, String> ids = watch.ids();
                if (ids != null) {
                    following.identified(ids);
                }
                if (following.asksForEnds()) {
                    following.ends(c.endOffsets(VIEW).entrySet().stream()
                            .collect(Collectors.toMap(end -> partition(end.getKey()), Map.Entry::getValue)));
                }
                step(c, c.poll(Duration.ofNanos(following.nanosToAck())));
            } catch (OffsetOutOfRangeException e) {
                lostLog(c, e);
            }
        }
    }

    private static Partition partition(TopicPartition p) {
        return new Partition(p.topic(), p.partition());
    }

    private void step(Consumer<byte[], byte[]> c, ConsumerRecords<byte[], byte[]> records) {
        List<Batch> batches = new ArrayList<>();
        for (TopicPartition p : VIEW) {
            List<ConsumerRecord<byte[], byte[]>> some = records.records(p);
            if (!some.isEmpty()) {
                batches.add(new Batch(
                        partition(p),
                        some.stream()
                                .map(r -> new Stored(r.offset(), r.key(), r.value()))
                                .toList(),
                        c.position(p)));
            }
        }
        List<byte[]> heartbeats = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records.records(HEARTBEATS)) {
            heartbeats.add(record.value());
        }
        following.step(batches, heartbeats);
        if (!batches.isEmpty()) {
            waiters.moved();
        }
    }

    private void lostLog(Consumer<byte[], byte[]> c, OffsetOutOfRangeException e) {
        for (TopicPartition p : e.offsetOutOfRangePartitions().keySet()) {
            if (p.equals(HEARTBEATS)) {
                c.seekToEnd(List.of(p));
            } else {
                following.lost(partition(p));
            }
        }
    }

    private @Nullable Future<RecordMetadata> send(EdgeAck ack) {
        try {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    Topics.EDGE_ACKS, edge.getBytes(StandardCharsets.UTF_8), RecordJson.bytes(ack));
            return producer().send(record, (_, failure) -> {
                if (failure != null) {
                    producerFailed = true;
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            producerFailed = true;
            return null;
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> p = producer;
        if (p != null && producerFailed) {
            p.close(Duration.ZERO);
            p = null;
        }
        if (p == null) {
            producerFailed = false;
            p = clients.producer(edge + "-acks");
            producer = p;
        }
        return p;
    }

    private void lastWord() throws InterruptedException {
        if (thread.isAlive()) {
            LOG.warn("edge {} did not stop reading in time: its STOPPED is not sent", edge);
            return;
        }
        if (producer == null) {
            // It never said a word, so that nobody waits for its last.
            return;
        }
        lastAck = null;
        following.stopped();
        @Nullable Future<RecordMetadata> sent = lastAck;
        try {
            if (sent != null) {
                sent.get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("STOPPED did not reach Kafka; command-service waits for the lease to end instead");
        }
        Producer<byte[], byte[]> p = producer;
        if (p != null) {
            p.close(Duration.ZERO);
        }
    }

    private void trouble(String text) {
        if (!text.equals(trouble)) {
            LOG.warn("edge {}: {}; trying again", edge, text);
        }
        trouble = text;
    }

    private void pause() {
        if (!stopping) {
            try {
                Thread.sleep(RETRY);
            } catch (InterruptedException e) {
                stopping = true;
            }
        }
    }
}
