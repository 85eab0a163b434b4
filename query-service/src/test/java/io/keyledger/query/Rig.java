package io.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.keyledger.query.log.LogReader;
import io.keyledger.query.log.LogStore;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.ReadStore;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Servers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** The readers of this service on real servers, with an empty read store and two audit topics of their own. */
final class Rig implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    /** Not folded from the log; where each partition stands is not compared, for it tells of repeats too. */
    private static final List<String> NOT_FOLDED = List.of("checkpoint", "flyway_schema_history");

    private static final int PARTITIONS = 3;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Platform platform = TestServers.running();
    final String name = "it-" + NUMBER.incrementAndGet();
    final List<String> topics =
            List.of("keyledger.audit." + name + ".lifecycle", "keyledger.audit." + name + ".activity");
    final HikariDataSource dataSource;
    final JdbcTemplate jdbc;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<LogReader> readers = new ArrayList<>();
    private long published;

    Rig() throws SQLException, ExecutionException, InterruptedException {
        freshSchema(platform);
        dataSource = dataSource(platform);
        migrate(dataSource);
        jdbc = new JdbcTemplate(dataSource);
        Properties kafka = platform.servers().kafka().adminProperties();
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        kafka.put("linger.ms", "5");
        // Else a topic this new may take the second batch and refuse the first: decision 0019.
        kafka.put("max.in.flight.requests.per.connection", "1");
        producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static void freshSchema(Platform platform) throws SQLException {
        Servers.Postgres postgres = platform.servers().postgres();
        try (Connection superuser =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), postgres.password());
                Statement statement = superuser.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS query CASCADE");
            statement.execute("CREATE SCHEMA query AUTHORIZATION keyledger_query");
            // It lies in that schema and went with it.
            statement.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA query");
        }
    }

    static HikariDataSource dataSource(Platform platform) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(platform.servers().postgres().jdbcUrl());
        config.setUsername("keyledger_query");
        config.setPassword(platform.postgresPassword("keyledger_query"));
        config.setSchema("query");
        config.setMaximumPoolSize(6);
        config.setConnectionTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private static void migrate(HikariDataSource dataSource) {
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("query")
                .createSchemas(false)
                .load()
                .migrate();
    }

    ReadStore store() {
        return new ReadStore(jdbc, new DataSourceTransactionManager(dataSource), () -> {});
    }

    /** A reader as the service has it; not started. */
    LogReader reader(String member, LogStore store, MeterRegistry meters) {
        Map<String, Object> access = new HashMap<>();
        Properties properties = platform.kafkaProperties("query-service");
        properties.stringPropertyNames().forEach(key -> access.put(key, properties.getProperty(key)));
        LogReader reader = new LogReader(
                "readstore",
                QueryBeans.consumers(access, "keyledger.query." + name, 200, meters),
                topics,
                store,
                meters,
                member,
                1,
                true);
        readers.add(reader);
        return reader;
    }

    LogReader started(LogStore store) {
        LogReader reader = reader("member", store, new SimpleMeterRegistry());
        reader.start();
        return reader;
    }

    /** Writes them to Kafka, each source in one partition, and returns when all are there. */
    void publish(List<LoggedEvent> events) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (LoggedEvent event : events) {
            String topic = topics.get(event.topic().contains("lifecycle") ? 0 : 1);
            sent.add(producer.send(
                    new ProducerRecord<>(topic, event.source().getBytes(StandardCharsets.UTF_8), event.bytes())));
        }
        for (Future<RecordMetadata> one : sent) {
            arrived(one);
        }
        published += events.size();
    }

    /** Writes one record that nobody counts with. */
    void send(TopicPartition partition, String text) {
        arrived(producer.send(new ProducerRecord<>(
                partition.topic(), partition.partition(), null, text.getBytes(StandardCharsets.UTF_8))));
    }

    private static void arrived(Future<RecordMetadata> sent) {
        try {
            sent.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Where each partition ends. */
    Map<TopicPartition, Long> ends() {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        topics.forEach(topic -> {
            for (int p = 0; p < PARTITIONS; p++) {
                asked.put(new TopicPartition(topic, p), OffsetSpec.latest());
            }
        });
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = Admin.create(platform.servers().kafka().adminProperties())) {
            admin.listOffsets(asked).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return ends;
    }

    /** Waits until all that was published is folded. */
    void awaitFolded() {
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                jdbc.queryForObject("select coalesce(sum(next_offset), 0) from checkpoint", Long.class))
                        .as(() -> "folded of %s; checkpoints %s, stopped %s"
                                .formatted(
                                        ends(),
                                        jdbc.queryForList("select * from checkpoint"),
                                        readers.stream().map(LogReader::stopped).toList()))
                        .isEqualTo(published));
    }

    /** Every row of every table that is folded. */
    Map<String, List<String>> rows() {
        return rows(jdbc);
    }

    static Map<String, List<String>> rows(JdbcTemplate jdbc) {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String table : jdbc.queryForList(
                "select tablename from pg_tables where schemaname = 'query' and tablename not like 'spring_session%'",
                String.class)) {
            if (NOT_FOLDED.contains(table)) {
                continue;
            }
            rows.put(table, jdbc.queryForList("select t::text from query." + table + " t order by 1", String.class));
        }
        return rows;
    }

    /** What a quiet fold of the same topics, from their beginning and into nothing, makes. */
    Map<String, List<String>> rowsMadeAnew() throws SQLException {
        stopReaders();
        store().empty();
        started(store());
        awaitFolded();
        return rows();
    }

    long count(String sql) {
        Long count = jdbc.queryForObject(sql, Long.class);
        return count == null ? 0 : count;
    }

    /** The partitions that a reader reads now, by its own gauges. */
    static Set<String> held(MeterRegistry meters) {
        Set<String> held = new TreeSet<>();
        for (Gauge gauge : meters.find("keyledger.query.position").gauges()) {
            if (gauge.value() >= 0) {
                held.add(gauge.getId().getTag("topic") + "-" + gauge.getId().getTag("partition"));
            }
        }
        return held;
    }

    void stopReaders() {
        readers.forEach(LogReader::stop);
        readers.clear();
    }

    @Override
    public void close() {
        stopReaders();
        producer.close(Duration.ofSeconds(1));
        dataSource.close();
    }
}
