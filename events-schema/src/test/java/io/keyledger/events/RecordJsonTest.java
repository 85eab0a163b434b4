package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.control.LimitCount;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.PrincipalRecord;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordJsonTest {
    private static final int ROUNDS = 100;

    static Stream<Class<?>> records() {
        return Stream.concat(
                Arrays.stream(EventType.values()).map(EventType::record),
                Stream.of(
                        CredentialRecord.class,
                        PrincipalRecord.class,
                        Heartbeat.class,
                        EdgeAck.class,
                        LimitCount.class,
                        UsagePolicy.class));
    }

    @ParameterizedTest
    @MethodSource("records")
    void every_record_reads_back_as_it_was(Class<? extends Record> type) throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Record record = (Record) random(type, random);
            assertThat(RecordJson.read(type, RecordJson.bytes(record)))
                    .as("seed %s", seed)
                    .isEqualTo(record);
        }
    }

    @Test
    void a_time_has_six_digits_and_is_utc() {
        assertThat(RecordJson.time(Instant.parse("2026-11-22T11:00:00.123456789Z")))
                .isEqualTo("2026-11-22T11:00:00.123456Z");
        assertThat(RecordJson.micros(Instant.parse("2026-11-22T11:00:00.123456789Z")))
                .isEqualTo(Instant.parse("2026-11-22T11:00:00.123456Z"));
        assertThat(RecordJson.time(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000000Z");
    }

    @Test
    void a_missing_or_wrong_member_is_named() {
        assertRefused("{\"id\":\"tenant:t_a\",\"revision\":1,\"enabled\":true}", "tenant is missing");
        assertRefused(
                "{\"id\":\"tenant:t_a\",\"tenant\":\"t_a\",\"revision\":\"1\",\"enabled\":true}",
                "revision is not of the form expected");
        assertRefused("{\"id\":\"tenant:t_a\",\"tenant\":\"t_a\",\"revision\":1,\"enabled\":1}", "enabled");
        assertRefused("{\"id\":[],\"tenant\":\"t_a\",\"revision\":1,\"enabled\":true}", "id is not");
    }

    @Test
    void what_a_record_holds_cannot_be_changed_after_reading() {
        Heartbeat heartbeat = RecordJson.read(
                Heartbeat.class,
                Golden.bytes(java.nio.file.Path.of("src/test/resources/golden/records/heartbeat.json")));
        assertThatThrownBy(() -> heartbeat.ends().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    private static void assertRefused(String json, String said) {
        assertThatThrownBy(() -> RecordJson.read(PrincipalRecord.class, json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }

    private static Object random(Type type, RandomGenerator random) throws Exception {
        if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(random(p.getActualTypeArguments()[0], random));
            }
            return list;
        }
        if (type instanceof ParameterizedType p) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                map.put("m" + i, random(p.getActualTypeArguments()[1], random));
            }
            return map;
        }
        Class<?> raw = (Class<?>) type;
        Instant now = Instant.EPOCH.plusNanos(random.nextLong(1, 4_000_000_000_000L) * 1000);
        if (raw == String.class) {
            return "s\u00e9\ud83d\ude00\"\\" + random.nextInt();
        } else if (raw == long.class || raw == Long.class) {
            return random.nextLong(1L << 53);
        } else if (raw == int.class || raw == Integer.class) {
            return random.nextInt(1 << 20);
        } else if (raw == boolean.class || raw == Boolean.class) {
            return random.nextBoolean();
        } else if (raw == Instant.class) {
            return now;
        } else if (raw.isEnum()) {
            Object[] constants = raw.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        } else if (raw == KeyId.class) {
            return Ids.newKeyId(now);
        } else if (raw == CredentialId.class) {
            return Ids.newCredentialId();
        } else if (raw == OwnerId.class) {
            return new OwnerId("usr_a" + random.nextInt(1000));
        } else if (raw == TenantId.class) {
            return new TenantId("t_a" + random.nextInt(1000));
        }
        RecordComponent[] components = raw.getRecordComponents();
        @Nullable Object[] arguments = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            arguments[i] = nullable && random.nextBoolean() ? null : random(components[i].getGenericType(), random);
        }
        Constructor<?> constructor = raw.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(arguments);
    }
}
