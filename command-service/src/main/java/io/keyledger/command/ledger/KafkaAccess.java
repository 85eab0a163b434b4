package io.keyledger.command.ledger;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How this service reaches Kafka: SASL_SSL with SCRAM-SHA-512, always.
 *
 * @param ca PEM file of the authority that signed the brokers' certificates
 */
@ConfigurationProperties("keyledger.kafka")
public record KafkaAccess(String bootstrapServers, String username, String password, Path ca) {

    /** The properties that every client of any kind needs. */
    public Map<String, Object> client() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "SCRAM-SHA-512");
        properties.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(escape(username), escape(password)));
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.location", ca.toString());
        return properties;
    }

    private static String escape(String s) {
        return s.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    @Override
    public String toString() {
        return "KafkaAccess[" + bootstrapServers + ", " + username + "]";
    }
}
