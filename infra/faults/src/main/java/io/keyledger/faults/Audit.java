package io.keyledger.faults;

import io.keyledger.events.JsonReader;
import io.keyledger.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads the topic of uses as any SIEM could, from its beginning, and writes what edges told into the history. One thread. */
final class Audit implements AutoCloseable {
    private static final String USED = "io.keyledger.key.used.v1";
    private static final String FAILED = "io.keyledger.auth.failed.v1";
    private static final Duration POLL = Duration.ofMillis(200);

    private final History history;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Set<String> requests = new HashSet<>();

    Audit(History history, Properties access) {
        this.history = history;
        Properties properties = new Properties();
        properties.putAll(access);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partitions = new ArrayList<>(consumer.partitionsFor(Topics.ACTIVITY).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads all that the topic holds at this moment; returns how many different uses were told so far. */
    int read() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(this::told);
        }
        return requests.size();
    }

    private void told(ConsumerRecord<byte[], byte[]> record) {
        Map<String, Object> event = JsonReader.object(record.value());
        boolean used = USED.equals(event.get("type"));
        if (!used && !FAILED.equals(event.get("type")) || !(event.get("data") instanceof Map<?, ?> data)) {
            return;
        }
        String edge = String.valueOf(data.get("edge"));
        if (!edge.startsWith("edge-")) {
            // command-service tells who asked it.
            return;
        }
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("type", used ? "used" : "refused");
        about.put("event", event.get("id"));
        about.put("edge", edge);
        about.put("code", data.get("reason"));
        about.put("keyId", data.get("keyId"));
        about.put("request", data.get("requestId"));
        about.put("count", data.get("count"));
        about.put("source", event.get("source"));
        about.put("sequence", event.get("sequence"));
        history.told(about);
        if (used && data.get("requestId") instanceof String request) {
            requests.add(request);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
