package io.keyledger.bench;

import io.keyledger.events.ActivityEvent;
import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A month's use of the keys that {@link FillKeys} has listed, as an edge writes it: numbered and chained events in the activity
 * topic. A few keys are used most of the time, most keys never.
 */
final class FillUses {
    private static final String EDGE = "edge-of-the-past";
    private static final int LANES = 12;
    private static final int ENDPOINTS = 40;
    private static final int ADDRESSES = 3_000;
    private static final int PERCENT_USED = 30;
    private static final int PERCENT_REFUSED = 3;

    private final String instance;
    private final String boot;
    private final List<String> used = new ArrayList<>();
    private final long[] sequences = new long[LANES];
    private final String[] hashes = new String[LANES];
    private final Random random = new Random(1);
    private final Instant until;

    /** @param list as {@link FillKeys} wrote it */
    FillUses(Path list, Instant until) throws IOException {
        this.until = until;
        this.boot = "b_" + Ids.ulid(until);
        java.util.Arrays.fill(hashes, CloudEvent.GENESIS);
        try (BufferedReader reader = Files.newBufferedReader(list)) {
            instance = reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (random.nextInt(100) < PERCENT_USED) {
                    used.add(line);
                }
            }
        }
        if (used.isEmpty()) {
            throw new IOException("no key is used");
        }
        java.util.Collections.shuffle(used, random);
    }

    /** The key that is used most. */
    String busiest() {
        return used.getFirst().split("\t", 2)[0];
    }

    /** Writes {@code events} events, spread over {@code past} in order, and returns when Kafka has them all. */
    void write(Properties access, int events, Duration past, Consumer<String> progress) {
        Properties properties = new Properties();
        properties.putAll(access);
        properties.put("acks", "all");
        properties.put("max.in.flight.requests.per.connection", "1");
        properties.put("linger.ms", "20");
        properties.put("batch.size", "262144");
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Instant from = until.minus(past);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < events; i++) {
                Instant time = from.plusMillis(past.toMillis() * i / events);
                var _ = producer.send(record(time), (_, e) -> failure.compareAndSet(null, e));
                if ((i + 1) % 200_000 == 0) {
                    progress.accept(String.format(Locale.ROOT, "uses: %,d of %,d", i + 1, events));
                }
            }
        }
        Exception thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("an event was not taken", thrown);
        }
    }

    private ProducerRecord<byte[], byte[]> record(Instant at) {
        Instant time = RecordJson.micros(at);
        String[] key = someone(time);
        KeyId keyId = new KeyId(key[0]);
        CredentialId credential = new CredentialId(key[1]);
        String method = random.nextInt(4) == 0 ? "POST" : "GET";
        String path = "/api/v1/objects/" + (int) (ENDPOINTS * Math.pow(random.nextDouble(), 2));
        int host = (int) (ADDRESSES * Math.pow(random.nextDouble(), 3));
        String ip = "10." + host / 256 + "." + host % 256 + ".7";
        long count = 1 + (long) (60 * Math.pow(random.nextDouble(), 6));
        Instant last = RecordJson.micros(time.plusMillis(count * 900));
        boolean alive = time.getEpochSecond() < Long.parseLong(key[5]);
        ActivityEvent event = alive && random.nextInt(100) >= PERCENT_REFUSED
                ? new KeyUsed(
                        keyId,
                        credential,
                        key[2],
                        Scope.valueOf(key[3]),
                        null,
                        method,
                        path,
                        ip,
                        "integration/2.1",
                        EDGE,
                        count,
                        time,
                        last)
                : new AuthFailed(
                        alive ? "forbidden" : "revoked",
                        keyId,
                        credential,
                        key[2],
                        null,
                        null,
                        method,
                        path,
                        ip,
                        "integration/2.1",
                        EDGE,
                        count,
                        time,
                        last);
        // One key's uses stay in one lane and so in order, as at an edge.
        int lane = Math.floorMod(keyId.hashCode(), LANES);
        String source = Sources.edge(instance, EDGE, boot, Integer.toString(lane));
        CloudEvent made = new CloudEvent(
                Ids.newEventId(last),
                source,
                ++sequences[lane],
                hashes[lane],
                last,
                last,
                TenantId.DEFAULT,
                "key/" + keyId.value(),
                source,
                Actor.apiKey(credential),
                "req_" + Ids.ulid(time),
                event);
        byte[] bytes = made.bytes();
        hashes[lane] = CloudEvent.hash(bytes);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.ACTIVITY, source.getBytes(StandardCharsets.US_ASCII), bytes);
        made.headers().forEach((name, value) -> record.headers().add(name, value));
        return record;
    }

    /** A key that was there at that time. */
    private String[] someone(Instant time) {
        while (true) {
            String[] key = used.get((int) (used.size() * Math.pow(random.nextDouble(), 4)))
                    .split("\t");
            if (Long.parseLong(key[4]) < time.getEpochSecond()) {
                return key;
            }
        }
    }
}
