package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.time.Instant;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@OnPlatform
@Order(20)
class ExpiryIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    ExpiryIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row({"S1-05", "S1-71", "S3-15"})
    @Test
    void an_expiry_is_enforced_on_time_and_becomes_an_event_though_nobody_acts() {
        Issued key = tenant.create("short life", "read-only", "expiresIn", "PT6S");
        Instant end = Instant.parse(key.answer().text("expiresAt"));
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        Edges.acceptsExactlyUntil(platform.edge(1), key.key(), end);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("expired");
        }
        Journal.Seen seen = platform.journal().await(EventType.KEY_EXPIRED, key.keyId());
        KeyExpired expired = (KeyExpired) seen.event().data();
        assertThat(expired.keyName()).isEqualTo("short life");
        assertThat(expired.expiresAt()).isEqualTo(end);
        assertThat(seen.event().actor().type()).isEqualTo("system");
        assertThat(seen.event().recordedTime()).isAfterOrEqualTo(end);
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(tenant.api()
                                .get("/keys/" + key.keyId())
                                .expect(200)
                                .text("status"))
                        .isEqualTo("EXPIRED"));
        tenant.revoke(key.keyId(), "too late").expect(409);
    }

    @Row("S1-71")
    @Test
    void an_expiry_that_came_while_the_service_was_down_becomes_an_event_when_it_is_back() {
        Issued key = tenant.create("expires while down", "read-only", "expiresIn", "PT6S");
        Instant end = Instant.parse(key.answer().text("expiresAt"));
        platform.process("command-service").kill9();
        await().atMost(Edges.SOON).until(() -> Instant.now().isAfter(end.plusMillis(300)));
        // Nobody decides any more, and the edges refuse it all the same.
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("expired");
        assertThat(platform.journal().where(s -> s.type() == EventType.KEY_EXPIRED && s.names(key.keyId())))
                .isEmpty();
        platform.process("command-service").start();
        Journal.Seen seen = platform.journal().await(EventType.KEY_EXPIRED, key.keyId());
        assertThat(((KeyExpired) seen.event().data()).expiresAt()).isEqualTo(end);
    }
}
