package io.keyledger.edge.core;

import java.nio.file.Path;
import java.util.Map;

/**
 * How to reach Kafka: SASL_SSL with SCRAM-SHA-512, and nothing else.
 *
 * @param ca the certificate authority of the brokers, PEM
 */
public record KafkaAccess(String bootstrapServers, String username, String password, Path ca) {

    /** The properties that every Kafka client needs. */
    public Map<String, Object> client() {
        return Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(quoted(username), quoted(password)),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                ca.toString());
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    @Override
    public String toString() {
        return username + "@" + bootstrapServers;
    }
}
