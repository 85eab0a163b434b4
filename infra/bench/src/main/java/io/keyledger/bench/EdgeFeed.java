package io.keyledger.bench;

import io.keyledger.events.Base62;
import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
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
import io.keyledger.standalone.Servers;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.PresentedKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Speaks for command-service to an edge that is alone: fills the topics of the view, and gives leases. */
final class EdgeFeed implements AutoCloseable {
    private static final int TENANTS = 200;
    private static final int OWNERS = 100_000;
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final long LEASE_MILLIS = 30_000;

    private final String instance;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> acks;
    private final Map<String, List<Long>> ends = new TreeMap<>();
    private final Thread beating =
            Thread.ofPlatform().name("heartbeats").daemon().unstarted(this::beat);
    private volatile boolean over;
    private volatile @Nullable Exception failure;

    EdgeFeed(Servers.Kafka kafka, String instance) {
        this.instance = instance;
        Properties settings = kafka.adminProperties();
        settings.setProperty("linger.ms", "5");
        settings.setProperty("batch.size", "131072");
        settings.setProperty("buffer.memory", "67108864");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        Properties reading = kafka.adminProperties();
        reading.setProperty("auto.offset.reset", "earliest");
        acks = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Puts that many live credentials of 200 tenants and 100,000 owners into the view, none of them strict.
     *
     * @param made is told of each key and the id of its credential's key
     */
    void fill(int credentials, Peppers peppers, BiConsumer<PresentedKey, KeyId> made) {
        KeyFactory factory = new KeyFactory(new SecureRandom());
        SplittableRandom random = new SplittableRandom(1);
        List<TenantId> tenants = IntStream.range(0, TENANTS)
                .mapToObj(i -> new TenantId("t_tenant-" + i))
                .toList();
        for (TenantId tenant : tenants) {
            PrincipalRecord record = PrincipalRecord.tenant(tenant, 1, true);
            send(Topics.PRINCIPALS, 0, record.id(), RecordJson.bytes(record));
        }
        int partitions = partitions(Topics.CREDENTIALS);
        Instant now = Instant.now();
        for (int i = 0; i < credentials; i++) {
            PresentedKey key = factory.create("kl", KeyKind.KEY, credentialId(random));
            KeyId keyId = keyId(random);
            int owner = random.nextInt(OWNERS);
            Instant expiry = RecordJson.micros(now.plusSeconds(86_400 * (1 + random.nextLong(1_000))));
            CredentialRecord record = new CredentialRecord(
                    key.credentialId(),
                    keyId,
                    tenants.get(owner % TENANTS),
                    1 + random.nextInt(4),
                    State.ACTIVE,
                    KeyKind.KEY,
                    random.nextInt(3) == 0 ? Scope.READ_WRITE : Scope.READ_ONLY,
                    new OwnerId("svc_team-" + owner),
                    "nightly export production %07d".formatted(i),
                    false,
                    expiry,
                    expiry,
                    peppers.current(),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(peppers.verifier(peppers.current(), key)));
            send(
                    Topics.CREDENTIALS,
                    CredentialRecord.partition(keyId, partitions),
                    record.credentialId().value(),
                    RecordJson.bytes(record));
            made.accept(key, keyId);
        }
        producer.flush();
        Exception problem = failure;
        if (problem != null) {
            throw new IllegalStateException("Kafka did not take every record", problem);
        }
        for (String topic : Topics.VIEW) {
            List<TopicPartition> all = IntStream.range(0, partitions(topic))
                    .mapToObj(p -> new TopicPartition(topic, p))
                    .toList();
            Map<TopicPartition, Long> offsets = acks.endOffsets(all);
            ends.put(topic, all.stream().map(offsets::get).toList());
        }
    }

    private void send(String topic, int partition, String key, byte[] value) {
        Future<RecordMetadata> unused = producer.send(
                new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value), (_, problem) -> {
                    if (problem != null) {
                        failure = problem;
                    }
                });
    }

    private static int partitions(String topic) {
        return Topics.ALL.stream()
                .filter(spec -> spec.name().equals(topic))
                .findFirst()
                .orElseThrow()
                .partitions();
    }

    private static CredentialId credentialId(SplittableRandom random) {
        return new CredentialId(
                Base62.encode(random.nextLong(1L << 35), 6) + Base62.encode(random.nextLong(1L << 35), 6));
    }

    private static KeyId keyId(SplittableRandom random) {
        StringBuilder text = new StringBuilder("key_0");
        for (int i = 0; i < 25; i++) {
            text.append("0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(random.nextInt(32)));
        }
        return new KeyId(text.toString());
    }

    /** Gives leases from here on, once a second. */
    void startBeating() {
        beating.start();
    }

    private void beat() {
        acks.assign(List.of(new TopicPartition(Topics.EDGE_ACKS, 0)));
        Map<String, Heartbeat.Echo> echoes = new HashMap<>();
        while (!over) {
            List<ConsumerRecord<byte[], byte[]>> heard = new ArrayList<>();
            acks.poll(BEAT).forEach(heard::add);
            for (ConsumerRecord<byte[], byte[]> record : heard) {
                EdgeAck ack = RecordJson.fromMap(EdgeAck.class, JsonReader.object(record.value()));
                echoes.put(ack.edge(), new Heartbeat.Echo(ack.boot(), ack.ping()));
            }
            send(
                    Topics.HEARTBEAT,
                    0,
                    instance,
                    RecordJson.bytes(
                            new Heartbeat(instance, RecordJson.micros(Instant.now()), LEASE_MILLIS, ends, echoes)));
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            if (beating.isAlive()) {
                beating.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(1));
    }
}
