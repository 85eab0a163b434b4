package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.EventType;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.access.PersonAssertion;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What a key may be used for beyond its scope: asked through the API, held to by edges and by the API itself. */
@OnPlatform
@Order(47)
class ConditionsIT {
    private static final String HOME = "192.0.2.9";
    private static final String AWAY = "198.51.100.9";

    private final RunningPlatform platform;
    private final Tenant tenant;

    ConditionsIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    private static Map<String, @Nullable Object> policy(@Nullable Object... members) {
        Map<String, @Nullable Object> policy = new HashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            policy.put(String.valueOf(members[i]), members[i + 1]);
        }
        return policy;
    }

    private Issued bound(String name, @Nullable Object... members) {
        return tenant.create(name, "read-write", "policy", policy(members));
    }

    private String code(Issued key, String permission, String method, String path, String ip) {
        return Edges.verify(
                        platform.edge(1), key.key(), "permission", permission, "method", method, "path", path, "ip", ip)
                .expect(200)
                .text("code");
    }

    private String codeFrom(Issued key, String ip) {
        return code(key, "orders:read", "GET", "/orders/7", ip);
    }

    private Answer change(Issued key, @Nullable Object policy) {
        String path = "/keys/" + key.keyId();
        Answer changed = (policy == null
                        ? tenant.api().send("PATCH", path, "{\"policy\":null}")
                        : tenant.api().patch(path, Map.of("policy", policy)))
                .expect(200);
        // Every edge has it when this is answered, or the answer says that one has not.
        assertThat(changed.at("usable")).isEqualTo(true);
        return changed;
    }

    @Row({"S5-16", "S5-17", "S5-18"})
    @Test
    void a_key_is_held_to_the_apis_operations_and_resources_of_its_policy() {
        Issued key = bound(
                "reads orders, one report",
                "permissions",
                List.of("orders:*", "reports:read"),
                "routes",
                List.of(Map.of("methods", List.of("GET"), "path", "/orders/**"), Map.of("path", "/reports/*/monthly")));
        assertThat(code(key, "orders:read", "GET", "/orders/7/items", HOME)).isEqualTo("accepted");
        assertThat(code(key, "reports:read", "POST", "/reports/7/monthly", HOME))
                .isEqualTo("accepted");
        assertThat(code(key, "objects:read", "GET", "/orders/7", HOME)).isEqualTo("permission-not-allowed");
        assertThat(code(key, "reports:write", "GET", "/orders/7", HOME)).isEqualTo("permission-not-allowed");
        assertThat(code(key, "orders:write", "POST", "/orders/7", HOME)).isEqualTo("route-not-allowed");
        assertThat(code(key, "orders:read", "GET", "/orders/../admin", HOME)).isEqualTo("route-not-allowed");
        assertThat(code(key, "orders:read", "GET", "/orders/..%2fadmin", HOME)).isEqualTo("route-not-allowed");
        assertThat(code(key, "reports:read", "GET", "/reports/7/daily", HOME)).isEqualTo("route-not-allowed");
        // Its scope is still its scope.
        assertThat(code(key, "settings:write", "GET", "/orders/7", HOME)).isEqualTo("forbidden");
        // At a gateway the bearer learns 403 and no more.
        Issued routes = bound("one route", "routes", List.of(Map.of("path", "/open/*")));
        Edges.authorize(platform.edge(1), routes.key(), "GET", "/open/7").expect(204);
        Answer refused = Edges.authorize(platform.edge(1), routes.key(), "GET", "/closed")
                .expect(403);
        assertThat(refused.body()).doesNotContain("/open");
    }

    @Row("S5-29")
    @Test
    void addresses_count_at_edges_and_at_the_api_and_a_change_is_in_effect_when_it_is_answered() {
        Issued key = tenant.create("office only", "admin", "policy", policy("addresses", List.of("192.0.2.0/24")));
        assertThat(codeFrom(key, HOME)).isEqualTo("accepted");
        assertThat(codeFrom(key, "::ffff:" + HOME)).isEqualTo("accepted");
        assertThat(codeFrom(key, AWAY)).isEqualTo("address-not-allowed");
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("address-not-allowed");
        // Both doors of the API: reading is judged by query-service, changing by command-service.
        tenant.as(key).get("/keys").expect(403);
        tenant.as(key).post("/keys", Tenant.body("from elsewhere", "read-only")).expect(403);

        change(key, policy("addresses", List.of("198.51.100.0/24", "127.0.0.0/8", "::1/128")));
        for (int edge = 1; edge <= 3; edge++) {
            assertThat(Edges.verify(platform.edge(edge), key.key(), "ip", AWAY).text("code"))
                    .isEqualTo("accepted");
            assertThat(Edges.verify(platform.edge(edge), key.key(), "ip", HOME).text("code"))
                    .isEqualTo("address-not-allowed");
        }
        tenant.as(key).get("/keys?limit=1").expect(200);
        // It hands on its own policy, and no other.
        Issued child = Issued.of(
                tenant.as(key).post("/keys", Tenant.body("child", "read-only")).expect(201));
        assertThat(child.answer().at("policy.addresses"))
                .isEqualTo(List.of("198.51.100.0/24", "127.0.0.0/8", "::1/128"));
        assertThat(codeFrom(child, HOME)).isEqualTo("address-not-allowed");
        String free = "{\"name\":\"free\",\"scope\":\"read-only\",\"policy\":null}";
        assertThat(tenant.as(key).send("POST", "/keys", free).expect(403).text("type"))
                .endsWith("/policy-of-caller");

        Answer taken = change(key, null);
        assertThat(taken.at("policy")).isNull();
        assertThat(codeFrom(key, HOME)).isEqualTo("accepted");
        KeyUpdated last = (KeyUpdated) platform.journal()
                .await(EventType.KEY_UPDATED, key.keyId())
                .event()
                .data();
        assertThat(last.changed()).containsExactly("policy");
        KeyCreated created = (KeyCreated) platform.journal()
                .await(EventType.KEY_CREATED, child.keyId())
                .event()
                .data();
        assertThat(Objects.requireNonNull(created.policy()).addresses())
                .containsExactly("198.51.100.0/24", "127.0.0.0/8", "::1/128");
    }

    @Row("S5-29")
    @Test
    void a_policy_outlives_the_rotation_of_its_key() {
        Issued key = bound("rotated", "addresses", List.of("192.0.2.0/24"));
        Issued next = tenant.rotate(key.keyId(), "PT1H");
        for (Issued credential : List.of(key, next)) {
            assertThat(codeFrom(credential, HOME)).isEqualTo("accepted");
            assertThat(codeFrom(credential, AWAY)).isEqualTo("address-not-allowed");
        }
        // And a change reaches both.
        change(key, policy("addresses", List.of("198.51.100.0/24")));
        for (Issued credential : List.of(key, next)) {
            assertThat(codeFrom(credential, AWAY)).isEqualTo("accepted");
            assertThat(codeFrom(credential, HOME)).isEqualTo("address-not-allowed");
        }
    }

    @Row("S5-29")
    @Test
    void hours_and_a_begin_are_held_to() {
        LocalTime now = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        String before = now.minusHours(2).toString();
        String after = now.plusHours(2).toString();
        Issued open = bound("open now", "hours", List.of(Map.of("from", before, "to", after, "zone", "UTC")));
        assertThat(codeFrom(open, HOME)).isEqualTo("accepted");
        Issued closed = bound("closed now", "hours", List.of(Map.of("from", after, "to", before, "zone", "UTC")));
        assertThat(codeFrom(closed, HOME)).isEqualTo("outside-hours");
        Edges.authorize(platform.edge(1), closed.key(), "GET", "/x").expect(403);
        change(closed, policy("hours", List.of(Map.of("from", before, "to", after, "zone", "UTC"))));
        assertThat(codeFrom(closed, HOME)).isEqualTo("accepted");

        Issued later = bound(
                "from tomorrow",
                "notBefore",
                Instant.now().plus(1, ChronoUnit.DAYS).toString());
        assertThat(codeFrom(later, HOME)).isEqualTo("not-yet-valid");
        Edges.authorize(platform.edge(1), later.key(), "GET", "/x").expect(401);
        change(later, policy("notBefore", Instant.now().minusSeconds(60).toString()));
        assertThat(codeFrom(later, HOME)).isEqualTo("accepted");
    }

    @Row("S5-29")
    @Test
    void a_country_that_cannot_be_told_is_refused() {
        Issued key = bound("from Switzerland", "countries", List.of("CH"));
        // An address of documentation, which no file knows.
        assertThat(codeFrom(key, HOME)).isEqualTo("country-not-allowed");
    }

    @Test
    void a_policy_that_cannot_be_meant_is_refused_by_the_name_of_its_member() {
        Answer refused = tenant.tryCreate(
                "wrong", "read-only", "policy", policy("addresses", List.of("10.0.0.0/8", "192.0.2.1/24")));
        assertThat(refused.expect(422).text("field")).isEqualTo("policy.addresses[1]");
        assertThat(refused.text("detail")).contains("192.0.2.0/24");
        assertThat(tenant.tryCreate("wrong", "read-only", "policy", policy("adresses", List.of()))
                        .expect(400)
                        .text("field"))
                .isEqualTo("policy.adresses");
    }

    @Row("S5-19")
    @Test
    void a_key_of_scope_admin_comes_with_a_warning() {
        Issued admin = tenant.create("routine, but admin", "admin");
        assertThat(admin.answer().at("warnings.0")).asString().contains("read-only");
        assertThat(tenant.create("routine", "read-write").answer().at("warnings"))
                .isNull();
    }

    @Row({"S4-33", "S4-34"})
    @Test
    void a_personal_token_is_good_only_in_the_network_and_the_countries_that_its_tenant_asks_for() throws IOException {
        Tenant strict = platform.tenant();
        PrivateKey signing = AssertionKeys.signing(platform.dataDir().resolve("secrets/assertion.key"));
        Answer person = strict.api()
                .post(
                        "/users",
                        Map.of(
                                "login",
                                "conditions@example.org",
                                "displayName",
                                "Somebody",
                                "password",
                                "correct horse battery",
                                "roles",
                                List.of("viewer")))
                .expect(201);
        Map<String, @Nullable Object> body =
                Tenant.body("Token", "read-only", "kind", "personal", "description", "from the office");
        byte[] bytes = CanonicalJson.bytes(body);
        String word = PersonAssertion.of(
                        new OwnerId(person.text("userId")),
                        new TenantId(strict.id()),
                        "session",
                        "POST",
                        "/api/v1/keys",
                        bytes,
                        HOME,
                        "req_conditions",
                        Instant.now())
                .sign(signing);
        Issued token = Issued.of(platform.forwarder()
                .with(PersonAssertion.HEADER, word)
                .send("POST", "/api/v1/keys", new String(bytes, StandardCharsets.UTF_8))
                .expect(201));
        Issued service = strict.create("a service's key", "read-only");
        assertThat(codeFrom(token, AWAY)).isEqualTo("accepted");

        Answer settings = strict.settings(Map.of("tokens.addresses", List.of("192.0.2.0/24")))
                .expect(200);
        assertThat(settings.at("effective")).isEqualTo(true);
        assertThat(codeFrom(token, HOME)).isEqualTo("accepted");
        assertThat(codeFrom(token, AWAY)).isEqualTo("address-not-allowed");
        assertThat(codeFrom(service, AWAY)).isEqualTo("accepted");
        // The API's own door is no way around it: this test asks from the machine itself.
        strict.as(token).get("/keys").expect(403);

        strict.settings(Map.of("tokens.countries", List.of("CH"))).expect(200);
        assertThat(codeFrom(token, HOME)).isEqualTo("country-not-allowed");
        assertThat(codeFrom(service, HOME)).isEqualTo("accepted");

        strict.api()
                .send("PUT", "/settings", "{\"tokens.addresses\":null,\"tokens.countries\":null}")
                .expect(200);
        assertThat(codeFrom(token, AWAY)).isEqualTo("accepted");
        assertThat(strict.settings(Map.of("tokens.addresses", List.of("10.0.0.1/8")))
                        .expect(422)
                        .text("field"))
                .isEqualTo("tokens.addresses");
    }
}
