package io.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.EdgeSettings;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.standalone.Platform;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The edge inside this service on a real Kafka, when the view holds a record that it cannot read, or is another topic than it
 * was. The test says what command-service would.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnreadableRecordIT {
    private static final String INSTANCE = "inst-test";
    private static final String EDGE = "query-it";
    private static final Duration LEASE = Duration.ofSeconds(3);

    private final Platform platform = TestServers.running();
    private final Peppers peppers = new Peppers("p1", Map.of("p1", new byte[32]));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void it_stops_its_partition_loudly_and_the_lease_runs_out(CapturedOutput output) throws Exception {
        Properties admin = platform.servers().kafka().adminProperties();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(admin, new ByteArraySerializer(), new ByteArraySerializer())) {
            PresentedKey strict = new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
            PresentedKey available =
                    new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
            KeyId key = Ids.newKeyId(Instant.now());
            int partition = CredentialRecord.partition(key, 6);
            send(producer, PrincipalRecord.tenantId(TenantId.DEFAULT), tenant());
            send(producer, partition, strict, record(strict, key, State.ACTIVE, 1, true));
            send(producer, partition, available, record(available, key, State.ACTIVE, 1, false));
            try (CommandService _ = new CommandService(admin, producer);
                    EmbeddedEdge edge = edge()) {
                await().atMost(Rig.SOON).until(edge::ready);
                assertThat(decide(edge, strict)).isEqualTo(Code.ACCEPTED);
                assertThat(decide(edge, available)).isEqualTo(Code.ACCEPTED);
                assertThat(edge.trouble()).isNull();

                long offset =
                        send(producer, partition, strict, "{\"credentialId\":7}".getBytes(StandardCharsets.UTF_8));
                long after = send(producer, partition, available, record(available, key, State.REVOKED, 2, false));
                String what = "record %d of %s-%d cannot be read".formatted(offset, Topics.CREDENTIALS, partition);
                await().atMost(Rig.SOON)
                        .untilAsserted(() -> assertThat(edge.trouble()).contains(what));
                assertThat(output.getAll()).contains(what, "Nothing behind it is applied");

                // It goes on being echoed, and gets no lease, for it never reaches the ends that it is told of.
                await().atMost(Rig.SOON).until(() -> edge.standing() == Standing.LAPSED);
                assertThat(after).isGreaterThan(offset);
                assertThat(decide(edge, strict)).isEqualTo(Code.STALE);
                // What was behind it is not known here: such a key goes on for as long as the policy has it.
                assertThat(decide(edge, available)).isEqualTo(Code.ACCEPTED);
                assertThat(edge.viewAgeMillis()).isGreaterThanOrEqualTo(LEASE.toMillis());
                assertThat(edge.trouble()).contains(what);
            }
        }
    }

    /** With more records than the old one, so that no offset is out of range, and the revocation before where it was. */
    @Test
    void a_view_topic_that_was_deleted_and_made_anew_is_read_from_its_beginning(CapturedOutput output)
            throws Exception {
        Properties admin = platform.servers().kafka().adminProperties();
        makeAnew(admin);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(admin, new ByteArraySerializer(), new ByteArraySerializer())) {
            PresentedKey ended = new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
            PresentedKey other = new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
            KeyId key = Ids.newKeyId(Instant.now());
            int partition = CredentialRecord.partition(key, 6);
            send(producer, PrincipalRecord.tenantId(TenantId.DEFAULT), tenant());
            send(producer, partition, ended, record(ended, key, State.ACTIVE, 1, true));
            try (CommandService _ = new CommandService(admin, producer);
                    EmbeddedEdge edge = edge()) {
                await().atMost(Rig.SOON).until(edge::ready);
                assertThat(decide(edge, ended)).isEqualTo(Code.ACCEPTED);
                // It has seen the topic's id by the time that it has asked for it twice.
                Thread.sleep(2_500);

                makeAnew(admin);
                send(producer, partition, ended, record(ended, key, State.REVOKED, 2, true));
                for (int revision = 1; revision <= 10; revision++) {
                    send(producer, partition, other, record(other, key, State.ACTIVE, revision, false));
                }
                await().atMost(Rig.SOON)
                        .untilAsserted(() -> assertThat(decide(edge, ended)).isEqualTo(Code.REVOKED));
                await().atMost(Rig.SOON)
                        .untilAsserted(() -> assertThat(decide(edge, other)).isEqualTo(Code.ACCEPTED));
                assertThat(output.getAll()).contains(Topics.CREDENTIALS + " was deleted and made anew");
            }
        }
    }

    private static void makeAnew(Properties properties) throws Exception {
        try (Admin admin = Admin.create(properties)) {
            Map<String, String> config = new TreeMap<>();
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.CREDENTIALS);
            Objects.requireNonNull(
                            admin.describeConfigs(List.of(topic)).all().get().get(topic))
                    .entries()
                    .stream()
                    .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                    .forEach(entry -> config.put(entry.name(), entry.value()));
            admin.deleteTopics(List.of(Topics.CREDENTIALS)).all().get();
            NewTopic anew = new NewTopic(Topics.CREDENTIALS, 6, (short) 1).configs(config);
            await().atMost(Rig.SOON)
                    .ignoreExceptions()
                    .until(() -> admin.createTopics(List.of(anew)).all().get() == null);
        }
    }

    private EmbeddedEdge edge() throws Exception {
        Properties properties = platform.kafkaProperties("query-service");
        java.util.regex.Matcher password = java.util.regex.Pattern.compile("password=\"([^\"]*)\"")
                .matcher(properties.getProperty("sasl.jaas.config"));
        assertThat(password.find()).isTrue();
        return EmbeddedEdge.start(new EdgeSettings(
                new SpoolSettings(INSTANCE, EDGE, folder.resolve("edge")),
                new KafkaAccess(
                        properties.getProperty("bootstrap.servers"),
                        "query-service",
                        password.group(1),
                        platform.dataDir().ca()),
                peppers,
                "test"));
    }

    private static Code decide(EmbeddedEdge edge, PresentedKey key) {
        return edge.authorize(new AuthRequest(new Presented.Key(key), null, "GET", "/x", "192.0.2.1", "test", "req_1"))
                .code();
    }

    private byte[] record(PresentedKey key, KeyId keyId, State state, long revision, boolean strict) {
        return RecordJson.bytes(new CredentialRecord(
                key.credentialId(),
                keyId,
                TenantId.DEFAULT,
                revision,
                state,
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId("usr_test"),
                "Reports",
                strict,
                null,
                null,
                "p1",
                Base64.getUrlEncoder().withoutPadding().encodeToString(peppers.verifier("p1", key))));
    }

    private static byte[] tenant() {
        return "{\"enabled\":true,\"id\":\"%s\",\"revision\":1,\"tenant\":\"%s\"}"
                .formatted(PrincipalRecord.tenantId(TenantId.DEFAULT), TenantId.DEFAULT)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String id, byte[] value) {
        var _ = producer.send(new ProducerRecord<>(Topics.PRINCIPALS, id.getBytes(StandardCharsets.UTF_8), value));
    }

    private static long send(KafkaProducer<byte[], byte[]> producer, int partition, PresentedKey key, byte[] value)
            throws ExecutionException, InterruptedException {
        return producer.send(new ProducerRecord<>(
                        Topics.CREDENTIALS,
                        partition,
                        key.credentialId().value().getBytes(StandardCharsets.UTF_8),
                        value))
                .get()
                .offset();
    }

    /** Says a heartbeat for each word of the edge: where the view ends, and that it was heard. */
    private static final class CommandService implements AutoCloseable {
        private final Thread thread;
        private volatile boolean closed;

        CommandService(Properties admin, KafkaProducer<byte[], byte[]> producer) {
            thread = Thread.ofPlatform().name("command").start(() -> run(admin, producer));
        }

        private void run(Properties admin, KafkaProducer<byte[], byte[]> producer) {
            try (KafkaConsumer<byte[], byte[]> acks =
                    new KafkaConsumer<>(admin, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> from = List.of(new TopicPartition(Topics.EDGE_ACKS, 0));
                acks.assign(from);
                acks.seekToEnd(from);
                while (!closed) {
                    for (ConsumerRecord<byte[], byte[]> record : acks.poll(Duration.ofMillis(100))) {
                        EdgeAck ack = RecordJson.read(EdgeAck.class, record.value());
                        if (ack.edge().equals(EDGE)) {
                            Heartbeat heartbeat = new Heartbeat(
                                    INSTANCE,
                                    Instant.now(),
                                    LEASE.toMillis(),
                                    ends(acks),
                                    Map.of(EDGE, new Heartbeat.Echo(ack.boot(), ack.ping())));
                            var _ = producer.send(new ProducerRecord<>(
                                    Topics.HEARTBEAT,
                                    INSTANCE.getBytes(StandardCharsets.UTF_8),
                                    RecordJson.bytes(heartbeat)));
                        }
                    }
                }
            }
        }

        private static Map<String, List<Long>> ends(KafkaConsumer<byte[], byte[]> consumer) {
            Map<String, List<Long>> ends = new TreeMap<>();
            for (Topics.Spec topic : Topics.ALL) {
                if (Topics.VIEW.contains(topic.name())) {
                    List<TopicPartition> partitions = new ArrayList<>();
                    for (int p = 0; p < topic.partitions(); p++) {
                        partitions.add(new TopicPartition(topic.name(), p));
                    }
                    Map<TopicPartition, Long> found = consumer.endOffsets(partitions);
                    ends.put(
                            topic.name(),
                            partitions.stream()
                                    .map(p -> found.getOrDefault(p, Long.MAX_VALUE))
                                    .toList());
                }
            }
            return ends;
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
