package io.keyledger.edge.core.view;

import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.EdgeAck.Phase;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the view: it reads every partition of the view topics from the beginning, without a group,
 * applies each record, and acknowledges at once how far it is, and at least every second.
 *
 * <p>A record that cannot be read stops its partition, loudly and for good: nothing behind it is applied, so no heartbeat
 * grants a lease any more. A topic that was deleted and made anew is read from its beginning, loudly. While Kafka is away the view stays as it is; afterwards reading goes on where it was.
 */
public final class ViewFollower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewFollower.class);
    private static final Duration ACK_EVERY = Duration.ofMillis(900);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration REMIND = Duration.ofSeconds(30);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final TopicPartition HEARTBEATS = new TopicPartition(Topics.HEARTBEAT, 0);
    private static final List<TopicPartition> VIEW = Topics.ALL.stream()
            .filter(spec -> Topics.VIEW.contains(spec.name()))
            .flatMap(spec -> IntStream.range(0, spec.partitions()).mapToObj(p -> new TopicPartition(spec.name(), p)))
            .toList();

    private final String instance;
    private final String edge;
    private final String boot;
    private final Map<String, Object> connection;
    private final KeyView view;
    private final Lease lease;
    private final EdgeTime time;
    private final Supplier<List<Long>> lanes;
    private final Waiters waiters;
    private final Runnable onReady;
    private final Thread thread;
    private final Map<String, String> unreadable = new ConcurrentSkipListMap<>();
    private final TopicWatch watch;

    private @Nullable Map<TopicPartition, Long> targets;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean producerFailed;
    private volatile boolean stopping;
    private volatile boolean ready;
    private volatile @Nullable String trouble = "has not yet reached Kafka";
    private long ping;
    private long lastAckNanos = System.nanoTime() - ACK_EVERY.toNanos();
    private long lastReminderNanos = System.nanoTime();

    /**
     * @param connection Kafka's client properties
     * @param lanes the last sequence of each use lane; taken after records were applied and before they are acknowledged
     * @param waiters told whenever records were applied
     * @param onReady called once, when the view is caught up and the first lease is there
     */
    public ViewFollower(
            String instance,
            String edge,
            String boot,
            Map<String, Object> connection,
            KeyView view,
            Lease lease,
            EdgeTime time,
            Supplier<List<Long>> lanes,
            Waiters waiters,
            Runnable onReady) {
        this.instance = instance;
        this.edge = edge;
        this.boot = boot;
        this.connection = connection;
        this.view = view;
        this.lease = lease;
        this.time = time;
        this.lanes = lanes;
        this.waiters = waiters;
        this.onReady = onReady;
        this.watch = new TopicWatch(adminConfig(), List.copyOf(Topics.VIEW));
        this.thread = Thread.ofPlatform().name("view-" + edge).daemon().unstarted(this);
    }

    public void start() {
        thread.start();
    }

    /** Has reached the end that the topics had at the start, and has had a lease. */
    public boolean ready() {
        return ready;
    }

    /** What keeps the view from following, in words; null when nothing does. */
    public @Nullable String trouble() {
        return unreadable.isEmpty() ? trouble : unreadable.values().toString();
    }

    /** Stops reading. The caller has seen to it that this boot accepts nothing any more; that is told last. */
    public void stop() {
        stopping = true;
        Consumer<byte[], byte[]> c = consumer;
        if (c != null) {
            c.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
            lastWord();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> c =
                    new KafkaConsumer<>(consumerConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
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
        for (TopicPartition p : VIEW) {
            long next = view.applied(p.topic(), p.partition());
            if (next == 0) {
                c.seekToBeginning(List.of(p));
            } else {
                c.seek(p, next);
            }
        }
        c.seekToEnd(List.of(HEARTBEATS));
        unreadable.clear();
        if (targets == null) {
            targets = c.endOffsets(VIEW);
        }
        trouble = null;
        while (!stopping) {
            try {
                watch.madeAnew().forEach(topic -> madeAnew(c, topic));
                step(c, c.poll(untilNextAck()));
            } catch (OffsetOutOfRangeException e) {
                lostLog(c, e);
            }
        }
    }

    private void step(Consumer<byte[], byte[]> c, ConsumerRecords<byte[], byte[]> records) {
        boolean applied = false;
        for (TopicPartition p : VIEW) {
            if (!records.records(p).isEmpty()) {
                applied = true;
                if (applyAll(c, p, records.records(p))) {
                    view.reached(p.topic(), p.partition(), c.position(p));
                }
            }
        }
        for (ConsumerRecord<byte[], byte[]> record : records.records(HEARTBEATS)) {
            heard(record);
        }
        if (applied) {
            lease.advanced(view::applied);
            waiters.moved();
        }
        if (!ready && caughtUp() && lease.standing() != Standing.STARTING) {
            ready = true;
            LOG.info("edge {} boot {} answers: {} credentials", edge, boot, view.size());
            onReady.run();
            applied = true;
        }
        if (applied || untilNextAck().isZero()) {
            @Nullable Future<RecordMetadata> unused = acknowledge(ready ? Phase.SERVING : Phase.STARTING);
        }
        remind();
    }

    /** Whether all of them could be applied. */
    private boolean applyAll(
            Consumer<byte[], byte[]> c, TopicPartition p, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                ViewRecords.apply(view, record);
            } catch (RuntimeException e) {
                String what = "record %d of %s cannot be read: %s".formatted(record.offset(), p, e.getMessage());
                unreadable.put(p.toString(), what);
                LOG.error("{}. Nothing behind it is applied; the lease will not be renewed", what);
                c.pause(List.of(p));
                c.seek(p, record.offset());
                return false;
            }
        }
        return true;
    }

    private void heard(ConsumerRecord<byte[], byte[]> record) {
        try {
            Heartbeat heartbeat = RecordJson.fromMap(Heartbeat.class, JsonReader.object(record.value()));
            if (heartbeat.instance().equals(instance)) {
                time.heard(heartbeat.time());
                lease.heard(heartbeat, view::applied);
            }
        } catch (RuntimeException e) {
            LOG.error("heartbeat {} cannot be read and grants nothing: {}", record.offset(), e.getMessage());
        }
    }

    private boolean caughtUp() {
        Map<TopicPartition, Long> ends = targets;
        return ends != null
                && ends.entrySet().stream()
                        .allMatch(end ->
                                view.applied(end.getKey().topic(), end.getKey().partition()) >= end.getValue());
    }

    /** A log that is shorter than it was: what is known stays known, and all that is there is read again. */
    private void lostLog(Consumer<byte[], byte[]> c, OffsetOutOfRangeException e) {
        for (TopicPartition p : e.offsetOutOfRangePartitions().keySet()) {
            LOG.error("{} does not have the offset any more that this edge has read up to; reading it anew", p);
            if (p.equals(HEARTBEATS)) {
                c.seekToEnd(List.of(p));
            } else {
                view.restarted(p.topic(), p.partition());
                c.seekToBeginning(List.of(p));
            }
        }
    }

    /** Another topic under the same name: its offsets say nothing about what was read of the old one. */
    private void madeAnew(Consumer<byte[], byte[]> c, String topic) {
        LOG.error("{} was deleted and made anew; reading it from its beginning, and keeping what is known", topic);
        for (TopicPartition p : VIEW) {
            if (p.topic().equals(topic)) {
                view.restarted(p.topic(), p.partition());
                unreadable.remove(p.toString());
                c.resume(List.of(p));
                c.seekToBeginning(List.of(p));
            }
        }
    }

    private @Nullable Future<RecordMetadata> acknowledge(Phase phase) {
        EdgeAck ack = new EdgeAck(edge, boot, ++ping, positions(), lanes.get(), phase);
        lease.sending(ping);
        lastAckNanos = System.nanoTime();
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

    private Map<String, List<Long>> positions() {
        Map<String, List<Long>> positions = new TreeMap<>();
        for (TopicPartition p : VIEW) {
            positions.computeIfAbsent(p.topic(), _ -> new ArrayList<>()).add(view.applied(p.topic(), p.partition()));
        }
        return positions;
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> p = producer;
        if (p != null && producerFailed) {
            p.close(Duration.ZERO);
            p = null;
        }
        if (p == null) {
            producerFailed = false;
            p = new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer());
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
        @Nullable Future<RecordMetadata> sent = acknowledge(Phase.STOPPED);
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

    private void remind() {
        if (!unreadable.isEmpty() && System.nanoTime() - lastReminderNanos > REMIND.toNanos()) {
            lastReminderNanos = System.nanoTime();
            LOG.error("stopped partitions: {}", unreadable.values());
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

    private Duration untilNextAck() {
        Duration left = ACK_EVERY.minusNanos(System.nanoTime() - lastAckNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = new HashMap<>(connection);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, edge + "-view");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5000);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return config;
    }

    private Map<String, Object> adminConfig() {
        Map<String, Object> config = new HashMap<>(connection);
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, edge + "-topics");
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5000);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return config;
    }

    private Map<String, Object> producerConfig() {
        Map<String, Object> config = new LinkedHashMap<>(connection);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, edge + "-acks");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5000);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return config;
    }

    /** The partitions that an edge reads, for tests. */
    static Stream<TopicPartition> partitions() {
        return VIEW.stream();
    }
}
