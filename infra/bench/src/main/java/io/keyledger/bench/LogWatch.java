package io.keyledger.bench;

import io.keyledger.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the lifecycle topic as anybody could, and notes when each event came. */
final class LogWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final List<Arrival> arrivals = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * One event, here.
     *
     * @param decided the event's own time
     * @param came when it was here
     */
    record Arrival(String type, Instant decided, Instant came) {
        double millis() {
            return Duration.between(decided, came).toNanos() / 1e6;
        }
    }

    LogWatch(Properties access) {
        Properties properties = new Properties();
        properties.putAll(access);
        properties.setProperty("fetch.max.wait.ms", "100");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.LIFECYCLE).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        reader = Thread.ofPlatform().name("log-watch").start(this::read);
    }

    private void read() {
        while (!stopping) {
            var records = consumer.poll(POLL);
            Instant now = Instant.now();
            synchronized (arrivals) {
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    arrivals.add(new Arrival(text(record, "ce_type"), Instant.parse(text(record, "ce_time")), now));
                }
            }
        }
        consumer.close();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null) {
            throw new IllegalStateException("an event without " + name);
        }
        return new String(header.value(), StandardCharsets.US_ASCII);
    }

    /** What came since the last call. */
    List<Arrival> take() {
        synchronized (arrivals) {
            List<Arrival> taken = List.copyOf(arrivals);
            arrivals.clear();
            return taken;
        }
    }

    /** Waits until {@code count} events of {@code type} came since the last {@link #take}, and takes all. */
    List<Arrival> take(String type, int count, Duration patience) throws InterruptedException {
        Instant until = Instant.now().plus(patience);
        while (true) {
            synchronized (arrivals) {
                if (arrivals.stream().filter(a -> a.type.equals(type)).count() >= count) {
                    return take();
                }
            }
            if (Instant.now().isAfter(until)) {
                throw new IllegalStateException(
                        "waited " + patience + " for " + count + " events " + type + " in vain");
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
