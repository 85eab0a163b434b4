package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The three real servers, as the launcher starts them; one after another they are killed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServersIT {
    private static final List<String> SAID = new CopyOnWriteArrayList<>();
    private static Path root = Path.of("unset");
    private static Platform platform = Platform.builder().serversOnly().build();

    @BeforeAll
    static void start() throws IOException {
        // Not in the build's folder: started by root, the servers are somebody who may not be able to get there.
        root = Files.createTempDirectory(Path.of("/var/tmp"), "keyledger-servers-");
        Files.delete(root);
        platform = Platform.builder()
                .dataDir(root)
                .freePorts()
                .serversOnly()
                .progress(SAID::add)
                .build();
        platform.start();
    }

    @AfterAll
    static void stop() throws IOException {
        platform.stop();
        ServerCache.deleteAll(root);
    }

    private static Connection as(String role) throws SQLException {
        return DriverManager.getConnection(
                platform.servers().postgres().jdbcUrl(), role, platform.postgresPassword(role));
    }

    private static Connection superuser() throws SQLException {
        Servers.Postgres access = platform.servers().postgres();
        return DriverManager.getConnection(access.jdbcUrl(), access.superuser(), access.password());
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void postgresql_forgets_nothing_that_it_acknowledged() throws SQLException {
        try (Connection connection = superuser()) {
            assertThat(one(connection, "SHOW fsync")).isEqualTo("on");
            assertThat(one(connection, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(one(connection, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(one(connection, "SHOW data_checksums")).isEqualTo("on");
            assertThat(one(connection, "SHOW server_encoding")).isEqualTo("UTF8");
        }
    }

    @Test
    void a_role_sees_its_own_schema_and_a_verifier_only_by_an_explicit_step() throws SQLException {
        try (Connection command = as(Provisioning.COMMAND_ROLE);
                Statement statement = command.createStatement()) {
            assertThat(one(command, "SHOW transaction_timeout")).isEqualTo("10s");
            assertThat(one(command, "SHOW search_path")).isEqualTo("command");
            statement.execute("CREATE TABLE command.own (n int)");
            statement.execute("SET ROLE keyledger_verifier");
            statement.execute("CREATE TABLE verifier.v (n int)");
            statement.execute("RESET ROLE");
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM verifier.v"))
                    .hasMessageContaining("permission denied");
            command.setAutoCommit(false);
            statement.execute("SET LOCAL ROLE keyledger_verifier");
            statement.execute("DROP TABLE verifier.v");
            command.commit();
            statement.execute("DROP TABLE command.own");
            command.commit();
        }
        try (Connection query = as(Provisioning.QUERY_ROLE);
                Statement statement = query.createStatement()) {
            assertThatThrownBy(() -> statement.execute("CREATE TABLE command.mine (n int)"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("CREATE TABLE public.mine (n int)"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("SET ROLE keyledger_verifier"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void postgresql_takes_no_wrong_password() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        platform.servers().postgres().jdbcUrl(), Provisioning.QUERY_ROLE, "wrong"))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void all_topics_exist_with_their_partitions() throws Exception {
        try (Admin admin = Admin.create(platform.servers().kafka().adminProperties())) {
            var found = admin.describeTopics(
                            Topics.ALL.stream().map(Topics.Spec::name).toList())
                    .allTopicNames()
                    .get();
            for (Topics.Spec topic : Topics.ALL) {
                assertThat(Objects.requireNonNull(found.get(topic.name())).partitions())
                        .hasSize(topic.partitions());
            }
        }
    }

    @Test
    void view_topics_keep_an_hour_of_records_from_compaction_also_those_of_an_earlier_version() throws Exception {
        ConfigResource credentials = new ConfigResource(ConfigResource.Type.TOPIC, Topics.CREDENTIALS);
        ConfigResource activity = new ConfigResource(ConfigResource.Type.TOPIC, Topics.ACTIVITY);
        Properties access = platform.servers().kafka().adminProperties();
        try (Admin admin = Admin.create(access)) {
            assertThat(config(admin, credentials, "min.compaction.lag.ms")).isEqualTo("3600000");
            AlterConfigOp forgotten =
                    new AlterConfigOp(new ConfigEntry("min.compaction.lag.ms", ""), AlterConfigOp.OpType.DELETE);
            AlterConfigOp chosen =
                    new AlterConfigOp(new ConfigEntry("retention.ms", "7200000"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(credentials, List.of(forgotten), activity, List.of(chosen)))
                    .all()
                    .get();
            await(() -> "0".equals(config(admin, credentials, "min.compaction.lag.ms")));
            new Provisioning("unused", "unused", Map.of())
                    .kafka(platform.servers().kafka());
            await(() -> "3600000".equals(config(admin, credentials, "min.compaction.lag.ms")));
            assertThat(config(admin, activity, "retention.ms"))
                    .as("an operator's choice stays")
                    .isEqualTo("7200000");
        }
    }

    private static String config(Admin admin, ConfigResource topic, String name) throws Exception {
        return Objects.requireNonNull(
                        admin.describeConfigs(List.of(topic)).all().get().get(topic))
                .get(name)
                .value();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(giveUp);
            Thread.sleep(50);
        }
    }

    @Test
    void kafka_speaks_to_nobody_without_tls_or_with_a_wrong_password() {
        Properties plain = platform.servers().kafka().adminProperties();
        plain.setProperty("security.protocol", "SASL_PLAINTEXT");
        plain.setProperty("default.api.timeout.ms", "3000");
        plain.setProperty("request.timeout.ms", "2000");
        assertThatThrownBy(() -> nodes(plain)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> nodes(platform.servers().kafka().properties("admin", "wrong")))
                .hasCauseInstanceOf(SaslAuthenticationException.class);
        assertThatThrownBy(() -> nodes(platform.servers().kafka().properties("nobody", "wrong")))
                .hasCauseInstanceOf(SaslAuthenticationException.class);
    }

    private static int nodes(Properties properties) throws Exception {
        try (Admin admin = Admin.create(properties)) {
            return admin.describeCluster().nodes().get().size();
        }
    }

    @Test
    void a_siem_reads_the_audit_and_nothing_else_and_an_edge_forges_no_view() throws Exception {
        send("command-service", Topics.LIFECYCLE, "k", "event");
        assertThat(read("siem", Topics.LIFECYCLE)).contains("event");
        assertThatThrownBy(() -> read("siem", Topics.CREDENTIALS)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("siem", Topics.LIFECYCLE, "k", "forged"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("auth-edge", Topics.CREDENTIALS, "k", "forged"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> read("auth-edge", Topics.ACTIVITY)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("command-service", "made.up.by.a.client", "k", "v"))
                .isInstanceOf(ExecutionException.class);
    }

    private static void send(String principal, String topic, String key, String value) throws Exception {
        Properties properties = platform.kafkaProperties(principal);
        properties.setProperty("max.block.ms", "8000");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get(15, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(String principal, String topic) {
        Properties properties = platform.kafkaProperties(principal);
        properties.setProperty("auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (values.isEmpty() && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> values.add(r.value()));
            }
        }
        return values;
    }

    @Test
    void no_password_is_on_a_command_line_in_an_environment_or_in_a_log() throws Exception {
        String passwords = Files.readString(platform.dataDir().secrets().resolve("passwords.json"));
        List<String> secrets = Stream.of(passwords.split("\"", -1))
                .filter(s -> s.matches("[0-9A-Za-z]{40}"))
                .toList();
        assertThat(secrets).hasSizeGreaterThan(8);
        for (ManagedProcess process : platform.processes()) {
            for (String file : List.of("cmdline", "environ")) {
                String text =
                        Files.readString(Path.of("/proc/" + process.pid() + "/" + file), StandardCharsets.ISO_8859_1);
                assertThat(text).isNotEmpty();
                assertThat(secrets).as(process.name() + " " + file).noneMatch(text::contains);
            }
            String log = Files.readString(process.log(), StandardCharsets.ISO_8859_1);
            assertThat(secrets).as("log of " + process.name()).noneMatch(log::contains);
        }
        assertThat(secrets).noneMatch(s -> String.join("\n", SAID).contains(s));
    }

    @Test
    void started_by_root_no_server_runs_as_root() throws Exception {
        for (ManagedProcess process : platform.processes()) {
            Object uid = Files.getAttribute(Path.of("/proc/" + process.pid()), "unix:uid");
            assertThat(uid).as(process.name()).isNotEqualTo(0);
        }
    }

    @Test
    void a_second_supervisor_in_the_same_folder_is_told_of_the_first() {
        Platform second =
                Platform.builder().dataDir(root).freePorts().serversOnly().build();
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(second::start)
                .withMessageContaining("is running in " + root + " already (process "
                        + ProcessHandle.current().pid());
        assertThat(platform.process("postgresql").isAlive()).isTrue();
    }

    @Test
    @Order(Order.DEFAULT + 1)
    void postgresql_killed_comes_back_with_every_commit() throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept (n int)");
            statement.execute("INSERT INTO kept SELECT generate_series(1, 1000)");
        }
        platform.process("postgresql").kill9();
        platform.process("postgresql").start();
        try (Connection connection = superuser()) {
            assertThat(one(connection, "SELECT count(*) FROM kept")).isEqualTo("1000");
        }
    }

    @Test
    @Order(Order.DEFAULT + 2)
    void a_note_of_a_dead_postgresql_whose_number_a_stranger_has_now_does_not_block_a_start() throws Exception {
        Path note = root.resolve("postgresql/data/postmaster.pid");
        String text = Files.readString(note);
        platform.process("postgresql").kill9();
        Process stranger = new ProcessBuilder("sleep", "120").start();
        try {
            Files.writeString(note, text.replaceFirst("^\\d+", Long.toString(stranger.pid())));
            platform.process("postgresql").start();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    @Order(Order.DEFAULT + 3)
    void kafka_killed_comes_back_with_its_records_topics_and_users() throws Exception {
        send("command-service", Topics.CHECKPOINTS, "k", "before the kill");
        platform.process("kafka").kill9();
        platform.process("kafka").start();
        assertThat(read("siem", Topics.CHECKPOINTS)).contains("before the kill");
    }

    @Test
    @Order(Order.DEFAULT + 4)
    void elasticsearch_killed_comes_back_with_its_documents() throws Exception {
        http("PUT", "/kept/_doc/1?refresh=true", "{\"n\":1}");
        platform.process("elasticsearch").kill9();
        platform.process("elasticsearch").start();
        assertThat(http("GET", "/kept/_doc/1", "")).contains("\"found\":true");
    }

    private static String http(String method, String path, String body) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            platform.servers().elasticsearch().resolve(path))
                                    .header("Content-Type", "application/json")
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    @Order(Order.DEFAULT + 5)
    void a_process_lost_is_reported_in_one_line_with_the_end_of_its_log() throws Exception {
        SAID.clear();
        ProcessId.of(platform.process("kafka").pid()).orElseThrow().signal("KILL");
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (SAID.isEmpty() && System.nanoTime() < until) {
            Thread.sleep(20);
        }
        assertThat(SAID.getFirst())
                .startsWith("kafka ended though nobody asked it to; log: " + root.resolve("logs/kafka.log") + "\n    ");
        platform.process("kafka").start();
    }

    @Test
    @Order(Order.DEFAULT + 6)
    void after_the_supervisor_was_killed_the_next_start_takes_over_with_all_data() throws Exception {
        platform.stop();
        Process killed = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.keyledger.standalone.Main",
                        "servers",
                        "--data",
                        root.toString(),
                        "--free-ports")
                .redirectErrorStream(true)
                .start();
        try (var said = killed.inputReader()) {
            for (String line = said.readLine(); line != null && !line.startsWith("ready;"); line = said.readLine()) {
                assertThat(line).doesNotStartWith("keyledger:");
            }
        }
        killed.destroyForcibly().waitFor();
        List<ProcessId> left = new ArrayList<>();
        for (ManagedProcess process : platform.processes()) {
            left.add(ProcessId.read(root.resolve("run/" + process.name() + ".pid"))
                    .orElseThrow(() -> new NoSuchFileException(process.name())));
        }
        assertThat(left).hasSize(3).allMatch(ProcessId::isAlive);

        SAID.clear();
        platform = Platform.builder()
                .dataDir(root)
                .freePorts()
                .serversOnly()
                .progress(SAID::add)
                .build();
        platform.start();
        assertThat(left).noneMatch(ProcessId::isAlive);
        assertThat(SAID).contains("stopped kafka, left over from a supervisor that was killed");
        try (Connection connection = superuser()) {
            assertThat(one(connection, "SELECT count(*) FROM kept")).isEqualTo("1000");
        }
        assertThat(read("siem", Topics.CHECKPOINTS)).contains("before the kill");
    }

    @Test
    @Order(Order.DEFAULT + 7)
    void a_stop_ends_every_process_and_leaves_no_note_of_one() throws Exception {
        List<ProcessId> all = new ArrayList<>();
        for (ManagedProcess process : platform.processes()) {
            all.add(ProcessId.of(process.pid()).orElseThrow());
        }
        platform.stop();
        assertThat(all).noneMatch(ProcessId::isAlive);
        try (Stream<Path> notes = Files.list(root.resolve("run"))) {
            assertThat(notes.map(p -> p.getFileName().toString())).noneMatch(name -> name.endsWith(".pid"));
        }
    }
}
