package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** One key lives its whole life through real PostgreSQL, Kafka and Elasticsearch. */
@OnPlatform
@Order(1)
class KeyLifeIT {
    private static final String READ = "/api/v1/objects?type=user";

    private final RunningPlatform platform;

    KeyLifeIT(RunningPlatform platform) {
        this.platform = platform;
    }

    @Row({"S5-01", "S1-38", "S1-39", "S1-40", "S1-42", "S1-59", "S1-60", "S1-61"})
    @Test
    void a_key_is_created_used_rotated_revoked_and_its_history_is_complete() {
        Tenant tenant = platform.tenant();
        Door edge = platform.edge(1);

        Issued first = tenant.create(
                "SIEM Integration", "read-only", "description", "Pulls the audit log", "expiresIn", "P90D");
        assertThat(first.answer().at("usable")).isEqualTo(true);
        assertThat(first.answer().text("status")).isEqualTo("ACTIVE");
        Edges.authorize(edge, first.key(), "GET", READ).expect(204);

        Issued second = tenant.rotate(first.keyId(), "PT1H");
        assertThat(second.keyId()).isEqualTo(first.keyId());
        assertThat(second.answer().text("previous.credentialId")).isEqualTo(first.credentialId());
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            Edges.authorize(platform.edge(n), first.key(), "GET", READ).expect(204);
            Edges.authorize(platform.edge(n), second.key(), "GET", READ).expect(204);
        }

        Answer revoked = tenant.api()
                .post(
                        "/keys/" + first.keyId() + "/revoke",
                        Map.of("reason", "committed to a public repository", "reasonCode", "compromised"))
                .expect(200);
        // At once: no waiting, on any edge, for either secret.
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            Edges.authorize(platform.edge(n), first.key(), "GET", READ).expect(401);
            Edges.authorize(platform.edge(n), second.key(), "GET", READ).expect(401);
        }
        tenant.as(second).get("/keys").expect(401);
        assertThat(revoked.text("status")).isEqualTo("REVOKED");
        assertThat(revoked.at("effective")).isEqualTo(true);
        assertThat(revoked.list("edges"))
                .extracting(confirmed -> confirmed.get("edge"))
                .contains("edge-1", "edge-2", "edge-3", "query-1");

        everyEventIsOnKafka(first);
        theHistoryIsComplete(tenant, first);
        theCountsAreExact(tenant, first);
        theSearchIndexHasEveryEvent(first);
        assertThat(platform.journal().verifyChains()).isPositive();
    }

    private void everyEventIsOnKafka(Issued key) {
        platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
        assertThat(platform.journal().lifecycle(key.keyId()))
                .extracting(Journal.Seen::type)
                .containsExactly(
                        EventType.KEY_CREATED,
                        EventType.KEY_ROTATED,
                        EventType.KEY_REVOKED,
                        EventType.REVOCATION_CONFIRMED);
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(platform.journal().uses(key.keyId())).isEqualTo(7);
            assertThat(platform.journal().refusals(key.keyId())).isGreaterThanOrEqualTo(7);
        });
    }

    private void theHistoryIsComplete(Tenant tenant, Issued key) {
        List<String> onKafka = platform.journal().where(seen -> seen.names(key.keyId())).stream()
                .map(Journal.Seen::text)
                .distinct()
                .toList();
        await().atMost(Edges.SOON).untilAsserted(() -> {
            String history = tenant.api()
                    .with("Accept", "application/x-ndjson")
                    .get("/keys/" + key.keyId() + "/history?limit=500")
                    .expect(200)
                    .body();
            // Byte for byte what Kafka holds: nobody made the events a second time.
            assertThat(history.lines()).containsExactlyInAnyOrderElementsOf(onKafka);
        });
    }

    private void theCountsAreExact(Tenant tenant, Issued key) {
        await().atMost(Edges.SOON).untilAsserted(() -> {
            Answer row = tenant.api().get("/keys/" + key.keyId()).expect(200);
            assertThat(row.number("requestCount")).isEqualTo(7);
            assertThat(row.text("lastUsedIp")).isEqualTo("203.0.113.7");
            assertThat(row.text("status")).isEqualTo("REVOKED");
        });
    }

    private void theSearchIndexHasEveryEvent(Issued key) {
        List<String> ids = platform.journal().where(seen -> seen.names(key.keyId())).stream()
                .map(seen -> seen.event().id())
                .distinct()
                .toList();
        await().atMost(Edges.SOON).untilAsserted(() -> {
            for (String id : ids) {
                Answer found = platform.elasticsearch()
                        .post(
                                "/keyledger*/_search?filter_path=hits.hits._id,hits.hits._source",
                                Map.of("query", Map.of("ids", Map.of("values", List.of(id)))))
                        .expect(200);
                assertThat(found.list("hits.hits")).hasSize(1);
                String original = String.valueOf(found.at("hits.hits.0._source.event.original"));
                assertThat(CloudEvent.hash(original.getBytes(StandardCharsets.UTF_8)))
                        .isEqualTo(CloudEvent.hash(platform.journal()
                                .await("event " + id, seen -> seen.event().id().equals(id))
                                .bytes()));
            }
        });
    }
}
