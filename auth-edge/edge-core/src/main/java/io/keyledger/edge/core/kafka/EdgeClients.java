package io.keyledger.edge.core.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Clients for small records that are told and heard at once: what fails, fails within seconds, and who is away is tried again
 * every second. Uses have a producer of their own, which never gives up.
 */
public final class EdgeClients {
    private static final int PATIENCE_MILLIS = 5000;
    private static final int REQUEST_MILLIS = 3000;
    private static final int BLOCK_MILLIS = 1000;
    private static final int RECONNECT_MILLIS = 1000;
    private static final int MAX_POLLED = 2000;

    private final Map<String, Object> connection;

    /** @param connection Kafka's client properties: bootstrap servers and security */
    public EdgeClients(Map<String, Object> connection) {
        this.connection = Map.copyOf(connection);
    }

    /** A consumer without a group, which says where it reads; an offset that is not there is an exception. */
    public Consumer<byte[], byte[]> consumer(String id) {
        return new KafkaConsumer<>(consumerSettings(id), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A producer that keeps the order, so that an old word never replaces a newer one. */
    public Producer<byte[], byte[]> producer(String id) {
        return new KafkaProducer<>(producerSettings(id), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** For an administrative client. */
    public Map<String, Object> adminSettings(String id) {
        Map<String, Object> settings = common(id);
        settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        return settings;
    }

    private Map<String, Object> consumerSettings(String id) {
        Map<String, Object> settings = adminSettings(id);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLLED);
        return settings;
    }

    private Map<String, Object> producerSettings(String id) {
        Map<String, Object> settings = common(id);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        return settings;
    }

    private Map<String, Object> common(String id) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MILLIS);
        return settings;
    }
}
