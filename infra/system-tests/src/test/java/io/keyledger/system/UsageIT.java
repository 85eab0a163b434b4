package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@OnPlatform
@Order(10)
class UsageIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    UsageIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row({"S1-06", "S1-49", "S1-50", "S1-51"})
    @Test
    void a_row_tells_last_use_address_and_count() {
        Issued key = tenant.create("watched", "read-only");
        assertThat(tenant.row(key.keyId(), key.answer()).number("requestCount")).isZero();
        assertThat(tenant.row(key.keyId(), key.answer()).at("lastUsedAt")).isNull();
        Instant before = Instant.now();
        for (int i = 1; i <= 4; i++) {
            Edges.verify(
                            platform.edge(1),
                            key.key(),
                            "method",
                            "GET",
                            "path",
                            "/api/v1/objects",
                            "ip",
                            "198.51.100." + i)
                    .expect(200);
        }
        await().atMost(Edges.SOON).untilAsserted(() -> {
            Answer row = tenant.api().get("/keys/" + key.keyId()).expect(200);
            assertThat(row.number("requestCount")).isEqualTo(4);
            assertThat(row.text("lastUsedIp")).isEqualTo("198.51.100.4");
            assertThat(Instant.parse(row.text("lastUsedAt"))).isBetween(before.minusMillis(5), Instant.now());
        });
        assertThat(tenant.api()
                        .get("/keys/" + key.keyId() + "/usage")
                        .expect(200)
                        .body())
                .isNotEmpty();
    }

    @Row({"S1-69", "S5-22"})
    @Test
    void a_use_tells_endpoint_address_time_and_client() {
        Issued key = tenant.create("told", "read-only");
        Instant before = Instant.now();
        Edges.authorize(platform.edge(2), key.key(), "GET", "/api/v1/objects?type=user&token=very-secret")
                .expect(204);
        Journal.Seen seen = platform.journal().await(EventType.KEY_USED, key.keyId());
        KeyUsed used = (KeyUsed) seen.event().data();
        assertThat(used.method()).isEqualTo("GET");
        assertThat(used.path()).isEqualTo("/api/v1/objects");
        assertThat(used.ip()).isEqualTo("203.0.113.7");
        assertThat(used.userAgent()).isEqualTo("system-tests/1");
        assertThat(used.edge()).isEqualTo("edge-2");
        assertThat(used.credentialId().value()).isEqualTo(key.credentialId());
        assertThat(used.permission()).isEqualTo("objects:read");
        assertThat(used.lastTime()).isBetween(before.minusMillis(5), Instant.now());
        assertThat(seen.text()).doesNotContain("very-secret").doesNotContain("type=user");
    }

    @Row({"S1-72", "S1-73"})
    @Test
    void a_failed_attempt_tells_a_part_of_the_key_the_address_and_the_endpoint() {
        Issued key = tenant.create("guessed", "read-only");
        String mistyped = Secrets.mistyped(key.key());
        Edges.authorize(platform.edge(1), mistyped, "GET", "/api/v1/guess-" + key.credentialId())
                .expect(401);
        Journal.Seen seen = platform.journal()
                .await(
                        "failed attempt",
                        s -> s.type() == EventType.AUTH_FAILED
                                && s.text().contains("/api/v1/guess-" + key.credentialId()));
        AuthFailed failed = (AuthFailed) seen.event().data();
        assertThat(failed.reason()).isEqualTo("malformed");
        assertThat(failed.ip()).isEqualTo("203.0.113.7");
        assertThat(Objects.requireNonNull(failed.presented())).isEqualTo("kl_k_" + key.credentialId());
        assertThat(seen.text()).doesNotContain(Secrets.secretOf(key.key()));
    }

    @Row("S1-72")
    @Test
    void an_attempt_with_a_revoked_key_is_told_as_such_to_its_tenant() {
        Issued key = tenant.create("revoked then tried", "read-only");
        tenant.revoke(key.keyId(), "gone").expect(200);
        Edges.authorize(platform.edge(3), key.key(), "GET", "/api/v1/objects").expect(401);
        Journal.Seen seen = platform.journal().await(EventType.AUTH_FAILED, key.keyId());
        assertThat(((AuthFailed) seen.event().data()).reason()).isEqualTo("revoked");
        assertThat(seen.event().tenant().value()).isEqualTo(tenant.id());
    }

    @Row("S1-50")
    @Test
    void not_one_request_of_many_in_parallel_is_lost_or_counted_twice() throws Exception {
        Issued key = tenant.create("hammered", "read-only");
        int each = 150;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int worker = 0; worker < 8; worker++) {
                Door edge = platform.edge(1 + worker % RunningPlatform.EDGES);
                running.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        Edges.authorize(edge, key.key(), "GET", "/api/v1/objects")
                                .expect(204);
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(platform.journal().uses(key.keyId())).isEqualTo(8L * each);
            assertThat(tenant.api().get("/keys/" + key.keyId()).expect(200).number("requestCount"))
                    .isEqualTo(8L * each);
        });
        platform.journal().verifyChains();
    }

    @Row("S1-50")
    @Test
    void by_second_fifty_alike_requests_are_few_events_that_count_exactly_fifty() {
        Answer changed =
                tenant.settings(Map.of("activity.granularity", "second")).expect(200);
        assertThat(changed.at("effective")).isEqualTo(true);
        Journal.Seen event = platform.journal()
                .await(
                        "granularity changed",
                        s -> s.type() == EventType.SETTINGS_CHANGED
                                && s.event().tenant().value().equals(tenant.id()));
        assertThat(event.text()).contains("{\"from\":\"request\",\"name\":\"activity.granularity\",\"to\":\"second\"}");

        Issued key = tenant.create("counted by second", "read-only");
        fifty(key);
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(platform.journal().uses(key.keyId())).isEqualTo(50);
            assertThat(tenant.api().get("/keys/" + key.keyId()).expect(200).number("requestCount"))
                    .isEqualTo(50);
        });
        List<KeyUsed> events = uses(key);
        // One for each second and change of the view that it took.
        assertThat(events).hasSizeLessThan(26);
        assertThat(events).allSatisfy(e -> {
            assertThat(e.lastTime()).isAfterOrEqualTo(e.firstTime());
            assertThat(e.lastTime().getEpochSecond()).isEqualTo(e.firstTime().getEpochSecond());
        });
        Answer row = tenant.api().get("/keys/" + key.keyId()).expect(200);
        assertThat(Instant.parse(row.text("lastUsedAt")))
                .isEqualTo(events.stream()
                        .map(KeyUsed::lastTime)
                        .max(Instant::compareTo)
                        .orElseThrow());
        // As the audit tells it, out of Elasticsearch and over REST.
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(
                                tenant
                                        .api()
                                        .get("/audit?limit=500&type=key.used&keyId=" + key.keyId())
                                        .expect(200)
                                        .items()
                                        .stream()
                                        .mapToLong(item -> (long) Objects.requireNonNull(Answer.at(item, "data.count")))
                                        .sum())
                        .isEqualTo(50));

        tenant.settings(Map.of("activity.granularity", "request")).expect(200);
        Issued single = tenant.create("told one by one", "read-only");
        fifty(single);
        await().atMost(Edges.SOON)
                .untilAsserted(() ->
                        assertThat(platform.journal().uses(single.keyId())).isEqualTo(50));
        assertThat(uses(single)).hasSize(50).extracting(KeyUsed::count).containsOnly(1L);
        assertThat(tenant.settings(Map.of("activity.granularity", "minute"))
                        .expect(422)
                        .text("field"))
                .isEqualTo("activity.granularity");
        platform.journal().verifyChains();
    }

    private void fifty(Issued key) {
        for (int i = 0; i < 50; i++) {
            Edges.authorize(platform.edge(1), key.key(), "GET", "/api/v1/objects")
                    .expect(204);
        }
    }

    /** The events of the key's uses, without repeats. */
    private List<KeyUsed> uses(Issued key) {
        Map<String, KeyUsed> events = new LinkedHashMap<>();
        platform.journal()
                .where(s -> s.type() == EventType.KEY_USED && s.names(key.keyId()))
                .forEach(s -> events.put(s.event().id(), (KeyUsed) s.event().data()));
        return List.copyOf(events.values());
    }

    @Test
    void many_refusals_from_one_address_are_counted_exactly_though_not_told_one_by_one() throws Exception {
        Issued key = tenant.create("attacked", "read-only");
        tenant.revoke(key.keyId(), "attack").expect(200);
        for (int i = 0; i < 60; i++) {
            Edges.verify(platform.edge(1), key.key(), "ip", "192.0.2.99").expect(200);
        }
        await().atMost(Duration.ofSeconds(100))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() ->
                        assertThat(platform.journal().refusals(key.keyId())).isEqualTo(60));
        assertThat(platform.journal().where(s -> s.type() == EventType.AUTH_FAILED && s.names(key.keyId())))
                .hasSizeLessThan(40);
    }

    @Test
    void the_platforms_own_api_counts_its_uses_once_too() {
        Issued key = tenant.create("api user", "admin");
        tenant.as(key).get("/keys").expect(200);
        tenant.as(key).get("/settings").expect(200);
        tenant.as(key)
                .post("/keys", Tenant.body("made by api user", "read-only"))
                .expect(201);
        await().atMost(Edges.SOON)
                .untilAsserted(
                        () -> assertThat(platform.journal().uses(key.keyId())).isEqualTo(3));
        assertThat(platform.journal().where(s -> s.type() == EventType.KEY_USED && s.names(key.keyId())))
                .extracting(s -> ((KeyUsed) s.event().data()).edge())
                .containsExactlyInAnyOrder("query-1", "command-1", "command-1");
    }
}
