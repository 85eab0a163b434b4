package io.keyledger.edge.core.spool;

import io.keyledger.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The activity topic. A send waits for Kafka as long as it takes; it fails only when Kafka says no. */
public final class KafkaActivityLog implements ActivityLog {
    private static final Duration NOW = Duration.ZERO;

    private final Map<String, Object> config;
    private @Nullable Producer<byte[], byte[]> producer;

    /** @param connection Kafka's client properties: bootstrap servers and security */
    public KafkaActivityLog(Map<String, ?> connection) {
        config = settings(connection);
    }

    static Map<String, Object> settings(Map<String, ?> connection) {
        Map<String, Object> config = new HashMap<>(connection);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // A broker that knows nothing of a producer takes any first sequence: decision 0019.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        // A batch that were given up could be overtaken by the next one of its source.
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3000);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return config;
    }

    @Override
    public void send(String key, byte[] bytes, Map<String, byte[]> headers, Consumer<@Nullable Exception> done) {
        try {
            if (producer == null) {
                producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            }
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(Topics.ACTIVITY, key.getBytes(StandardCharsets.US_ASCII), bytes);
            headers.forEach((name, value) -> record.headers().add(name, value));
            Future<?> unused = producer.send(record, (_, failure) -> done.accept(failure));
        } catch (KafkaException | IllegalStateException e) {
            done.accept(e);
        }
    }

    @Override
    public void reset() {
        close();
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(NOW);
            producer = null;
        }
    }
}
