package io.keyledger.command.barrier;

import io.keyledger.command.ledger.LedgerReader;
import io.keyledger.command.ledger.LedgerReader.Known;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Carries between the barrier, the edges and the disk: one thread reads acknowledgements, one sends heartbeats, one writes
 * the registry, so that a slow disk holds up no heartbeat and a lost broker no write.
 */
final class EdgeTraffic implements SmartLifecycle {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration AT_LEAST_BETWEEN = Duration.ofMillis(20);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SAVE_FEED_EVERY = Duration.ofSeconds(10);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final long STOP_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(EdgeTraffic.class);

    private final String instance;
    private final Map<String, Object> kafka;
    private final LiveBarrier barrier;
    private final EdgeStore store;
    private final EdgeRegistry registry;
    private final LedgerReader ledger;
    private final Reports reports;
    private final Semaphore beat = new Semaphore(0);
    private final Semaphore write = new Semaphore(0);
    private final AtomicReference<@Nullable Consumer<byte[], byte[]>> reading = new AtomicReference<>();
    private volatile boolean running;
    private List<Thread> threads = List.of();

    EdgeTraffic(
            String instance,
            Map<String, Object> kafka,
            LiveBarrier barrier,
            EdgeStore store,
            LedgerReader ledger,
            Reports reports) {
        this.instance = instance;
        this.kafka = kafka;
        this.barrier = barrier;
        this.store = store;
        this.registry = new EdgeRegistry(barrier, store::save);
        this.ledger = ledger;
        this.reports = reports;
    }

    @Override
    public void start() {
        registry.restore(store.edges(), store.feed());
        running = true;
        threads = List.of(
                Thread.ofPlatform().name("edge-acks").start(() -> again(this::read)),
                Thread.ofPlatform().name("heartbeat").start(() -> again(this::beat)),
                Thread.ofPlatform().name("edge-registry").start(() -> again(this::write)));
    }

    @Override
    public void stop() {
        running = false;
        Consumer<byte[], byte[]> consumer = reading.get();
        if (consumer != null) {
            consumer.wakeup();
        }
        beat.release();
        write.release();
        for (Thread thread : threads) {
            try {
                thread.join(STOP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread.interrupt();
        }
        reports.stop();
        threads = List.of();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the publisher starts: what is published finds all edges known. */
    @Override
    public int getPhase() {
        return -1;
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Does it until the end; from the beginning after a failure, which is told once. */
    private void again(Work work) {
        String last = "";
        while (running) {
            try {
                work.run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (running && !last.equals(String.valueOf(e.getMessage()))) {
                    last = String.valueOf(e.getMessage());
                    LOG.warn("{} failed and tries again", Thread.currentThread().getName(), e);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void read() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("client.id", "keyledger-edge-acks");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("allow.auto.create.topics", false);
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        List<Known> unconfirmed = ledger.unconfirmed();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            barrier.endsAre(ends(consumer), unconfirmed);
        }
        beat.release();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            reading.set(consumer);
            List<TopicPartition> partitions = partitions(Topics.EDGE_ACKS);
            consumer.assign(partitions);
            for (TopicPartition partition : partitions) {
                Long next = registry.position(partition.partition());
                if (next == null) {
                    consumer.seekToBeginning(List.of(partition));
                } else {
                    consumer.seek(partition, next);
                }
            }
            while (running) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(EVERY)) {
                    take(record);
                }
            }
        } catch (WakeupException e) {
            LOG.trace("woken to stop", e);
        } finally {
            reading.set(null);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        EdgeAck ack = null;
        if (record.value() != null) {
            try {
                ack = RecordJson.read(EdgeAck.class, record.value());
            } catch (IllegalArgumentException e) {
                // Only edges can write here. To stop for one would stop them all; it just gets no lease.
                LOG.error("{} offset {} is no acknowledgement", record.topic(), record.offset(), e);
            }
        }
        if (registry.read(record.partition(), record.offset(), ack)) {
            beat.release();
        }
    }

    private static Map<String, Map<Integer, Long>> ends(Consumer<byte[], byte[]> consumer) {
        Map<String, Map<Integer, Long>> ends = new TreeMap<>();
        for (String topic : Topics.VIEW) {
            consumer.endOffsets(partitions(topic))
                    .forEach((partition, end) ->
                            ends.computeIfAbsent(topic, _ -> new TreeMap<>()).put(partition.partition(), end));
        }
        return ends;
    }

    private static List<TopicPartition> partitions(String topic) {
        return Ends.partitions(topic).stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private void beat() throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("client.id", "keyledger-heartbeat");
        settings.put("acks", "all");
        settings.put("linger.ms", 0);
        settings.put("max.block.ms", 2_000);
        settings.put("request.timeout.ms", 5_000);
        settings.put("delivery.timeout.ms", 10_000);
        ByteArraySerializer bytes = new ByteArraySerializer();
        Producer<byte[], byte[]> producer = new KafkaProducer<>(settings, bytes, bytes);
        try {
            while (running) {
                Heartbeat heartbeat = barrier.heartbeat();
                if (heartbeat != null) {
                    var _ = producer.send(new ProducerRecord<>(
                            Topics.HEARTBEAT, instance.getBytes(StandardCharsets.UTF_8), RecordJson.bytes(heartbeat)));
                }
                if (!barrier.unsaved().isEmpty()) {
                    write.release();
                }
                Thread.sleep(AT_LEAST_BETWEEN);
                if (beat.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    beat.drainPermits();
                }
            }
        } catch (KafkaException e) {
            throw new IllegalStateException("no heartbeat: " + e.getMessage(), e);
        } finally {
            producer.close(CLOSE);
        }
    }

    /** Writes the registry now. */
    void save() {
        boolean _ = registry.save(false);
    }

    private void write() throws InterruptedException {
        long positionSavedAt = System.nanoTime();
        while (running) {
            boolean due = System.nanoTime() - positionSavedAt >= SAVE_FEED_EVERY.toNanos();
            if (registry.save(due)) {
                beat.release();
            }
            if (due) {
                positionSavedAt = System.nanoTime();
            }
            if (write.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                write.drainPermits();
            }
        }
    }
}
