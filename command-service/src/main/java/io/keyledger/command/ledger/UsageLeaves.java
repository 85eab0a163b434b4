package io.keyledger.command.ledger;

import io.keyledger.events.proof.TreeHash;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads the records of a batch again, one batch at a time. Safe from any thread; they wait for each other. */
final class UsageLeaves {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private @Nullable Consumer<byte[], byte[]> consumer;

    UsageLeaves(Supplier<Consumer<byte[], byte[]>> consumers) {
        this.consumers = consumers;
    }

    /** One record, as far as a proof of it goes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Leaf(String source, long sequence, byte[] hash) {}

    /** All records from one offset to another, inclusive; none when Kafka does not have all of them any more. */
    List<Leaf> read(String topic, int partition, long first, long last) {
        lock.lock();
        try {
            Consumer<byte[], byte[]> reading = consumer == null ? consumers.get() : consumer;
            consumer = reading;
            TopicPartition place = new TopicPartition(topic, partition);
            reading.assign(List.of(place));
            Map<TopicPartition, Long> begins = reading.beginningOffsets(List.of(place));
            if (begins.getOrDefault(place, Long.MAX_VALUE) > first) {
                return List.of();
            }
            reading.seek(place, first);
            List<Leaf> leaves = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (reading.position(place) <= last) {
                if (System.nanoTime() > deadline) {
                    return List.of();
                }
                for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
                    if (record.offset() <= last) {
                        leaves.add(leaf(record));
                    }
                }
            }
            return leaves;
        } catch (KafkaException e) {
            if (consumer != null) {
                consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
                consumer = null;
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private static Leaf leaf(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        String sequence = text(record, "ce_sequence");
        return new Leaf(
                text(record, "ce_source"),
                sequence.matches("[0-9]{20}") ? Long.parseLong(sequence) : -1,
                TreeHash.leaf(value));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
