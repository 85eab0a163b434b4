package io.keyledger.standalone;

import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The three servers that the services need, with the platform's roles, schemas, users, topics and access lists in them.
 * Two implementations: {@link EmbeddedServers}, ordinary processes on this machine, and containers for those who have them.
 */
public interface Servers extends AutoCloseable {
    /** Starts all three and returns when they answer and everything that {@link Provisioning} makes is there. */
    void start();

    Postgres postgres();

    Kafka kafka();

    /** Where Elasticsearch answers. */
    URI elasticsearch();

    /** Stops all three; their data stays if the implementation keeps any. */
    @Override
    void close();

    /** PostgreSQL with its superuser, who makes the roles and whom no service ever sees. */
    record Postgres(String host, int port, String superuser, String password) {
        public static final String DATABASE = "keyledger";

        /** Of the platform's database. */
        public String jdbcUrl() {
            return jdbcUrl(DATABASE);
        }

        String jdbcUrl(String database) {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        @Override
        public String toString() {
            return jdbcUrl() + " as " + superuser;
        }
    }

    /**
     * Kafka with its administrator.
     *
     * @param ca the authority that signed the broker's certificate, PEM
     */
    record Kafka(String bootstrapServers, String admin, String password, Path ca) {
        /** Client properties of the administrator. */
        public Properties adminProperties() {
            return properties(admin, password);
        }

        /** Client properties of any principal: SASL_SSL, SCRAM-SHA-512. */
        public Properties properties(String user, String userPassword) {
            Properties p = new Properties();
            p.setProperty("bootstrap.servers", bootstrapServers);
            p.setProperty("security.protocol", "SASL_SSL");
            p.setProperty("sasl.mechanism", "SCRAM-SHA-512");
            p.setProperty(
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                            .formatted(user, userPassword));
            p.setProperty("ssl.truststore.type", "PEM");
            p.setProperty("ssl.truststore.location", ca.toString());
            p.setProperty("enable.metrics.push", "false");
            return p;
        }

        @Override
        public String toString() {
            return bootstrapServers + " as " + admin;
        }
    }
}
