package io.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Platform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The whole service on real servers: what it makes of the log at once is what it made of it while it came. */
class RebuildIT {
    private static final Pattern PASSWORD = Pattern.compile("password=\"([^\"]*)\"");

    private final Platform platform = TestServers.running();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void a_read_store_made_again_from_the_log_equals_the_one_that_followed_it() throws Exception {
        Rig.freshSchema(platform);
        List<LoggedEvent> log = Log.random(21, 150);
        try (HikariDataSource dataSource = Rig.dataSource(platform)) {
            JdbcTemplate jdbc = new JdbcTemplate(dataSource);
            Map<String, List<String>> live;
            try (ConfigurableApplicationContext service = service()) {
                // In many small batches, which the two topics interleave in their own way.
                for (int i = 0; i < 10; i++) {
                    publish(log.subList(log.size() * i / 10, log.size() * (i + 1) / 10));
                    awaitFolded(jdbc, log.size() * (i + 1) / 10);
                }
                assertThat(service.isRunning()).isTrue();
                jdbc.update(
                        "insert into query.console_filter values (?, 't_acme', 'usr_1', 'keys', 'kept', 'status=ACTIVE')",
                        UUID.randomUUID());
                live = rows(jdbc);
            }
            assertThat(live.get("event")).hasSize(log.size());
            for (String table : List.of(
                    "key", "credential", "key_use", "use_day", "setting", "tenant", "source", "console_filter")) {
                assertThat(live.get(table)).as(table).isNotEmpty();
            }

            // Wrong rows, of which only a fold from the beginning knows better.
            jdbc.update("update query.key set name = 'spoilt'");
            jdbc.update("update query.key_use set accepted = accepted + 1");
            jdbc.update("delete from query.setting");
            try (ConfigurableApplicationContext service = service()) {
                assertThat(service.isRunning()).isTrue();
                assertThat(rows(jdbc)).as("an ordinary start changes nothing").isNotEqualTo(live);
            }
            try (ConfigurableApplicationContext service = service("--keyledger.query.rebuild=true")) {
                await().atMost(Rig.SOON)
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(rows(jdbc)).isEqualTo(live));
                assertThat(service.isRunning()).isTrue();
            }
        }
    }

    private static void awaitFolded(JdbcTemplate jdbc, long count) {
        await().atMost(Rig.SOON)
                .ignoreExceptions()
                .until(() -> Long.valueOf(count)
                        .equals(jdbc.queryForObject(
                                "select count(*) from query.event where tenant = 't_acme'", Long.class)));
    }

    /** Without what edges inside this service tell: when they start and stop, and what another test asked one. */
    private static Map<String, List<String>> rows(JdbcTemplate jdbc) {
        Map<String, List<String>> rows = new TreeMap<>(Rig.rows(jdbc));
        rows.replaceAll((table, lines) -> lines.stream()
                // A row of arrival names no source; what those edges tell belongs to tenant system.
                .filter(line -> !line.contains(":edge:query-")
                        && !(table.equals("arrival") && line.startsWith("(" + TenantId.SYSTEM.value() + ",")))
                .toList());
        return rows;
    }

    private void publish(List<LoggedEvent> events) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(platform.servers().kafka().adminProperties(), bytes, bytes)) {
            for (LoggedEvent event : events) {
                assertThat(Topics.ALL).extracting(Topics.Spec::name).contains(event.topic());
                var _ = producer.send(new ProducerRecord<>(
                        event.topic(), event.source().getBytes(StandardCharsets.UTF_8), event.bytes()));
            }
        }
    }

    private ConfigurableApplicationContext service(String... more) {
        DataDir dir = platform.dataDir();
        Properties kafka = platform.kafkaProperties("query-service");
        Matcher password = PASSWORD.matcher(kafka.getProperty("sasl.jaas.config"));
        assertThat(password.find()).isTrue();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--spring.datasource.url=" + platform.servers().postgres().jdbcUrl(),
                "--spring.datasource.username=keyledger_query",
                "--spring.datasource.password=" + platform.postgresPassword("keyledger_query"),
                "--keyledger.instance=inst-test",
                "--keyledger.peppers=" + dir.peppers(),
                "--keyledger.kafka.bootstrap-servers=" + kafka.getProperty("bootstrap.servers"),
                "--keyledger.kafka.username=query-service",
                "--keyledger.kafka.password=" + password.group(1),
                "--keyledger.kafka.ca=" + dir.ca(),
                "--keyledger.tls.certificate=" + dir.certificate("query-service"),
                "--keyledger.tls.private-key=" + dir.privateKey("query-service"),
                "--keyledger.tls.ca=" + dir.ca(),
                "--keyledger.edge.id=query-1",
                "--keyledger.edge.data=" + folder.resolve("edge"),
                "--keyledger.edge.flush=0s",
                "--keyledger.query.assertion-key=" + dir.assertionKey(),
                "--keyledger.query.elasticsearch=" + platform.servers().elasticsearch()));
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(QueryService.class).run(arguments.toArray(String[]::new));
    }
}
