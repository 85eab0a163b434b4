package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The past of keys, by the whole platform: real edges decided, real events tell of it. */
@OnPlatform
@Order(62)
class HistoryIT {
    private static final String HOME = "192.0.2.9";
    private static final String AWAY = "198.51.100.9";
    private static final String LINES = "application/x-ndjson";

    private final RunningPlatform platform;
    private final Tenant tenant;

    HistoryIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    private void ask(int edge, Issued key, String permission, String ip, String expected) {
        assertThat(Edges.verify(
                                platform.edge(edge),
                                key.key(),
                                "permission",
                                permission,
                                "method",
                                "GET",
                                "path",
                                "/orders/7",
                                "ip",
                                ip)
                        .expect(200)
                        .text("code"))
                .isEqualTo(expected);
    }

    private static Instant micros() throws InterruptedException {
        // Between two events, whatever the resolution of their times.
        Thread.sleep(20);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Thread.sleep(20);
        return now;
    }

    private List<String> history(Issued key, String query) {
        return tenant.api()
                .with("Accept", LINES)
                .get("/keys/" + key.keyId() + "/history" + query)
                .expect(200)
                .body()
                .lines()
                .toList();
    }

    /** A life with a bit of everything: 3 accepted and 3 refused. */
    private record Lived(Issued key, Instant begun, Instant open, Instant bound, Instant over) {}

    private Lived live() throws InterruptedException {
        Instant begun = micros();
        Issued key = tenant.create("lived", "read-write");
        ask(1, key, "orders:write", AWAY, "accepted");
        ask(1, key, "settings:write", AWAY, "forbidden");
        Instant open = micros();
        tenant.api()
                .patch(
                        "/keys/" + key.keyId(),
                        Map.of("policy", Map.of("addresses", List.of("192.0.2.0/24")), "description", "bound"))
                .expect(200);
        ask(2, key, "orders:write", AWAY, "address-not-allowed");
        ask(2, key, "orders:read", HOME, "accepted");
        ask(3, key, "orders:read", HOME, "accepted");
        Instant bound = micros();
        tenant.revoke(key.keyId(), "leaked").expect(200);
        ask(1, key, "orders:read", HOME, "revoked");
        Instant over = micros();
        platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(history(key, ""))
                        .as("created, updated, revoked, confirmed, 3 uses, 3 refusals")
                        .hasSize(10));
        return new Lived(key, begun, open, bound, over);
    }

    @Test
    void a_key_is_replayed_explained_compared_simulated_and_put_in_a_file() throws InterruptedException {
        Lived lived = live();
        streams(lived);
        asOf(lived);
        explains(lived);
        compares(lived);
        simulates(lived);
        files(lived);
    }

    private void streams(Lived lived) {
        List<String> all = history(lived.key(), "");
        assertThat(platform.journal().where(seen -> seen.names(lived.key().keyId())).stream()
                        .map(Journal.Seen::text))
                .containsExactlyInAnyOrderElementsOf(all);
        List<Map<String, Object>> events = tenant.api()
                .with("Accept", LINES)
                .get("/keys/" + lived.key().keyId() + "/history")
                .expect(200)
                .lines();
        for (int i = 0; i < all.size(); i++) {
            assertThat(history(lived.key(), "?after=" + events.get(i).get("id")))
                    .isEqualTo(all.subList(i + 1, all.size()));
        }
        tenant.api()
                .get("/keys/" + lived.key().keyId() + "/history?after=01900000-0000-7000-8000-000000000000")
                .expect(400);
        // Whoever may not read it learns nothing of it.
        tenant.api()
                .anonymous()
                .get("/keys/" + lived.key().keyId() + "/history")
                .expect(401);
    }

    private void asOf(Lived lived) {
        String path = "/keys/" + lived.key().keyId() + "?asOf=";
        Answer open = tenant.api().get(path + lived.open()).expect(200);
        assertThat(open.text("status")).isEqualTo("ACTIVE");
        assertThat(open.at("policy")).isNull();
        assertThat(open.number("requestCount")).isEqualTo(1);
        assertThat(open.number("refusedCount")).isEqualTo(1);
        Answer bound = tenant.api().get(path + lived.bound()).expect(200);
        assertThat(bound.at("policy.addresses")).isEqualTo(List.of("192.0.2.0/24"));
        assertThat(bound.number("requestCount")).isEqualTo(3);
        assertThat(tenant.api().get(path + lived.over()).expect(200).text("status"))
                .isEqualTo("REVOKED");
        assertThat(tenant.api().get(path + lived.begun()).expect(404).text("type"))
                .endsWith("/not-yet-created");
        assertThat(tenant.api()
                        .get(path + Instant.now().plus(Duration.ofHours(1)))
                        .expect(400)
                        .text("field"))
                .isEqualTo("asOf");
        String list = "/keys?limit=500&status=ACTIVE&search=" + lived.key().keyId() + "&asOf=";
        assertThat(tenant.api().get(list + lived.bound()).expect(200).items()).hasSize(1);
        assertThat(tenant.api().get(list + lived.over()).expect(200).items()).isEmpty();
        assertThat(tenant.api().get(list + lived.begun()).expect(200).items()).isEmpty();

        String before = String.valueOf(tenant.api().get("/settings").expect(200).at("keys.maxPerOwner"));
        assertThat(before).isNotEmpty();
        tenant.api().get("/settings?asOf=" + lived.bound()).expect(200);
        tenant.api().get("/settings?asOf=1999-01-01T00:00:00Z").expect(422);
        tenant.api().get("/settings?asOf=tomorrow").expect(422);
    }

    private Map<String, @Nullable Object> question(Lived lived, Instant at, String permission, String ip) {
        Map<String, @Nullable Object> question = new HashMap<>();
        question.put("key", lived.key().key());
        question.put("permission", permission);
        question.put("method", "GET");
        question.put("path", "/orders/7");
        question.put("ip", ip);
        question.put("asOf", at.toString());
        return question;
    }

    private Answer explain(Lived lived, Instant at, String permission, String ip) {
        Answer answer = tenant.api()
                .post("/decisions/explain", question(lived, at, permission, ip))
                .expect(200);
        assertThat(answer.body()).doesNotContain(Secrets.secretOf(lived.key().key()));
        return answer;
    }

    private static String cause(Answer explanation) {
        return explanation.list("facts").stream()
                .filter(fact -> Boolean.TRUE.equals(fact.get("decisive")))
                .map(fact -> String.valueOf(((Map<?, ?>) Objects.requireNonNull(fact.get("setBy"))).get("type")))
                .findFirst()
                .orElseThrow();
    }

    private void explains(Lived lived) {
        Answer accepted = explain(lived, lived.open(), "orders:write", AWAY);
        assertThat(accepted.at("allowed")).isEqualTo(true);
        assertThat(accepted.text("decidedBy")).isEqualTo("scope");
        assertThat(cause(accepted)).isEqualTo("key.created");
        Answer away = explain(lived, lived.bound(), "orders:write", AWAY);
        assertThat(away.text("code")).isEqualTo("address-not-allowed");
        assertThat(away.text("decidedBy")).isEqualTo("policy.addresses");
        assertThat(cause(away)).isEqualTo("key.updated");
        Answer over = explain(lived, lived.over(), "orders:read", HOME);
        assertThat(over.text("code")).isEqualTo("revoked");
        assertThat(cause(over)).isEqualTo("key.revoked");
        assertThat(explain(lived, lived.begun(), "orders:read", HOME).text("code"))
                .isEqualTo("unknown");
        Map<String, @Nullable Object> mistyped = question(lived, lived.open(), "orders:read", HOME);
        mistyped.put("key", Secrets.mistyped(lived.key().key()));
        assertThat(tenant.api().post("/decisions/explain", mistyped).expect(200).text("code"))
                .isEqualTo("malformed");
        // A key in the wrong place is in no error.
        Map<String, @Nullable Object> wrong =
                question(lived, lived.open(), lived.key().key(), HOME);
        Answer refused = tenant.api().post("/decisions/explain", wrong).expect(422);
        assertThat(refused.body()).doesNotContain(Secrets.secretOf(lived.key().key()));
    }

    private void compares(Lived lived) {
        Answer diff = tenant.api()
                .get("/keys/" + lived.key().keyId() + "/diff?from=" + lived.open() + "&to=" + lived.bound())
                .expect(200);
        assertThat(diff.list("events"))
                .singleElement()
                .satisfies(event -> assertThat(event).containsEntry("type", "key.updated"));
        assertThat(diff.list("changes").stream().map(change -> change.get("member")))
                .containsExactly("description", "policy.addresses");
        tenant.api()
                .get("/keys/" + lived.key().keyId() + "/diff?from=" + lived.bound() + "&to=" + lived.open())
                .expect(400);
    }

    private Answer simulate(Map<String, ?> question) throws InterruptedException {
        Answer answer = tenant.api().post("/simulations", question);
        String id = answer.text("id");
        while (!answer.text("state").equals("done")) {
            Thread.sleep(200);
            answer = tenant.api().get("/simulations/" + id);
        }
        return answer.expect(200);
    }

    private void simulates(Lived lived) throws InterruptedException {
        Map<String, Object> window = Map.of("from", lived.begun().toString());
        List<String> keys = List.of(lived.key().keyId());
        Answer unchanged = simulate(Map.of("window", window, "keys", keys));
        assertThat(unchanged.number("result.requests")).isEqualTo(6);
        assertThat(unchanged.number("result.notReproduced.requests")).isZero();
        assertThat(unchanged.number("result.reproduced") + unchanged.number("result.inFlight"))
                .isEqualTo(6);
        assertThat(unchanged.number("result.wouldRefuse.requests")).isZero();

        Answer narrower = simulate(Map.of("window", window, "keys", keys, "change", Map.of("scope", "read-only")));
        assertThat(narrower.number("result.wouldRefuse.requests")).isEqualTo(1);
        assertThat(narrower.list("result.wouldRefuse.byCode"))
                .extracting(c -> c.get("name"))
                .containsExactly("forbidden");
        Answer elsewhere = simulate(Map.of(
                "window",
                window,
                "keys",
                keys,
                "change",
                Map.of("policy", Map.of("addresses", List.of("198.51.100.0/24")))));
        assertThat(elsewhere.number("result.wouldRefuse.requests")).isEqualTo(2);
        tenant.api()
                .post("/simulations", Map.of("window", Map.of("from", "2020-01-01T00:00:00Z")))
                .expect(422);
        tenant.api().get("/simulations/sim_01JDA7T3Y90000000000000000").expect(404);

        // All that edges have decided for this tenant in all tests so far, whatever it was.
        Instant day = Instant.now().minus(Duration.ofDays(1));
        Answer everything = simulate(Map.of("window", Map.of("from", day.toString())));
        assertThat(everything.number("result.requests")).isGreaterThanOrEqualTo(6);
        assertThat(everything.list("result.notReproduced.examples")).isEmpty();
    }

    private void files(Lived lived) {
        Answer file = tenant.api()
                .post(
                        "/incidents",
                        Map.of(
                                "key",
                                "curl -H 'X-API-Key: " + lived.key().key() + "' https://api.acme.example",
                                "since",
                                lived.open().toString()))
                .expect(200);
        assertThat(file.body()).doesNotContain(Secrets.secretOf(lived.key().key()));
        assertThat(file.text("keyId")).isEqualTo(lived.key().keyId());
        assertThat(file.number("accepted")).isEqualTo(2);
        assertThat(file.number("refused")).isEqualTo(2);
        assertThat(file.list("decisions")).hasSize(4);
        assertThat(file.list("addresses")).extracting(a -> a.get("name")).containsExactly(HOME, AWAY);
        assertThat(file.at("firstDeviation.differsBy")).isEqualTo(List.of("address"));
        assertThat(file.text("end.by.type")).isEqualTo("key.revoked");
        assertThat(file.list("end.edges")).isNotEmpty();
        assertThat(file.number("end.acceptedAfterwards")).isZero();
        assertThat(file.list("rights")).hasSize(3);
        tenant.api().post("/incidents", Map.of("key", "nothing at all")).expect(422);
    }
}
