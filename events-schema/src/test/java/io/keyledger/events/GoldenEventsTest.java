package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.control.LimitCount;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.PrincipalRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenEventsTest {
    private static final Map<String, Class<? extends Record>> RECORDS = Map.of(
            "credential",
            CredentialRecord.class,
            "principal",
            PrincipalRecord.class,
            "heartbeat",
            Heartbeat.class,
            "edge-ack",
            EdgeAck.class,
            "limit-count",
            LimitCount.class);

    static List<Path> events() {
        return Golden.events();
    }

    static List<Path> records() {
        return Golden.records();
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_ever_published_reads_and_writes_back_byte_for_byte(Path file) {
        byte[] golden = Golden.bytes(file);
        CloudEvent event = Objects.requireNonNull(CloudEvent.read(golden));
        assertThat(text(event.bytes())).isEqualTo(text(golden));
        assertThat(file.getFileName().toString())
                .startsWith(event.type().shortName() + ".v1.")
                .endsWith(".json");
    }

    @ParameterizedTest
    @MethodSource("records")
    void every_view_and_control_record_reads_and_writes_back_byte_for_byte(Path file) {
        byte[] golden = Golden.bytes(file);
        String name = file.getFileName().toString();
        Class<? extends Record> type = Objects.requireNonNull(RECORDS.get(name.substring(0, name.indexOf('.'))));
        assertThat(text(RecordJson.bytes(RecordJson.read(type, golden)))).isEqualTo(text(golden));
    }

    @ParameterizedTest
    @EnumSource
    void every_type_has_a_golden_file_with_and_one_without_each_optional_member(EventType type) {
        List<Map<String, Object>> datas = Golden.events().stream()
                .map(Golden::bytes)
                .map(CloudEvent::read)
                .filter(event -> event != null && event.type() == type)
                .map(event ->
                        RecordJson.toMap((Record) Objects.requireNonNull(event).data()))
                .toList();
        assertThat(datas).isNotEmpty();
        Arrays.stream(type.record().getRecordComponents()).forEach(component -> {
            assertThat(datas)
                    .as("with %s", component.getName())
                    .anyMatch(data -> data.containsKey(component.getName()));
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                assertThat(datas)
                        .as("without %s", component.getName())
                        .anyMatch(data -> !data.containsKey(component.getName()));
            }
        });
    }

    @Test
    void the_golden_life_of_a_key_is_one_chain() {
        assertOneChain(List.of(
                "key.created",
                "key.updated",
                "key.rotated",
                "key.credential-expired",
                "key.suspended",
                "key.resumed",
                "key.revoked",
                "revocation.confirmed",
                "key.deleted"));
    }

    @Test
    void the_golden_life_of_a_person_is_one_chain() {
        assertOneChain(List.of(
                "user.created",
                "auth.login",
                "role.granted",
                "role.withdrawn",
                "user.updated",
                "auth.logout",
                "user.disabled",
                "user.enabled",
                "user.access-ended",
                "user.erased"));
    }

    private static void assertOneChain(List<String> names) {
        String previous = CloudEvent.GENESIS;
        for (String name : names) {
            byte[] bytes = Golden.bytes(Path.of("src/test/resources/golden/" + name + ".v1.json"));
            assertThat(Objects.requireNonNull(CloudEvent.read(bytes)).prevHash())
                    .as(name)
                    .isEqualTo(previous);
            previous = CloudEvent.hash(bytes);
        }
    }

    @Test
    void members_that_a_reader_does_not_know_are_ignored() {
        String golden = text(Golden.bytes(Path.of("src/test/resources/golden/key.rotated.v1.json")));
        String newer = golden.replace("\"data\":{", "\"aNewOne\":[1],\"data\":{\"aNewOne\":{\"a\":1},");
        CloudEvent event = Objects.requireNonNull(CloudEvent.read(newer.getBytes(StandardCharsets.UTF_8)));
        assertThat(text(event.bytes())).isEqualTo(golden);
    }

    @Test
    void a_type_that_a_reader_does_not_know_is_told_from_a_broken_event() {
        String golden = text(Golden.bytes(Path.of("src/test/resources/golden/key.rotated.v1.json")));
        String newer = golden.replace("io.keyledger.key.rotated.v1", "io.keyledger.key.adorned.v1");
        assertThat(CloudEvent.read(newer.getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void an_event_that_lacks_or_garbles_a_member_is_refused_by_name(String from, String to, String said) {
        String golden = text(Golden.bytes(Path.of("src/test/resources/golden/key.rotated.v1.json")));
        assertThat(golden).contains(from);
        byte[] broken =
                golden.replaceFirst(java.util.regex.Pattern.quote(from), to).getBytes(StandardCharsets.UTF_8);
        assertThat(catchMessage(() -> CloudEvent.read(broken))).contains(said);
    }

    static Stream<List<String>> brokenRows() {
        return Stream.of(
                List.of("\"id\":\"", "\"x\":\"", "id is missing"),
                List.of("\"sequence\":\"00000000000000000003\"", "\"sequence\":\"00000000000000000000\"", "sequence"),
                List.of("\"sequence\":\"00000000000000000003\"", "\"sequence\":3", "sequence is missing"),
                List.of("\"time\":\"2026-11-22T", "\"time\":\"2026-13-22T", "time is not a time"),
                List.of("\"tenantid\":\"t_acme\"", "\"tenantid\":\"acme\"", "tenantId"),
                List.of("\"prevhash\":\"", "\"prevhash\":\"0", "prevhash"),
                List.of("\"replaces\":\"0M9ODf6X0ft3\"", "\"replaces\":\"0M9ODf6X0ft\"", "credentialId"),
                List.of("\"replaces\":\"0M9ODf6X0ft3\",", "", "replaces is missing"),
                List.of("\"replaces\":\"0M9ODf6X0ft3\"", "\"replaces\":7", "replaces is not of the form expected"),
                List.of("\"graceEndsAt\":\"2026", "\"graceEndsAt\":\"soon", "graceEndsAt is not of the form expected"));
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> broken() {
        return brokenRows().map(row -> org.junit.jupiter.params.provider.Arguments.of(row.toArray()));
    }

    @Test
    void the_headers_carry_what_a_consumer_routes_by() {
        CloudEvent event = Objects.requireNonNull(
                CloudEvent.read(Golden.bytes(Path.of("src/test/resources/golden/key.rotated.v1.json"))));
        Map<String, String> headers = new HashMap<>();
        event.headers().forEach((name, value) -> headers.put(name, text(value)));
        assertThat(headers)
                .containsEntry("content-type", "application/cloudevents+json; charset=UTF-8")
                .containsEntry("ce_id", event.id())
                .containsEntry("ce_source", event.source())
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_type", "io.keyledger.key.rotated.v1")
                .containsEntry("ce_time", "2026-11-22T11:00:00.000000Z")
                .containsEntry("ce_sequence", "00000000000000000003")
                .containsEntry("ce_tenantid", "t_acme");
    }

    @Test
    void digits_are_ascii_whatever_the_default_locale() {
        java.util.Locale before = java.util.Locale.getDefault();
        byte[] golden = Golden.bytes(Path.of("src/test/resources/golden/key.rotated.v1.json"));
        CloudEvent event = Objects.requireNonNull(CloudEvent.read(golden));
        try {
            java.util.Locale.setDefault(java.util.Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(text(event.bytes())).isEqualTo(text(golden));
        } finally {
            java.util.Locale.setDefault(before);
        }
    }

    private static String catchMessage(Runnable code) {
        try {
            code.run();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        return "nothing was refused";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
