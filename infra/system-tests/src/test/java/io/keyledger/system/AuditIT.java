package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@OnPlatform
@Order(20)
class AuditIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    AuditIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row({"S1-08", "S1-75"})
    @Test
    void every_action_on_a_key_is_in_the_audit_by_api_and_on_kafka_with_the_same_bytes() {
        Issued key = tenant.create("everything", "read-only");
        String path = "/keys/" + key.keyId();
        tenant.api().patch(path, Map.of("description", "changed")).expect(200);
        tenant.api().post(path + "/suspend", Map.of("reason", "a")).expect(200);
        tenant.api().post(path + "/resume", Map.of("reason", "b")).expect(200);
        tenant.rotate(key.keyId(), "PT0S");
        tenant.revoke(key.keyId(), "c").expect(200);
        tenant.api().delete(path).expect(200);
        platform.journal().await(EventType.KEY_DELETED, key.keyId());
        await().atMost(Edges.SOON).untilAsserted(() -> {
            Set<String> audit = tenant.api()
                    .with("Accept", "application/x-ndjson")
                    .get("/audit?limit=500&keyId=" + key.keyId())
                    .expect(200)
                    .body()
                    .lines()
                    .collect(Collectors.toSet());
            Set<String> kafka = platform.journal().where(seen -> seen.names(key.keyId())).stream()
                    .map(Journal.Seen::text)
                    .collect(Collectors.toSet());
            assertThat(audit).isEqualTo(kafka);
            for (EventType type : List.of(
                    EventType.KEY_CREATED,
                    EventType.KEY_UPDATED,
                    EventType.KEY_SUSPENDED,
                    EventType.KEY_RESUMED,
                    EventType.KEY_ROTATED,
                    EventType.KEY_REVOKED,
                    EventType.KEY_DELETED)) {
                assertThat(audit).as(type.shortName()).anyMatch(line -> line.contains("\"" + type.wire() + "\""));
            }
        });
    }

    @Row("S1-33")
    @Test
    void the_audit_is_read_by_dates_with_a_read_only_key() throws InterruptedException {
        Issued reader = tenant.create("reader", "read-only");
        Issued early = tenant.create("early", "read-only");
        Thread.sleep(5);
        Instant between = Instant.now();
        Thread.sleep(5);
        Issued late = tenant.create("late", "read-only");
        platform.journal().await(EventType.KEY_CREATED, late.keyId());
        Door door = tenant.as(reader);
        String day = between.toString().substring(0, 10);
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(created(door, "startDate=" + day + "&endDate=" + day))
                        .contains(early.keyId(), late.keyId()));
        assertThat(created(door, "startDate=" + between)).contains(late.keyId()).doesNotContain(early.keyId());
        assertThat(created(door, "endDate=" + between)).contains(early.keyId()).doesNotContain(late.keyId());
        assertThat(created(door, "startDate=2020-01-01&endDate=2020-12-31")).isEmpty();
        for (String bad : new String[] {
            "startDate=yesterday",
            "endDate=2026-13-01",
            "limit=0",
            "limit=501",
            "limit=x",
            "after=x",
            "type=key.adorned"
        }) {
            Answer refused = door.get("/audit?" + bad);
            assertThat(refused.status()).as(bad).isIn(400, 422);
            assertThat(refused.text("field")).isEqualTo(bad.substring(0, bad.indexOf('=')));
        }
    }

    private static List<Object> created(Door door, String query) {
        return door.get("/audit?limit=500&type=key.created&" + query).expect(200).items().stream()
                .map(event -> Answer.at(event, "data.keyId"))
                .map(Object.class::cast)
                .toList();
    }

    @Test
    void pages_follow_each_other_without_hole_or_repeat() {
        Tenant own = platform.tenant();
        Issued last = own.create("page 0", "read-only");
        for (int i = 1; i < 12; i++) {
            last = own.create("page " + i, "read-only");
        }
        own.row(last.keyId(), last.answer());
        List<Object> names = new ArrayList<>();
        @Nullable Object after = null;
        do {
            Answer page = own.api()
                    .get("/keys?limit=5" + (after == null ? "" : "&after=" + after))
                    .expect(200);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(5);
            page.items().forEach(row -> names.add(row.getOrDefault("name", "")));
            after = page.at("next");
        } while (after != null);
        assertThat(names).doesNotHaveDuplicates().hasSize(13);
        assertThat(own.api()
                        .with("Accept", "application/x-ndjson")
                        .get("/keys?limit=500")
                        .expect(200)
                        .lines())
                .hasSize(13);
    }

    @Test
    void the_audit_is_found_by_words() {
        Issued key = tenant.create("searched", "read-only");
        tenant.revoke(key.keyId(), "zanzibar incident").expect(200);
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(tenant.api()
                                .get("/audit?q=zanzibar")
                                .expect(200)
                                .items())
                        .extracting(event -> Answer.at(event, "data.keyId"))
                        .containsExactly(key.keyId()));
        assertThat(platform.tenant().api().get("/audit?q=zanzibar").expect(200).items())
                .isEmpty();
    }

    @Row("S1-75")
    @Test
    void a_siem_pulls_every_event_of_its_tenant_once_and_nothing_of_another_and_waits_for_the_next() {
        Tenant own = platform.tenant();
        Tenant other = platform.tenant();
        Issued first = own.create("pulled first", "read-only");
        Issued foreign = other.create("not to be pulled", "read-only");
        own.revoke(first.keyId(), "pulled").expect(200);
        other.revoke(foreign.keyId(), "not pulled").expect(200);
        Door door = own.as(own.create("the puller", "read-only"));

        List<Map<String, Object>> pulled = new ArrayList<>();
        String after = pull(door, null, "key.revoked", pulled);
        while (pulled.isEmpty()) {
            after = pull(door, after, "key.revoked", pulled);
        }
        assertThat(pulled).extracting(e -> Answer.at(e, "data.keyId")).containsExactly(first.keyId());
        assertThat(pulled).extracting(e -> e.get("tenantid")).containsOnly(own.id());

        Issued second = own.create("pulled second", "read-only");
        own.revoke(second.keyId(), "pulled").expect(200);
        pulled.clear();
        String next = after;
        while (pulled.isEmpty()) {
            next = pull(door, next, "key.revoked", pulled);
        }
        assertThat(pulled).extracting(e -> Answer.at(e, "data.keyId")).containsExactly(second.keyId());

        // The cursor of another tenant, of another filter, or changed.
        String query = "/audit?order=log&type=key.revoked&after=";
        for (Answer refused : List.of(
                other.api().get(query + after),
                door.get("/audit?order=log&type=key.created&after=" + after),
                door.get("/audit?order=log&after=" + after),
                door.get(query + after.substring(1)),
                door.get(query + (after.startsWith("A") ? "B" : "A") + after.substring(1)))) {
            assertThat(refused.expect(400).text("type")).endsWith("/invalid-cursor");
            assertThat(refused.text("field")).isEqualTo("after");
        }
        for (String bad : new String[] {
            "order=up", "format=stix", "wait=1h", "wait=61s", "wait=-1s", "wait=", "wait=5s&q=x", "format=cef"
        }) {
            assertThat(door.get("/audit?" + bad).status()).as(bad).isEqualTo(400);
        }
        for (String format : List.of("cloudevents", "ocsf", "ecs", "cef", "syslog")) {
            Answer answer = door.get("/audit?order=log&type=key.revoked&format=" + format)
                    .expect(200);
            assertThat(answer.body().lines()).as(format).hasSize(2);
        }
        assertThat(own.api().anonymous().get("/audit?order=log").status()).isEqualTo(401);
    }

    private static String pull(Door door, @Nullable String after, String type, List<Map<String, Object>> pulled) {
        Answer answer = door.get("/audit?wait=20s&limit=3&type=" + type + (after == null ? "" : "&after=" + after))
                .expect(200);
        pulled.addAll(answer.lines());
        return answer.headers().firstValue("Keyledger-Next").orElseThrow();
    }

    @Row("S1-75")
    @Test
    void a_siem_reads_the_audit_straight_from_kafka_with_a_principal_of_its_own() {
        Issued key = tenant.create("for the siem", "read-only");
        Properties properties = platform.kafkaProperties("siem");
        properties.setProperty("group.id", "siem.test");
        properties.setProperty("auto.offset.reset", "earliest");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(java.util.regex.Pattern.compile("keyledger\\.audit\\..*"));
            await().atMost(Edges.SOON).until(() -> {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (new String(record.value(), StandardCharsets.UTF_8).contains(key.keyId())) {
                        return true;
                    }
                }
                return false;
            });
        }
    }
}
