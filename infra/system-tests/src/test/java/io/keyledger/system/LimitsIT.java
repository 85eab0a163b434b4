package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.system.Tenant.Issued;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Rates, quotas and failed attempts at real edges that tell each other over a real Kafka. */
@OnPlatform
@Order(58)
class LimitsIT {
    private static final int EDGES = RunningPlatform.EDGES;

    private final RunningPlatform platform;
    private final Tenant tenant;

    LimitsIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    private Issued create(String name, Map<String, ?> policy) {
        return tenant.create(name, "read-only", "policy", policy);
    }

    private static Map<String, Object> rate(int requests, int seconds, String of) {
        return Map.of("rates", List.of(Map.of("requests", requests, "windowSeconds", seconds, "of", of)));
    }

    private static Map<String, Object> monthly(int requests) {
        return Map.of(
                "quotas",
                List.of(Map.of("requests", requests, "period", "month", "zone", "Europe/Zurich", "of", "key")));
    }

    private Answer pass(int edge, Issued key) {
        return Edges.authorize(platform.edge(edge), key.key(), "GET", "/api/v1/objects");
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Row({"S5-28", "S5-30"})
    @Test
    void one_edge_lets_exactly_the_rate_through_and_the_rest_is_429_and_in_the_audit() {
        Issued key = create("five an hour", rate(5, 3600, "key"));
        for (int left = 4; left >= 0; left--) {
            Answer accepted = pass(1, key).expect(204);
            assertThat(header(accepted, "RateLimit-Policy")).isEqualTo("\"3600s\";q=5;w=3600");
            assertThat(header(accepted, "RateLimit")).startsWith("\"3600s\";r=%d;t=".formatted(left));
        }
        for (int i = 0; i < 15; i++) {
            Answer refused = pass(1, key).expect(429);
            assertThat(Long.parseLong(header(refused, "Retry-After"))).isBetween(1L, 3637L);
            assertThat(refused.text("type")).endsWith("/rate-limited");
        }
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(platform.journal().uses(key.keyId())).isEqualTo(5);
            assertThat(platform.journal().refusals(key.keyId())).isEqualTo(15);
        });
        assertThat(platform.journal().where(s -> s.type() == EventType.AUTH_FAILED && s.names(key.keyId())))
                .allSatisfy(s -> assertThat(s.text()).contains("\"reason\":\"rate-limited\""));
    }

    @Row("S5-28")
    @Test
    void keys_of_one_owner_share_a_limit() {
        Issued one = create("shared one", rate(3, 3600, "owner"));
        Issued two = create("shared two", rate(3, 3600, "owner"));
        pass(2, one).expect(204);
        pass(2, two).expect(204);
        pass(2, one).expect(204);
        pass(2, two).expect(429);
        pass(2, one).expect(429);
    }

    /** What one edge has accepted, others know soon, and so does the edge itself after it was killed. */
    @Row("S5-28")
    @Test
    void a_quota_is_shared_by_all_edges_and_survives_an_edge_that_is_killed() {
        int quota = 10;
        Issued key = create("ten a month", monthly(quota));
        int accepted = 0;
        for (int i = 0; i < quota; i++) {
            pass(1, key).expect(204);
            accepted++;
        }
        assertThat(pass(1, key).expect(429).text("type")).endsWith("/quota-exceeded");
        for (int edge = 2; edge <= EDGES; edge++) {
            int before = accepted;
            int tries = 0;
            Answer answer = pass(edge, key);
            while (answer.status() == 204) {
                accepted++;
                tries++;
                answer = pass(edge, key);
            }
            answer.expect(429);
            assertThat(tries)
                    .as("let through by edge %d on its own account", edge)
                    .isLessThanOrEqualTo(quota);
            assertThat(accepted).isEqualTo(before + tries);
        }
        assertThat(accepted).isBetween(quota, EDGES * quota);
        ManagedProcess edge = platform.process("auth-edge-1");
        // Told every 200 ms: the other edges have heard of the first ten, so they are on Kafka.
        await().atMost(Edges.SOON)
                .until(() -> Edges.code(platform.edge(2), key.key()).equals("quota-exceeded"));
        edge.kill9();
        edge.start();
        await().atMost(Edges.SOON)
                .ignoreExceptions()
                .until(() -> !Edges.code(platform.edge(1), key.key()).equals("starting"));
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("quota-exceeded");
    }

    @Row("S5-27")
    @Test
    void an_address_that_fails_too_often_is_throttled_but_not_the_key_that_was_good_from_there_before() {
        Issued good = tenant.create("behind the same address", "read-only");
        Issued late = tenant.create("comes later", "read-only");
        Issued other = tenant.create("that is guessed", "read-only");
        String address = "198.51.100.77";
        Door edge = platform.edge(3);
        assertThat(Edges.verify(edge, good.key(), "ip", address).text("code")).isEqualTo("accepted");
        String wrong = Secrets.mistyped(other.key());
        Answer answer = Edges.verify(edge, wrong, "ip", address);
        for (int i = 0; i < 5000 && answer.text("code").equals("malformed"); i++) {
            answer = Edges.verify(edge, wrong, "ip", address);
        }
        assertThat(answer.text("code")).isEqualTo("throttled");
        assertThat(answer.number("retryAfterSeconds")).isPositive();
        assertThat(Edges.verify(edge, good.key(), "ip", address).text("code")).isEqualTo("accepted");
        assertThat(Edges.verify(edge, late.key(), "ip", "198.51.100.78").text("code"))
                .isEqualTo("accepted");
        platform.journal()
                .await(
                        "throttled attempt",
                        s -> s.type() == EventType.AUTH_FAILED
                                && s.text().contains("\"reason\":\"throttled\"")
                                && s.text().contains(address));
    }
}
