package io.keyledger.events.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OcsfTest {
    private final OcsfRules rules = new OcsfRules();

    OcsfTest() throws IOException {}

    static List<Path> events() throws IOException {
        return Goldens.events();
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_ever_published_has_the_ocsf_event_it_always_had(Path event) throws IOException {
        byte[] made = CanonicalJson.bytes(Ocsf.event(Files.readAllBytes(event)));
        Goldens.check("golden-ocsf", event, ".json", Goldens.text(made));
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_is_of_a_class_of_ocsf_and_keeps_to_its_attributes(Path event) throws IOException {
        assertThat(rules.faults(made(Files.readAllBytes(event)))).isEmpty();
    }

    @Test
    void every_type_has_a_class_and_they_are_the_three_that_are_told() throws IOException {
        Set<EventType> types = new TreeSet<>();
        for (Path file : events()) {
            byte[] bytes = Files.readAllBytes(file);
            EventType type = Objects.requireNonNull(CloudEvent.read(bytes)).type();
            types.add(type);
            assertThat(made(bytes))
                    .containsEntry(
                            "class_uid",
                            switch (type) {
                                case KEY_USED -> 6003L;
                                case AUTH_FAILED, AUTH_LOGIN, AUTH_LOGOUT -> 3002L;
                                default -> 3004L;
                            });
        }
        assertThat(types).containsExactly(EventType.values());
    }

    @ParameterizedTest
    @MethodSource("events")
    void the_exact_bytes_stand_in_the_raw_data_with_their_hash(Path event) throws IOException {
        byte[] bytes = Files.readAllBytes(event);
        Map<String, Object> made = made(bytes);
        assertThat(String.valueOf(made.get("raw_data")).getBytes(StandardCharsets.UTF_8))
                .isEqualTo(bytes);
        assertThat(made.get("unmapped")).extracting("hash").isEqualTo(CloudEvent.hash(bytes));
    }

    @Test
    void a_refusal_is_a_failure_and_says_why() throws IOException {
        assertThat(made(Files.readAllBytes(Goldens.EVENTS.resolve("auth.failed.v1.json"))))
                .containsEntry("status_id", 2L)
                .containsKey("status_code");
    }

    @Test
    void an_event_of_a_type_not_known_yet_is_a_base_event_that_holds_it() throws IOException {
        String event = Files.readString(Goldens.EVENTS.resolve("key.revoked.v1.json"))
                .replace("key.revoked.v1", "key.adorned.v2");
        Map<String, Object> made = made(event.getBytes(StandardCharsets.UTF_8));
        assertThat(rules.faults(made)).isEmpty();
        assertThat(made).containsEntry("class_uid", 0L).containsEntry("raw_data", event);
    }

    @Test
    void whatever_a_client_sends_the_event_stays_one_of_ocsf() throws IOException {
        Random random = new Random(20261130);
        for (int i = 0; i < 2_000; i++) {
            byte[] event = Goldens.hostile(random);
            assertThat(rules.faults(made(event))).as(Goldens.text(event)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "1",
                "0x7f.0.0.1",
                "unix:",
                "host",
                "1.2.3.999",
                "fe80::1%a-very-long-name-of-an-interface-x"
            })
    void an_address_that_is_none_to_ocsf_is_a_name(String ip) throws IOException {
        byte[] event = Files.readString(Goldens.EVENTS.resolve("key.used.v1.json"))
                .replace("203.0.113.7", ip)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(made(event)).containsEntry("src_endpoint", Map.of("name", ip));
    }

    @Test
    void the_rules_find_what_is_wrong() throws IOException {
        Map<String, Object> made = made(Files.readAllBytes(Goldens.EVENTS.resolve("key.used.v1.json")));
        made.remove("api");
        made.put("time", 1_764_000_000L);
        made.put("colour", "red");
        made.put("activity_id", 7L);
        made.put("src_endpoint", Map.of());
        assertThat(rules.faults(made))
                .contains(
                        "api is missing",
                        "time is no timestamp_t",
                        "colour is no attribute",
                        "activity_id is none of [0, 1, 2, 3, 4, 99]",
                        "type_uid is not class_uid * 100 + activity_id")
                .anyMatch(fault -> fault.startsWith("src_endpoint.none of"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"type\":\"x\"}", "{\"type\":\"io.keyledger.key.used.v1\"}"})
    void what_is_no_event_of_ours_is_refused(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (AuditFormat format : AuditFormat.values()) {
            if (format != AuditFormat.CLOUDEVENTS) {
                assertThatThrownBy(() -> format.line(bytes)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private static Map<String, Object> made(byte[] event) {
        return JsonReader.object(CanonicalJson.bytes(Ocsf.event(event)));
    }
}
