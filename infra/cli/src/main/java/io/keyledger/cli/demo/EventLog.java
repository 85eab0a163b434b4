package io.keyledger.cli.demo;

import io.keyledger.cli.audit.EventLine;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Installation;
import io.keyledger.events.JsonReader;
import io.keyledger.events.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads the audit topics as a SIEM does, from the moment it was opened, and hands out the events that one waits for. */
final class EventLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int REACH_MILLIS = 15_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<Seen> waiting = new ArrayList<>();
    private volatile boolean closed;
    private volatile @Nullable Failure failure;

    /**
     * An event as it lies on Kafka.
     *
     * @param json its very bytes, which are UTF-8
     * @param at when it was read, by {@link System#nanoTime}
     */
    record Seen(String topic, int partition, long offset, String json, Map<String, Object> event, long at) {
        String type() {
            return EventLine.type(event);
        }

        Map<String, Object> data() {
            return EventLine.data(event);
        }

        String place() {
            return topic + "[" + partition + "]@" + offset;
        }
    }

    private EventLog(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        this.reader = Thread.ofPlatform().daemon().name("event-log").unstarted(this::read);
    }

    static EventLog open(Installation installation) {
        Properties properties = properties(installation.kafkaProperties());
        KafkaConsumer<byte[], byte[]> consumer = null;
        try {
            consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : List.of(Topics.LIFECYCLE, Topics.ACTIVITY)) {
                consumer.partitionsFor(topic)
                        .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            // Only asking for the position makes the seek happen: before the story begins, not at its first event.
            partitions.forEach(consumer::position);
            EventLog log = new EventLog(consumer);
            log.reader.start();
            return log;
        } catch (KafkaException e) {
            if (consumer != null) {
                consumer.close();
            }
            throw failure(e, properties.getProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
        }
    }

    private static Properties properties(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "There is no " + file
                            + ": it is made by `keyledger up`, and without it no event can be read from Kafka.");
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED, "Cannot read " + file + " (" + e.getClass().getSimpleName() + ").");
        }
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(REACH_MILLIS));
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        return properties;
    }

    private void read() {
        while (!closed) {
            try {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    add(record);
                }
            } catch (WakeupException e) {
                break;
            } catch (KafkaException e) {
                failure = failure(e, "its address");
                signal();
                break;
            }
        }
        consumer.close();
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        Map<String, Object> event;
        try {
            event = JsonReader.object(record.value());
        } catch (IllegalArgumentException e) {
            return;
        }
        lock.lock();
        try {
            waiting.add(new Seen(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    new String(record.value(), StandardCharsets.UTF_8),
                    event,
                    System.nanoTime()));
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest event that fits and was not handed out before; waits for it. */
    Seen await(String what, Predicate<Seen> fits, Duration patience) {
        return find(fits, patience)
                .orElseThrow(() -> new Failure(
                        Failure.FAILED,
                        "No " + what + " arrived on Kafka within " + patience.toSeconds()
                                + " s; see `keyledger logs command-service`."));
    }

    /** As {@link #await}, for what need not come. */
    Optional<Seen> find(Predicate<Seen> fits, Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (true) {
                Optional<Seen> found = waiting.stream().filter(fits).findFirst();
                found.ifPresent(waiting::remove);
                if (found.isPresent()) {
                    return found;
                }
                Failure broken = failure;
                if (broken != null) {
                    throw broken;
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                left = arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "Interrupted.");
        } finally {
            lock.unlock();
        }
    }

    private static Failure failure(KafkaException e, @Nullable String address) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
                return new Failure(
                        Failure.FAILED,
                        "Kafka refused the operator's login or its right to read the audit topics ("
                                + cause.getClass().getSimpleName() + ").");
            }
        }
        return new Failure(
                Failure.UNREACHABLE,
                "Kafka does not answer at " + address + " (" + e.getClass().getSimpleName()
                        + "); see `keyledger status`.");
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
