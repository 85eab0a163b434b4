package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T11:00:00.123Z");

    @Test
    void ids_sort_by_age() {
        assertThat(Ids.ulid(NOW)).isLessThan(Ids.ulid(NOW.plusMillis(1)));
        assertThat(Ids.newEventId(NOW)).isLessThan(Ids.newEventId(NOW.plusMillis(1)));
    }

    @Test
    void a_ulid_holds_its_time() {
        assertThat(Ids.ulid(Instant.ofEpochMilli(1469918176385L))).hasSize(26).startsWith("01ARYZ6S41");
    }

    @Test
    void an_event_id_is_a_uuid_of_version_7() {
        UUID id = UUID.fromString(Ids.newEventId(NOW));
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
        assertThat(Ids.uuid7(NOW, -1, -1)).endsWith("-7fff-bfff-ffffffffffff");
    }

    @Test
    void ids_do_not_repeat() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(ids.add(Ids.ulid(NOW))).isTrue();
            assertThat(ids.add(Ids.newCredentialId().value())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key_",
                "key_01JDA7T3Y9W8Q6V5N4M3K2H1G",
                "key_01JDA7T3Y9W8Q6V5N4M3K2H1G00",
                "key_01JDA7T3Y9W8Q6V5N4M3K2H1GI",
                "key_01jda7t3y9w8q6v5n4m3k2h1g0",
                "KEY_01JDA7T3Y9W8Q6V5N4M3K2H1G0",
                "01JDA7T3Y9W8Q6V5N4M3K2H1G0",
                "key_81JDA7T3Y9W8Q6V5N4M3K2H1G0"
            })
    void what_is_no_key_id_is_refused(String id) {
        assertThatThrownBy(() -> new KeyId(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keyId");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "usr_", "alice", "usr_-a", "usr_a b", "usr_a\n", "app_a", "usr_ä"})
    void what_is_no_owner_is_refused(String id) {
        assertThatThrownBy(() -> new OwnerId(id)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new OwnerId("usr_" + "a".repeat(64)).value()).hasSize(68);
        assertThatThrownBy(() -> new OwnerId("usr_" + "a".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t_", "acme", "t_A", "t_-a", "t_a_b", "t_a\n"})
    void what_is_no_tenant_is_refused(String id) {
        assertThatThrownBy(() -> new TenantId(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void base62_is_the_number_in_62_digits() {
        Random random = new Random(62);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            String digits = Base62.encode(bytes, 43);
            BigInteger back = BigInteger.ZERO;
            for (int c : digits.chars().toArray()) {
                back = back.multiply(BigInteger.valueOf(62))
                        .add(BigInteger.valueOf(
                                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".indexOf(c)));
            }
            assertThat(back).isEqualTo(new BigInteger(1, bytes));
        }
        assertThat(Base62.encode(0, 2)).isEqualTo("00");
        assertThat(Base62.encode(61, 1)).isEqualTo("z");
        assertThat(Base62.encode(3843, 2)).isEqualTo("zz");
    }

    @Test
    void base62_refuses_what_does_not_fit() {
        assertThatThrownBy(() -> Base62.encode(3844, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Base62.encode(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Base62.encode(new byte[] {-1, -1}, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
