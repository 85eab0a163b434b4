package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@OnPlatform
@Order(10)
class RotationIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    RotationIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row({"S1-38", "S1-39", "S1-40", "S1-41", "S1-42", "S1-43"})
    @Test
    void an_integration_moves_to_a_second_key_and_the_old_one_is_revoked_when_the_move_is_seen() {
        Issued old = tenant.create("SIEM Integration", "read-only", "description", "made in 2025");
        Issued replacement = tenant.create("SIEM Integration - Feb 2026", "read-only");
        Edges.authorize(platform.edge(1), old.key(), "GET", "/api/v1/objects").expect(204);
        Edges.authorize(platform.edge(1), replacement.key(), "GET", "/api/v1/objects")
                .expect(204);
        // The move is seen in the requests of each key.
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(tenant.api()
                            .get("/keys/" + replacement.keyId())
                            .expect(200)
                            .number("requestCount"))
                    .isEqualTo(1);
            assertThat(tenant.api().get("/keys/" + old.keyId()).expect(200).number("requestCount"))
                    .isEqualTo(1);
        });
        tenant.revoke(old.keyId(), "moved to the new key").expect(200);
        Edges.authorize(platform.edge(1), old.key(), "GET", "/api/v1/objects").expect(401);
        Edges.authorize(platform.edge(1), replacement.key(), "GET", "/api/v1/objects")
                .expect(204);
        Answer documented = tenant.api()
                .patch(
                        "/keys/" + replacement.keyId(),
                        Map.of(
                                "description",
                                "replaces SIEM Integration since "
                                        + replacement.answer().text("createdAt")))
                .expect(200);
        assertThat(tenant.row(replacement.keyId(), documented).text("description"))
                .startsWith("replaces SIEM");
    }

    @Row("S1-39")
    @Test
    void after_a_rotation_both_secrets_work_until_the_grace_ends_on_time() {
        Issued first = tenant.create("short grace", "read-only");
        Instant asked = Instant.now();
        Issued second = tenant.rotate(first.keyId(), "PT6S");
        Instant until = Instant.parse(second.answer().text("previous.validUntil"));
        assertThat(Duration.between(asked, until)).isGreaterThan(Duration.ofSeconds(5));
        assertThat(Edges.code(platform.edge(1), first.key())).isEqualTo("accepted");
        assertThat(Edges.code(platform.edge(1), second.key())).isEqualTo("accepted");
        Edges.acceptsExactlyUntil(platform.edge(1), first.key(), until);
        assertThat(Edges.code(platform.edge(1), second.key())).isEqualTo("accepted");
        Journal.Seen ended = platform.journal().await(EventType.KEY_CREDENTIAL_EXPIRED, first.keyId());
        assertThat(ended.event().recordedTime()).isAfterOrEqualTo(until);
        await().atMost(Edges.SOON)
                .untilAsserted(() ->
                        assertThat(Edges.code(platform.edge(1), first.key())).isIn("replaced", "expired"));
    }

    @Test
    void a_second_rotation_waits_for_the_grace_of_the_first() {
        Issued key = tenant.create("twice", "read-only");
        tenant.rotate(key.keyId(), "PT1H");
        Answer refused = tenant.api()
                .post("/keys/" + key.keyId() + "/rotate", Map.of("gracePeriod", "PT1H"))
                .expect(409);
        assertThat(refused.text("type")).endsWith("/still-in-grace");
    }

    @Test
    void a_rotation_without_grace_ends_the_old_secret_at_once() {
        Issued first = tenant.create("no grace", "read-only");
        Issued second = tenant.rotate(first.keyId(), "PT0S");
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), first.key())).isNotEqualTo("accepted");
            assertThat(Edges.code(platform.edge(n), second.key())).isEqualTo("accepted");
        }
    }

    @Row({"S1-44", "S1-45", "S1-46", "S1-78"})
    @ParameterizedTest
    @CsvSource({"admin, 30", "read-write, 60", "read-only, 90"})
    void each_scope_has_its_rotation_schedule(String scope, int days) {
        Issued key = tenant.create("schedule " + scope, scope);
        Answer row = tenant.row(key.keyId(), key.answer());
        Instant created = Instant.parse(row.text("createdAt"));
        assertThat(Duration.between(created, Instant.parse(row.text("rotationDueAt"))))
                .isEqualTo(Duration.ofDays(days));
        assertThat(row.at("rotationOverdue")).isEqualTo(false);
    }

    @Row("S1-78")
    @Test
    void a_rotation_starts_the_schedule_anew_and_the_schedule_is_a_setting() {
        Tenant own = platform.tenant();
        own.settings(Map.of("keys.rotation.readOnly", "PT1S")).expect(200);
        Issued key = own.create("fast schedule", "read-only");
        Instant due = Instant.parse(own.row(key.keyId(), key.answer()).text("rotationDueAt"));
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(own.api()
                                .get("/keys/" + key.keyId())
                                .expect(200)
                                .at("rotationOverdue"))
                        .isEqualTo(true));
        Issued rotated = own.rotate(key.keyId(), "PT0S");
        assertThat(Instant.parse(own.row(key.keyId(), rotated.answer()).text("rotationDueAt")))
                .isAfter(due);
    }
}
