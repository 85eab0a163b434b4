package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the journal of the system tests would notice. */
class EventSchemasTest {
    private final EventSchemas schemas = new EventSchemas();

    @Test
    void an_event_of_ours_is_valid() {
        assertThat(violations(_ -> {}, _ -> {})).isEmpty();
    }

    @Test
    void a_wrong_envelope_is_found() {
        assertThat(violations(envelope -> envelope.put("sequence", "3"), _ -> {}))
                .isNotEmpty();
        assertThat(violations(envelope -> envelope.remove("prevhash"), _ -> {})).isNotEmpty();
        assertThat(violations(envelope -> envelope.put("owner", "x"), _ -> {})).isNotEmpty();
        assertThat(violations(
                        envelope -> envelope.put("dataschema", "https://keyledger.io/schemas/key.eaten.v1.json"),
                        _ -> {}))
                .isNotEmpty();
        assertThat(violations(envelope -> envelope.put("dataschema", "https://example.com/x.json"), _ -> {}))
                .isNotEmpty();
    }

    @Test
    void wrong_data_are_found() {
        assertThat(violations(_ -> {}, data -> data.remove("keyId"))).isNotEmpty();
        assertThat(violations(_ -> {}, data -> data.put("credentialIds", List.of("x"))))
                .isNotEmpty();
        assertThat(violations(_ -> {}, data -> data.put("reasonCode", "because")))
                .isNotEmpty();
        assertThat(violations(_ -> {}, data -> data.put("secret", "x"))).isNotEmpty();
    }

    private List<String> violations(Consumer<Map<String, Object>> envelope, Consumer<Map<String, Object>> data) {
        KeyId key = Ids.newKeyId(Instant.EPOCH);
        Map<String, Object> event = JsonReader.object(new CloudEvent(
                        Ids.uuid7(Instant.EPOCH, 1, 2),
                        Sources.key("inst-test", key),
                        2,
                        "00".repeat(32),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        TenantId.DEFAULT,
                        "key/" + key,
                        key.value(),
                        Actor.SYSTEM,
                        null,
                        new KeyRevoked(
                                key,
                                "Reports",
                                List.of(new CredentialId("0M9ODf6X0ft3")),
                                RevocationReason.COMPROMISED,
                                null))
                .bytes());
        Map<String, Object> inner = new LinkedHashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(event.get("data")))
                .forEach((name, value) -> inner.put(String.valueOf(name), value));
        data.accept(inner);
        Map<String, Object> outer = new LinkedHashMap<>(event);
        outer.put("data", inner);
        envelope.accept(outer);
        return schemas.violations(CanonicalJson.bytes(outer));
    }
}
