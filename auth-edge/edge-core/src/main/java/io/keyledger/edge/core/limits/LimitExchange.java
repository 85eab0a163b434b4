package io.keyledger.edge.core.limits;

import io.keyledger.edge.core.kafka.EdgeClients;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.control.LimitCount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that tells other edges what this one has accepted under limits, five times a second and only what has changed,
 * and hears what they tell. It reads the topic from its beginning, where earlier runs of this edge have left their counts. While
 * Kafka is away the edge goes on with what it knows; afterwards all that has changed is told at once, for each word holds
 * everything that still counts.
 */
public final class LimitExchange implements Exchange, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitExchange.class);
    private static final Duration TELL_EVERY = Duration.ofMillis(200);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final TopicPartition COUNTS = new TopicPartition(Topics.LIMITS, 0);

    /** So many counters are told in one round; the others in the next. */
    private static final int MAX_TOLD = 5_000;

    private final String edge;
    private final Clients clients;
    private final Limits limits;
    private final InstantSource time;
    private final Thread thread;

    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean stopping;
    private volatile boolean heardAll;
    private volatile @Nullable String trouble = "has not yet read the counts of limits";
    private volatile boolean producerFailed;
    private @Nullable Producer<byte[], byte[]> producer;
    private long next = -1;
    private long target = -1;
    private long lastToldNanos = System.nanoTime();
    private long lastSweptNanos = System.nanoTime();

    /** Kafka, by what asks it. */
    interface Clients {
        Consumer<byte[], byte[]> consumer(String id);

        Producer<byte[], byte[]> producer(String id);

        static Clients of(EdgeClients kafka) {
            return new Clients() {
                @Override
                public Consumer<byte[], byte[]> consumer(String id) {
                    return kafka.consumer(id);
                }

                @Override
                public Producer<byte[], byte[]> producer(String id) {
                    return kafka.producer(id);
                }
            };
        }
    }

    /**
     * @param connection Kafka's client properties
     * @param time edge time
     */
    public LimitExchange(String edge, Map<String, Object> connection, Limits limits, InstantSource time) {
        this(edge, Clients.of(new EdgeClients(connection)), limits, time);
    }

    LimitExchange(String edge, Clients clients, Limits limits, InstantSource time) {
        this.edge = edge;
        this.clients = clients;
        this.limits = limits;
        this.time = time;
        this.thread = Thread.ofPlatform().name("limits-" + edge).daemon().unstarted(this);
    }

    @Override
    public void start() {
        thread.start();
    }

    /** Has read once all that the topic held at the start. */
    @Override
    public boolean heardAll() {
        return heardAll;
    }

    /** What keeps counts from being shared, in words; null when nothing does. */
    @Override
    public @Nullable String trouble() {
        return trouble;
    }

    /** Tells what is left to tell, and stops. The caller has seen to it that nothing is accepted any more. */
    @Override
    public void stop() {
        stopping = true;
        Consumer<byte[], byte[]> c = consumer;
        if (c != null) {
            c.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> c = clients.consumer(edge + "-limits")) {
                consumer = c;
                follow(c);
            } catch (WakeupException e) {
                // stop() was called
            } catch (KafkaException | IllegalStateException e) {
                trouble("counts of limits are not shared: Kafka: " + e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("the thread of limits failed, and begins again where it was", e);
            }
            consumer = null;
            pause();
        }
        lastWord();
    }

    private void follow(Consumer<byte[], byte[]> c) {
        c.assign(List.of(COUNTS));
        if (next < 0) {
            c.seekToBeginning(List.of(COUNTS));
        } else {
            c.seek(COUNTS, next);
        }
        if (target < 0) {
            target = c.endOffsets(List.of(COUNTS)).getOrDefault(COUNTS, 0L);
        }
        trouble = null;
        while (!stopping) {
            try {
                for (ConsumerRecord<byte[], byte[]> record : c.poll(untilNextWord())) {
                    heard(record);
                }
                next = c.position(COUNTS);
                heardAll |= next >= target;
            } catch (OffsetOutOfRangeException e) {
                LOG.warn("{} does not have the offset any more that this edge has read up to; reading it anew", COUNTS);
                c.seekToBeginning(List.of(COUNTS));
            }
            if (untilNextWord().isZero()) {
                tell();
                sweep();
            }
        }
    }

    private void heard(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value() != null) {
                limits.heard(RecordJson.fromMap(LimitCount.class, JsonReader.object(record.value())), micros());
            }
        } catch (RuntimeException e) {
            // It can only have let more through, or less; the next one of its kind replaces it.
            LOG.error("count {} of limits cannot be read and is passed over: {}", record.offset(), e.getMessage());
        }
    }

    private void tell() {
        lastToldNanos = System.nanoTime();
        List<LimitCount> changed = limits.changed(MAX_TOLD);
        if (changed.isEmpty()) {
            return;
        }
        Producer<byte[], byte[]> to;
        try {
            to = producer();
        } catch (KafkaException e) {
            // Such as when no address resolves.
            producerFailed = true;
            changed.forEach(count -> limits.undelivered(count.counter()));
            return;
        }
        for (LimitCount count : changed) {
            // Each could wait for Kafka a second, so after the first that fails no other is tried in this round.
            if (producerFailed) {
                limits.undelivered(count.counter());
            } else {
                send(to, count);
            }
        }
    }

    private void send(Producer<byte[], byte[]> to, LimitCount count) {
        try {
            var _ = to.send(
                    new ProducerRecord<>(
                            Topics.LIMITS, count.key().getBytes(StandardCharsets.UTF_8), RecordJson.bytes(count)),
                    (_, failure) -> {
                        if (failure != null) {
                            producerFailed = true;
                            limits.undelivered(count.counter());
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            producerFailed = true;
            limits.undelivered(count.counter());
        }
    }

    private void sweep() {
        if (System.nanoTime() - lastSweptNanos > SWEEP_EVERY.toNanos()) {
            lastSweptNanos = System.nanoTime();
            limits.sweep(micros());
        }
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.instant());
    }

    private void lastWord() {
        tell();
        Producer<byte[], byte[]> p = producer;
        if (p != null) {
            p.close(LAST_WORD);
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
            p = clients.producer(edge + "-limits");
            producer = p;
        }
        return p;
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

    private Duration untilNextWord() {
        Duration left = TELL_EVERY.minusNanos(System.nanoTime() - lastToldNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
