package io.keyledger.edge.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Base62;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against {@link RecordJson}, which alone says what a record is. */
class CredentialJsonTest {
    private static final int RUNS = 20_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final CredentialJson reader = new CredentialJson();

    @Test
    void what_the_publisher_writes_is_read_here_and_as_the_general_reader_reads_it() {
        for (int i = 0; i < RUNS; i++) {
            CredentialRecord record = record();
            byte[] json = RecordJson.bytes(record);
            assertThat(reader.read(json)).as("seed %d, run %d", seed, i).isEqualTo(record);
            assertThat(RecordJson.read(CredentialRecord.class, json)).isEqualTo(record);
        }
    }

    /** One byte is changed, left out, doubled or put in: the general reader agrees, or is the one to be asked. */
    @Test
    void of_a_damaged_record_it_says_what_the_general_reader_says_or_nothing() {
        int read = 0;
        for (int i = 0; i < RUNS; i++) {
            byte[] json = damaged(RecordJson.bytes(record()));
            CredentialRecord direct = reader.read(json);
            if (direct != null) {
                read++;
                assertThat(direct)
                        .as("seed %d, run %d: %s", seed, i, new String(json, StandardCharsets.ISO_8859_1))
                        .isEqualTo(general(json));
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }

    @Test
    void what_is_written_otherwise_is_left_to_the_general_reader() {
        CredentialRecord plain = record();
        String json = new String(RecordJson.bytes(plain), StandardCharsets.UTF_8);
        for (String other : List.of(
                " " + json,
                json + " ",
                json.replaceFirst(":", ": "),
                json.replace("}", ",\"zone\":\"x\"}"),
                json.replace("\"kind\"", "\"from\":1,\"kind\""),
                new String(RecordJson.bytes(named("Bestände")), StandardCharsets.UTF_8),
                new String(RecordJson.bytes(named("a \"quoted\" one")), StandardCharsets.UTF_8))) {
            byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
            assertThat(reader.read(bytes)).as(other).isNull();
            assertThat(general(bytes)).as(other).isNotNull();
        }
    }

    @Test
    void a_record_with_a_policy_is_left_to_the_general_reader() {
        CredentialRecord r = record();
        CredentialRecord limited = new CredentialRecord(
                r.credentialId(),
                r.keyId(),
                r.tenant(),
                r.revision(),
                r.state(),
                r.kind(),
                r.scope(),
                r.owner(),
                r.keyName(),
                r.strict(),
                r.notAfter(),
                r.expiresAt(),
                r.pepper(),
                r.verifier(),
                new UsagePolicy(List.of("orders:read"), null, null, null, null, null, null, null));
        assertThat(reader.read(RecordJson.bytes(limited))).isNull();
    }

    private static @Nullable CredentialRecord general(byte[] json) {
        try {
            return RecordJson.read(CredentialRecord.class, json);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private byte[] damaged(byte[] json) {
        int at = random.nextInt(json.length);
        byte[] one = {(byte) (random.nextInt(4) == 0 ? random.nextInt(256) : " \"0:,Z}x".charAt(random.nextInt(8)))};
        return switch (random.nextInt(4)) {
            case 0 -> joined(json, at, one, at + 1);
            case 1 -> joined(json, at, new byte[0], at + 1);
            case 2 -> joined(json, at, new byte[] {json[at]}, at);
            default -> joined(json, at, one, at);
        };
    }

    private static byte[] joined(byte[] json, int to, byte[] middle, int from) {
        byte[] all = new byte[to + middle.length + json.length - from];
        System.arraycopy(json, 0, all, 0, to);
        System.arraycopy(middle, 0, all, to, middle.length);
        System.arraycopy(json, from, all, to + middle.length, json.length - from);
        return all;
    }

    private CredentialRecord named(String name) {
        CredentialRecord r = record();
        return new CredentialRecord(
                r.credentialId(),
                r.keyId(),
                r.tenant(),
                r.revision(),
                r.state(),
                r.kind(),
                r.scope(),
                r.owner(),
                name,
                r.strict(),
                r.notAfter(),
                r.expiresAt(),
                r.pepper(),
                r.verifier());
    }

    private CredentialRecord record() {
        Instant expiry = random.nextBoolean() ? time() : null;
        return new CredentialRecord(
                new CredentialId(Base62.encode(random.nextLong(1L << 35), 6) + "abcDEF"),
                new KeyId("key_01ARZ3NDEKTSV4RRFFQ69G5FA" + random.nextInt(10)),
                new TenantId("t_tenant-" + random.nextInt(1_000)),
                random.nextInt(3) == 0 ? random.nextLong(1L << 49) : random.nextInt(1_000),
                any(State.values()),
                any(KeyKind.values()),
                any(Scope.values()),
                new OwnerId("svc_team-" + random.nextInt(100)),
                random.nextInt(5) == 0 ? "" : "ci deploy " + random.nextInt(),
                random.nextBoolean(),
                random.nextBoolean() ? expiry : random.nextBoolean() ? time() : null,
                expiry,
                "p" + random.nextInt(3),
                "A".repeat(43));
    }

    private <T> T any(T[] all) {
        return all[random.nextInt(all.length)];
    }

    private Instant time() {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000) * 1_000L);
    }
}
