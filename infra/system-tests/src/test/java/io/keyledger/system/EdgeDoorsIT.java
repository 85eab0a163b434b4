package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.requirements.Row;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The doors of a real edge that take keys in bodies. */
@OnPlatform
@Order(22)
class EdgeDoorsIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    EdgeDoorsIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    private Answer introspect(String key) {
        return platform.edge(2)
                .with("Content-Type", "application/x-www-form-urlencoded")
                .send("POST", "/v1/introspect", "token=" + key)
                .expect(200);
    }

    @Row({"S1-49", "S5-22"})
    @Test
    void each_question_of_a_batch_is_one_use_or_one_refusal() {
        Issued key = tenant.create("asked in batches", "read-only");
        Answer answer = platform.edge(1)
                .post(
                        "/v1/verify/batch",
                        Map.of(
                                "items",
                                List.of(
                                        Map.of("key", key.key(), "permission", "objects:read"),
                                        Map.of("key", key.key(), "permission", "objects:write"),
                                        Map.of("key", Secrets.mistyped(key.key())),
                                        Map.of("key", key.key()))))
                .expect(200);
        assertThat(answer.items())
                .extracting(verdict -> verdict.get("code"))
                .containsExactly("accepted", "forbidden", "malformed", "accepted");
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(platform.journal().uses(key.keyId())).isEqualTo(2);
            assertThat(platform.journal().refusals(key.keyId())).isEqualTo(1);
            assertThat(tenant.api().get("/keys/" + key.keyId()).expect(200).number("requestCount"))
                    .isEqualTo(2);
        });
    }

    @Row({"S1-59", "S1-60"})
    @Test
    void what_was_active_is_not_once_the_revocation_has_answered() {
        Issued key = tenant.create("introspected", "read-only", "expiresIn", "P90D");
        Answer active = introspect(key.key());
        assertThat(active.at("active")).isEqualTo(true);
        assertThat(active.text("client_id")).isEqualTo(key.keyId());
        assertThat(active.text("scope").split(" ", -1)).contains("objects:read").doesNotContain("objects:write");
        assertThat(active.number("exp")).isPositive();
        tenant.revoke(key.keyId(), "introspected enough").expect(200);
        assertThat(introspect(key.key()).body()).isEqualTo("{\"active\":false}");
    }

    /** With command-service silent the view grows older; who asks for a younger one gets no verdict rather than an old one. */
    @Test
    void a_view_older_than_asked_for_gives_no_verdict() {
        Issued key = tenant.create("asked for a young view", "read-only");
        Edges.verify(platform.edge(1), key.key(), "maxAge", "PT10S").expect(200);
        ManagedProcess command = platform.process("command-service");
        command.pause();
        try {
            await().atMost(Edges.SOON).pollInterval(Duration.ofMillis(200)).until(() -> {
                Answer answer = Edges.verify(platform.edge(1), key.key(), "maxAge", "PT3S");
                return answer.status() == 503
                        && answer.text("code").equals("stale")
                        && answer.number("viewAgeMillis") > 3000;
            });
            assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        } finally {
            command.resume();
        }
        await().atMost(Edges.SOON)
                .until(() -> Edges.verify(platform.edge(1), key.key(), "maxAge", "PT3S")
                                .status()
                        == 200);
    }
}
