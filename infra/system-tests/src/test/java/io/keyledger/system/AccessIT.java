package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.Topics;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who can reach what behind the doors: deny by default, on Kafka, in PostgreSQL and on disk. */
@OnPlatform
@Order(40)
class AccessIT {
    private final RunningPlatform platform;

    AccessIT(RunningPlatform platform) {
        this.platform = platform;
    }

    @ParameterizedTest
    @CsvSource({
        // A forged view record would be a forged permission; a forged event would be a forged past.
        "siem,            keyledger.audit.lifecycle.v1",
        "siem,            keyledger.audit.activity.v1",
        "siem,            keyledger.view.credentials.v1",
        "siem,            keyledger.control.heartbeat.v1",
        "siem,            keyledger.control.edge-acks.v1",
        "siem,            keyledger.control.limits.v1",
        "auth-edge,       keyledger.audit.lifecycle.v1",
        "auth-edge,       keyledger.view.credentials.v1",
        "auth-edge,       keyledger.view.principals.v1",
        "auth-edge,       keyledger.control.heartbeat.v1",
        "query-service,   keyledger.audit.lifecycle.v1",
        "query-service,   keyledger.view.credentials.v1",
        "query-service,   keyledger.view.principals.v1",
        "query-service,   keyledger.control.heartbeat.v1",
    })
    void a_principal_writes_only_where_it_must(String principal, String topic) {
        Properties properties = platform.kafkaProperties(principal);
        properties.setProperty("enable.idempotence", "false");
        properties.setProperty("max.block.ms", "10000");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[0]))
                            .get(20, TimeUnit.SECONDS))
                    .satisfies(e -> assertThat(e instanceof ExecutionException ? e.getCause() : e)
                            .isInstanceOf(AuthorizationException.class));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "siem,      keyledger.view.credentials.v1",
        "siem,      keyledger.view.principals.v1",
        "siem,      keyledger.control.heartbeat.v1",
        "siem,      keyledger.control.edge-acks.v1",
        "siem,      keyledger.control.limits.v1",
        "auth-edge, keyledger.audit.lifecycle.v1",
        "auth-edge, keyledger.audit.activity.v1",
        "command-service, keyledger.audit.checkpoints.v1",
    })
    void a_principal_reads_only_what_it_must(String principal, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                platform.kafkaProperties(principal), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            assertThatThrownBy(() -> {
                        consumer.assign(List.of(partition));
                        consumer.seekToBeginning(List.of(partition));
                        for (int i = 0; i < 50; i++) {
                            consumer.poll(Duration.ofMillis(200));
                        }
                    })
                    .isInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void a_principal_that_nobody_made_gets_nothing() {
        Properties stranger = platform.servers().kafka().properties("stranger", "guess");
        stranger.setProperty("request.timeout.ms", "5000");
        stranger.setProperty("default.api.timeout.ms", "10000");
        try (Admin admin = Admin.create(stranger)) {
            assertThatThrownBy(() -> admin.listTopics().names().get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void nobody_but_the_administrator_makes_deletes_or_alters_topics() {
        for (String principal : List.of("command-service", "query-service", "auth-edge", "siem")) {
            try (Admin admin = Admin.create(platform.kafkaProperties(principal))) {
                assertThatThrownBy(() -> admin.deleteTopics(List.of(Topics.LIFECYCLE))
                                .all()
                                .get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    @Row("S1-07")
    @Test
    void only_command_service_can_write_a_key_or_an_event() throws SQLException {
        try (Connection connection = platform.postgres("keyledger_query");
                Statement statement = connection.createStatement()) {
            for (String sql : new String[] {
                "select * from command.key", "select * from verifier.verifier", "delete from command.domain_event",
                "insert into command.key (key_id) values ('x')", "set role keyledger_verifier",
                        "set role keyledger_command"
            }) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .as(sql)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @Row({"S1-25", "S1-07"})
    @Test
    void verifiers_lie_apart_and_are_no_secrets() throws SQLException {
        Issued key = platform.tenant().create("stored", "read-only");
        try (Connection connection = platform.postgres("keyledger_command");
                Statement statement = connection.createStatement()) {
            // Not even command-service's own role sees them, unless it says that it wants to.
            assertThatThrownBy(() -> statement.execute("select * from verifier.verifier"))
                    .hasMessageContaining("permission denied");
        }
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select length(verifier), verifier::text, t::text from verifier.verifier t"
                                + " where credential_id = '" + key.credentialId() + "'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(32);
            assertThat(rows.getString(3)).doesNotContain(Secrets.secretOf(key.key()));
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void every_private_file_is_private() throws Exception {
        List<String> open = new ArrayList<>();
        for (String folder : List.of("secrets", "config", "tls")) {
            try (Stream<Path> files = Files.walk(platform.dataDir().resolve(folder))) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                    boolean isPublic = file.toString().endsWith(".pem")
                            || file.endsWith("assertion.pub")
                            || file.endsWith("checkpoint.vkey");
                    if (!mode.equals("rw-------") && !(isPublic && mode.equals("rw-r--r--"))) {
                        open.add(file + " " + mode);
                    }
                }
            }
        }
        assertThat(open).isEmpty();
    }

    @Test
    void every_listener_is_on_loopback_and_management_shows_health_and_metrics_only() {
        for (String process : List.of("command-service", "query-service", "auth-edge-1")) {
            Door management = platform.management(process);
            assertThat(management.get("/actuator/health/readiness").expect(200).text("status"))
                    .isEqualTo("UP");
            assertThat(management.get("/actuator/health/liveness").expect(200).text("status"))
                    .isEqualTo("UP");
            assertThat(management.get("/actuator/prometheus").expect(200).body())
                    .contains("jvm_memory_used_bytes");
            for (String closed : List.of(
                    "env", "configprops", "heapdump", "threaddump", "beans", "loggers", "mappings", "shutdown")) {
                assertThat(management.get("/actuator/" + closed).status())
                        .as(process + " " + closed)
                        .isEqualTo(404);
            }
            assertThat(management.get("/api/v1/keys").status())
                    .as(process + "'s API on the management port")
                    .isEqualTo(404);
        }
    }

    @Test
    void command_service_talks_to_nobody_without_a_certificate() {
        Door withoutCertificate = platform.api().at(platform.command().base());
        assertThatThrownBy(() -> withoutCertificate.trySend("GET", "/api/v1/keys", null))
                .isInstanceOf(java.io.IOException.class);
        // The operator's certificate may bootstrap, and is no way around keys.
        platform.command().get("/api/v1/settings").expect(403);
    }
}
