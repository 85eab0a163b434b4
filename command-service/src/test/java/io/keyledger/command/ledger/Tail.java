package io.keyledger.command.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What comes onto a topic from a moment on. */
final class Tail implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    /** Begins at the present end. */
    Tail(Map<String, Object> client, String topic) {
        Map<String, Object> settings = new TreeMap<>(client);
        settings.put("enable.auto.commit", false);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** Reads until {@code enough}, or fails after half a minute. */
    void until(BooleanSupplier enough) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!enough.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + records.size() + " records came");
            }
            consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
