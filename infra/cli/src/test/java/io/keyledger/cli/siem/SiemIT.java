package io.keyledger.cli.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.cli.Keyledger;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.JsonReader;
import io.keyledger.events.Topics;
import io.keyledger.requirements.Row;
import io.keyledger.standalone.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIEMs on the real broker, as the launcher starts it: their accounts, what they may, their programs, their proof. */
class SiemIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static Path root = Path.of("unset");
    private static Platform platform = Platform.builder().serversOnly().build();

    /** What a command said and how it ended. */
    private record Said(int code, String out, String err) {}

    @BeforeAll
    static void start() throws Exception {
        root = Files.createTempDirectory(Path.of("/var/tmp"), "keyledger-siem-");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
        platform = Platform.builder()
                .dataDir(root.resolve("data"))
                .freePorts()
                .serversOnly()
                .without("postgresql", "elasticsearch")
                .build();
        platform.start();
        Files.write(root.resolve("data/endpoints.json"), CanonicalJson.bytes(new TreeMap<>(platform.endpoints())));
        for (String topic : List.of(Topics.LIFECYCLE, Topics.ACTIVITY, Topics.CHECKPOINTS)) {
            write(topic, 0, chain("urn:keyledger:inst-test:" + topic, 20));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        platform.stop();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", root.resolve("data").toString()));
        int code = Keyledger.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString());
    }

    private static Said done(String... arguments) {
        Said said = run(arguments);
        assertThat(said.code()).as(said.err() + said.out()).isZero();
        return said;
    }

    private static Path add(String name, String form) {
        Path file = root.resolve(name + "." + form);
        done("siem", "add", name, "--form", form.toUpperCase(java.util.Locale.ROOT), "--out", file.toString());
        return file;
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }

    /** Events of one source, chained. */
    private static List<byte[]> chain(String source, int length) {
        List<byte[]> events = new ArrayList<>();
        String previous = CloudEvent.GENESIS;
        for (int i = 1; i <= length; i++) {
            events.add(CanonicalJson.bytes(
                    Map.of("prevhash", previous, "sequence", "%020d".formatted(i), "source", source)));
            previous = CloudEvent.hash(events.getLast());
        }
        return events;
    }

    private static void write(String topic, int partition, List<byte[]> values) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                platform.servers().kafka().adminProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (byte[] value : values) {
                producer.send(new ProducerRecord<>(topic, partition, null, value))
                        .get(15, TimeUnit.SECONDS);
            }
        }
    }

    private static void topic(String name) throws Exception {
        try (Admin admin = Admin.create(platform.servers().kafka().adminProperties())) {
            admin.createTopics(List.of(new NewTopic(name, 2, (short) 1))).all().get(15, TimeUnit.SECONDS);
        }
    }

    private static int read(Properties properties, String group, List<String> topics, int atLeast) {
        Properties all = new Properties();
        all.putAll(properties);
        all.setProperty("group.id", group);
        all.setProperty("default.api.timeout.ms", "15000");
        int found = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(topics);
            long end = System.nanoTime() + SOON.toNanos();
            while (found < atLeast && System.nanoTime() < end) {
                found += consumer.poll(Duration.ofMillis(200)).count();
            }
            consumer.commitSync();
        }
        return found;
    }

    @Row("S1-75")
    @Test
    void a_siem_reads_the_three_audit_topics_and_is_refused_every_other_topic_every_write_and_every_foreign_group()
            throws Exception {
        Path file = add("splunk", "java");
        Properties properties = properties(file);
        assertThat(properties.getProperty("bootstrap.servers"))
                .isEqualTo(platform.endpoints().get("kafkaSiem"))
                .isNotEqualTo(platform.endpoints().get("kafka"));
        List<String> audit = List.of(Topics.LIFECYCLE, Topics.ACTIVITY, Topics.CHECKPOINTS);
        assertThat(read(properties, "siem-splunk", audit, 60)).isEqualTo(60);
        assertThat(read(properties, "siem-splunk.second", audit, 60)).isEqualTo(60);

        // Every other topic, those of Kafka itself included.
        List<String> others = new ArrayList<>();
        try (Admin admin = Admin.create(platform.servers().kafka().adminProperties())) {
            others.addAll(admin.listTopics(new org.apache.kafka.clients.admin.ListTopicsOptions().listInternal(true))
                    .names()
                    .get(15, TimeUnit.SECONDS));
        }
        others.removeAll(audit);
        others.removeIf(name -> name.startsWith("keyledger.audit.check"));
        assertThat(others).contains(Topics.CREDENTIALS, Topics.PRINCIPALS, Topics.HEARTBEAT, "__consumer_offsets");
        for (String topic : others) {
            assertThatThrownBy(() -> read(properties, "siem-splunk", List.of(topic), 1))
                    .as(topic)
                    .isInstanceOf(TopicAuthorizationException.class);
            assertThatThrownBy(() -> readWithoutGroup(properties, topic))
                    .as(topic)
                    .isInstanceOf(AuthorizationException.class);
        }
        for (String topic : Stream.concat(audit.stream(), others.stream()).toList()) {
            assertThatThrownBy(() -> send(properties, topic))
                    .as(topic)
                    .rootCause()
                    .isInstanceOf(AuthorizationException.class);
        }
        // The group of another SIEM, of a service, of anybody; and of those whose name only begins alike.
        done("siem", "add", "splunk2", "--out", root.resolve("second").toString());
        for (String group : List.of(
                "siem-splunk2",
                "siem-splunk2.x",
                "siem-splunkx",
                "siem.splunk",
                "siem-",
                "x",
                "keyledger.query.readstore")) {
            assertThatThrownBy(() -> read(properties, group, audit, 1))
                    .as(group)
                    .isInstanceOf(GroupAuthorizationException.class);
        }
    }

    private static void readWithoutGroup(Properties properties, String topic) {
        Properties all = new Properties();
        all.putAll(properties);
        all.remove("group.id");
        all.setProperty("default.api.timeout.ms", "15000");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            consumer.poll(Duration.ofSeconds(10));
            consumer.poll(Duration.ofSeconds(10));
        }
    }

    private static void send(Properties properties, String topic)
            throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
        Properties all = new Properties();
        all.putAll(properties);
        all.setProperty("max.block.ms", "15000");
        all.setProperty("enable.idempotence", "false");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[] {1})).get(15, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_password_is_in_a_private_file_or_shown_once_and_nowhere_else() throws Exception {
        Path file = add("private", "java");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        String password = password(properties(file));
        assertThat(password).hasSize(40);
        Said listed = done("siem", "list", "--json");
        assertThat(listed.out()).contains("\"username\":\"siem-private\"").doesNotContain(password);
        for (Path each : filesOf(root.resolve("data"))) {
            assertThat(content(each)).as(each.toString()).doesNotContain(password);
        }
        Said again = run("siem", "add", "private");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("--renew").doesNotContain(password);

        Said shown = done("siem", "add", "private", "--renew", "--json");
        assertThat(JsonReader.object(shown.out().strip().getBytes(StandardCharsets.UTF_8)))
                .containsEntry("username", "siem-private")
                .doesNotContainEntry("password", password);
        assertThatThrownBy(() -> read(properties(file), "siem-private", List.of(Topics.LIFECYCLE), 1))
                .isInstanceOf(SaslAuthenticationException.class);
    }

    /** All that are there now; the broker makes and deletes some meanwhile. */
    private static List<Path> filesOf(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static String content(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static String password(Properties properties) {
        return Objects.requireNonNull(properties.getProperty("sasl.jaas.config"))
                .replaceAll(".*password=\"([^\"]*)\".*", "$1");
    }

    @Test
    void a_siem_that_was_removed_reads_nothing_more_not_even_on_an_open_connection() throws Exception {
        Properties properties = properties(add("gone", "java"));
        properties.setProperty("group.id", "siem-gone");
        properties.setProperty("default.api.timeout.ms", "15000");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.LIFECYCLE));
            long end = System.nanoTime() + SOON.toNanos();
            int found = 0;
            while (found == 0 && System.nanoTime() < end) {
                found = consumer.poll(Duration.ofMillis(200)).count();
            }
            assertThat(found).isPositive();
            done("siem", "remove", "gone");
            assertThatThrownBy(() -> {
                        long until = System.nanoTime() + SOON.toNanos();
                        while (System.nanoTime() < until) {
                            consumer.poll(Duration.ofMillis(200));
                        }
                    })
                    .isInstanceOf(AuthorizationException.class);
        }
        assertThatThrownBy(() -> read(properties, "siem-gone", List.of(Topics.LIFECYCLE), 1))
                .isInstanceOf(SaslAuthenticationException.class);
        assertThat(done("siem", "list").out()).doesNotContain("siem-gone");
        assertThat(run("siem", "remove", "gone").code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Splunk", "a b", "a*", "-a", "admin;", "a.b", "a23456789012345678901234567890123"})
    void a_name_that_is_none_is_refused_before_anything_is_asked(String name) {
        Said said = run("siem", "add", name);
        assertThat(said.code()).isEqualTo(2);
        assertThat(run("siem", "remove", name).code()).isEqualTo(2);
    }

    @Test
    void a_quota_is_set_and_shown() {
        done(
                "siem",
                "add",
                "slow",
                "--megabytes-per-second",
                "3",
                "--out",
                root.resolve("slow").toString());
        assertThat(done("siem", "list", "--json").out()).contains("\"bytesPerSecond\":3000000}");
        assertThat(run("siem", "add", "fast", "--megabytes-per-second", "0").code())
                .isEqualTo(2);
    }

    // The proof of completeness.

    private static Said checkStream(String topic, Path state, String... more) {
        List<String> all =
                new ArrayList<>(List.of("audit", "check-stream", "--topic", topic, "--state", state.toString()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    @Test
    void a_whole_stream_is_complete_and_the_check_goes_on_where_it_was() throws Exception {
        String topic = "keyledger.audit.check-whole";
        topic(topic);
        Path state = root.resolve("whole.state");
        List<byte[]> a = chain("a", 500);
        List<byte[]> b = chain("b", 500);
        write(topic, 0, a.subList(0, 200));
        write(topic, 1, b.subList(0, 300));
        Said first = checkStream(topic, state);
        assertThat(first.code()).as(first.out() + first.err()).isZero();
        assertThat(first.out()).contains("Complete: 500 records read, 2 sources, 0 alarms");
        assertThat(Files.getPosixFilePermissions(state)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        write(topic, 0, a.subList(200, 500));
        write(topic, 1, b.subList(300, 500));
        Said second = checkStream(topic, state, "--json");
        assertThat(second.code()).isZero();
        assertThat(second.out()).contains("\"complete\":true", "\"records\":500", "\"missing\":0");
        Said third = checkStream(topic, state);
        assertThat(third.code()).isZero();
        assertThat(third.out()).contains("Complete: 0 records read");
    }

    @Test
    void each_planted_fault_is_told_by_its_name_and_place_with_exit_code_one() throws Exception {
        String topic = "keyledger.audit.check-faults";
        topic(topic);
        Path state = root.resolve("faults.state");
        List<byte[]> events = chain("s", 30);
        write(topic, 0, events.subList(0, 5));
        assertThat(checkStream(topic, state).code()).isZero();

        write(topic, 0, List.of(events.get(4)));
        assertAlarm(checkStream(topic, state), "DOUBLE " + topic + "-0@5: s: 5 came again");
        write(topic, 0, List.of(events.get(4)));
        Said allowed = checkStream(topic, state, "--allow-repeats");
        assertThat(allowed.code()).isZero();
        assertThat(allowed.out()).contains("1 came again");

        write(topic, 0, List.of(events.get(6), events.get(7)));
        assertAlarm(checkStream(topic, state), "GAP " + topic + "-0@7: s: 7 came after 5, 6 to 6 are missing");
        // Told once; but it still is not complete.
        Said still = checkStream(topic, state);
        assertThat(still.code()).isEqualTo(1);
        assertThat(still.out()).doesNotContain("GAP").contains("1 events missing");

        write(topic, 0, List.of(events.get(5)));
        assertAlarm(checkStream(topic, state), "REORDER " + topic + "-0@9: s: 6 came after 8");
        assertThat(checkStream(topic, state).code()).isZero();

        byte[] changed = new String(events.get(8), StandardCharsets.UTF_8)
                .replace("\"s\"}", "\"s\",\"x\":1}")
                .getBytes(StandardCharsets.UTF_8);
        write(topic, 0, List.of(changed, events.get(9)));
        assertAlarm(checkStream(topic, state), "CHANGED " + topic + "-0@11: s: 10 does not name the hash of 9");

        write(topic, 0, List.of("no event".getBytes(StandardCharsets.UTF_8), events.get(10)));
        assertAlarm(checkStream(topic, state, "--follow"), "UNREADABLE " + topic + "-0@12");
        assertThat(checkStream(topic, state).code()).isZero();

        // A log that is shorter than what was read, as after the loss of its disk.
        try (Admin admin = Admin.create(platform.servers().kafka().adminProperties())) {
            admin.deleteTopics(List.of(topic)).all().get(15, TimeUnit.SECONDS);
        }
        Thread.sleep(Duration.ofSeconds(1));
        topic(topic);
        write(topic, 0, events.subList(0, 2));
        assertAlarm(checkStream(topic, state), "LOST " + topic + "-0: the log ends at 2, but 14 was read before");
    }

    private static void assertAlarm(Said said, String line) {
        assertThat(said.code()).as(said.err() + said.out()).isEqualTo(1);
        assertThat(said.out()).contains(line);
    }

    @Test
    void a_siem_checks_its_own_stream_with_its_own_account() throws Exception {
        Path file = add("checker", "java");
        Said said = run("audit", "check-stream", "--kafka", file.toString());
        assertThat(said.code()).as(said.err() + said.out()).isZero();
        assertThat(said.out()).contains("Complete: 40 records read, 2 sources");
    }

    @Test
    void what_cannot_be_checked_is_said_without_a_stack_trace() throws Exception {
        Path state = root.resolve("broken.state");
        Files.writeString(state, "{}\n");
        Said broken = checkStream(Topics.LIFECYCLE, state);
        assertThat(broken.code()).isEqualTo(2);
        assertThat(broken.err()).contains(state.toString(), "another version");
        assertThat(run("audit", "check-stream", "--kafka", "/nowhere").code()).isEqualTo(3);
        Said foreign = run(
                "audit",
                "check-stream",
                "--topic",
                Topics.CREDENTIALS,
                "--kafka",
                add("curious", "java").toString());
        assertThat(foreign.code()).isNotZero();
        assertThat(foreign.err()).doesNotContain("\tat ").isNotBlank();
    }
}
