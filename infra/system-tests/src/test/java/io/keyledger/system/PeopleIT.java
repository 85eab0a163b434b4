package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.access.PersonAssertion;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** People: made, signed in, let act by a signed word of query-service, held to their roles, and shut out. */
@OnPlatform
@Order(45)
class PeopleIT {
    private static final String PASSWORD = "correct horse battery";
    private static final AtomicInteger LOGINS = new AtomicInteger();

    private final RunningPlatform platform;
    private final Tenant tenant;
    private final PrivateKey signing;

    PeopleIT(RunningPlatform platform) throws IOException {
        this.platform = platform;
        this.tenant = platform.tenant();
        this.signing = AssertionKeys.signing(platform.dataDir().resolve("secrets/assertion.key"));
    }

    /** A person of the tenant, whose word is signed as query-service does it. */
    private final class Somebody {
        private final String login;
        private final OwnerId id;

        Somebody(String login, String id) {
            this.login = login;
            this.id = new OwnerId(id);
        }

        Answer ask(String method, String path, @Nullable Map<String, ? extends @Nullable Object> body) {
            return PeopleIT.this.ask(word(method, path, body), method, path, body);
        }

        String word(String method, String path, @Nullable Map<String, ? extends @Nullable Object> body) {
            return word(method, path, body, Instant.now()).sign(signing);
        }

        PersonAssertion word(
                String method, String path, @Nullable Map<String, ? extends @Nullable Object> body, Instant now) {
            byte[] bytes = body == null ? new byte[0] : CanonicalJson.bytes(body);
            return PersonAssertion.of(
                    id, new TenantId(tenant.id()), "session", method, path, bytes, "203.0.113.9", "req_people", now);
        }

        Issued create(String name, @Nullable Object... more) {
            return Issued.of(ask("POST", "/api/v1/keys", Tenant.body(name, "read-only", more))
                    .expect(201));
        }
    }

    private Answer ask(
            String word, String method, String path, @Nullable Map<String, ? extends @Nullable Object> body) {
        return platform.forwarder()
                .with(PersonAssertion.HEADER, word)
                .send(
                        method,
                        path,
                        body == null ? null : new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8));
    }

    private Somebody somebody(String... roles) {
        return somebody(Map.of(), roles);
    }

    private Somebody somebody(Map<String, Object> more, String... roles) {
        String login = "person-" + LOGINS.incrementAndGet() + "@example.org";
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("login", login);
        body.put("displayName", "Somebody");
        body.put("password", PASSWORD);
        body.put("roles", List.of(roles));
        body.putAll(more);
        Answer made = tenant.api().post("/users", body).expect(201);
        assertThat(made.body()).doesNotContain(PASSWORD).doesNotContain("argon2");
        return new Somebody(login, made.text("userId"));
    }

    private Answer signIn(String login, String password, String ip) {
        return platform.forwarder()
                .post(
                        "/internal/sign-in",
                        Map.of(
                                "tenant",
                                tenant.id(),
                                "login",
                                login,
                                "password",
                                password,
                                "ip",
                                ip,
                                "userAgent",
                                "t/1"));
    }

    private static void assertProblem(Answer answer, int status, String slug) {
        answer.expect(status);
        assertThat(answer.text("type")).endsWith("/" + slug);
    }

    private void roles(Somebody person, String... roles) {
        tenant.api()
                .put("/users/" + person.id + "/roles", Map.of("roles", List.of(roles)))
                .expect(200);
    }

    @Test
    void a_person_signs_in_and_nobody_learns_more_from_a_failure() {
        Somebody alice = somebody("developer");
        Answer in = signIn(alice.login.toUpperCase(java.util.Locale.ROOT), PASSWORD, "203.0.113.1")
                .expect(200);
        assertThat(in.text("userId")).isEqualTo(alice.id.value());
        assertThat(in.at("roles")).isEqualTo(List.of("developer"));

        Answer wrong = signIn(alice.login, "wrong password!", "203.0.113.2");
        assertProblem(wrong, 401, "sign-in-failed");
        Answer unknown = signIn("nobody@example.org", PASSWORD, "203.0.113.2");
        assertThat(unknown.body().replaceAll("req_[0-9A-Z]+", ""))
                .isEqualTo(wrong.body().replaceAll("req_[0-9A-Z]+", ""));
        assertThat(unknown.status()).isEqualTo(401);

        Answer row = tenant.api().get("/users/" + alice.id).expect(200);
        assertThat(row.text("lastLoginAt")).isNotBlank();
        assertProblem(platform.tenant().api().get("/users/" + alice.id), 404, "no-such-user");
        await().atMost(Edges.SOON).untilAsserted(() -> {
            List<String> types = audit("auth.login");
            assertThat(types)
                    .anySatisfy(event -> assertThat(event)
                            .contains(alice.id.value(), "\"method\":\"password\"", "\"signInId\":\"sin_")
                            .doesNotContain("203.0.113.1")
                            .doesNotContain(alice.login)
                            .doesNotContain("Somebody"));
        });
        platform.forwarder()
                .post(
                        "/internal/sign-out",
                        Map.of("tenant", tenant.id(), "userId", alice.id.value(), "ip", "203.0.113.1"))
                .expect(200);
        Answer again = platform.forwarder()
                .post(
                        "/internal/re-authenticate",
                        Map.of("tenant", tenant.id(), "userId", alice.id.value(), "password", "not it, sorry"));
        assertProblem(again, 401, "sign-in-failed");
    }

    private List<String> audit(String type) {
        return tenant.api().get("/audit?type=" + type).expect(200).items().stream()
                .map(item -> new String(CanonicalJson.bytes(item), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void tries_are_bounded_by_name_and_by_address() {
        Somebody alice = somebody("viewer");
        for (int i = 0; i < 10; i++) {
            signIn(alice.login, "wrong password!", "198.51.100." + i).expect(401);
        }
        Answer tooMany = signIn(alice.login, PASSWORD, "198.51.100.99");
        assertProblem(tooMany, 429, "too-many-tries");
        assertThat(tooMany.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 60L);
        for (int i = 0; i < 10; i++) {
            signIn("nobody-" + i, "wrong password!", "198.51.100.200").expect(401);
        }
        signIn("nobody-11", "wrong password!", "198.51.100.200").expect(429);
    }

    @Test
    void a_person_acts_by_the_word_of_query_service_and_by_nothing_like_it() {
        Somebody alice = somebody("developer");
        Map<String, @Nullable Object> body = Tenant.body("Alice's key", "read-only");
        String path = "/api/v1/keys";
        Answer made = alice.ask("POST", path, body).expect(201);
        assertThat(made.text("owner")).isEqualTo(alice.id.value());
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(audit("key.created"))
                        .anySatisfy(event -> assertThat(event)
                                .contains(
                                        "\"authid\":\"" + alice.id + "\"",
                                        "\"authtype\":\"user\"",
                                        made.text("keyId"))));

        String word = alice.word("POST", path, body);
        Map<String, @Nullable Object> other = Tenant.body("Another", "read-only");
        assertProblem(ask(word, "POST", path, other), 401, "unauthorized");
        assertProblem(ask(word, "POST", path + "/revoke", body), 401, "unauthorized");
        assertProblem(ask(word, "POST", path + "?x=1", body), 401, "unauthorized");
        // By the operator, who may ask for much, but not in the name of others.
        assertProblem(
                platform.command()
                        .with(PersonAssertion.HEADER, word)
                        .send("POST", path, new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8)),
                403,
                "peer-not-allowed");
        // From outside: it is never passed on.
        assertThat(platform.api()
                        .with(PersonAssertion.HEADER, word)
                        .post("/keys", body)
                        .status())
                .isIn(400, 401, 403);
        // Beside a key: one of both is one too many.
        assertProblem(
                platform.forwarder()
                        .with(PersonAssertion.HEADER, word)
                        .as(tenant.bootstrapKey())
                        .send("POST", path, new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8)),
                401,
                "unauthorized");

        String forged = alice.word("POST", path, body, Instant.now())
                .sign(AssertionKeys.make().getPrivate());
        assertProblem(ask(forged, "POST", path, body), 401, "unauthorized");
        String old = alice.word("POST", path, body, Instant.now().minus(Duration.ofSeconds(60)))
                .sign(signing);
        assertProblem(ask(old, "POST", path, body), 401, "unauthorized");

        Map<String, @Nullable Object> second = Tenant.body("Second", "read-only");
        String once = alice.word("POST", path, second);
        ask(once, "POST", path, second).expect(201);
        assertProblem(ask(once, "POST", path, second), 401, "unauthorized");

        Somebody ghost = new Somebody("ghost", "usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
        assertProblem(ghost.ask("POST", path, body), 401, "unauthorized");
    }

    @Row({"S3-08", "S3-09", "S3-07", "S3-10", "S3-11"})
    @Test
    void roles_decide_what_a_person_does_to_whose_keys() {
        Somebody alice = somebody("developer");
        Somebody bob = somebody("developer");
        Somebody admin = somebody("tenant-admin");
        Issued key = alice.create("Alice's own");
        String revoke = "/api/v1/keys/" + key.keyId() + "/revoke";
        Answer refused = bob.ask("POST", revoke, Map.of());
        assertProblem(refused, 403, "not-permitted");
        assertThat(refused.text("detail")).contains("keys:revoke");
        Answer many = bob.ask("POST", "/api/v1/keys/revoke", Map.of("keyIds", List.of(key.keyId())));
        assertProblem(many, 403, "not-permitted");
        assertProblem(bob.ask("GET", "/api/v1/users", null), 403, "not-permitted");
        assertProblem(bob.ask("POST", "/api/v1/tenants", Map.of("tenantId", "t_mine")), 403, "not-permitted");
        assertProblem(alice.ask("POST", "/api/v1/keys", Tenant.body("Too wide", "admin")), 403, "scope-above-ceiling");
        // A key of another tenant is not there, whoever asks.
        Issued elsewhere = platform.tenant().create("Elsewhere", "read-only");
        assertProblem(admin.ask("POST", "/api/v1/keys/" + elsewhere.keyId() + "/revoke", Map.of()), 404, "no-such-key");

        // In the separated preset an admin revokes, and needs the role developer for more.
        tenant.settings(Map.of("roles.preset", "separated")).expect(200);
        Answer noRole = admin.ask("POST", "/api/v1/keys", Tenant.body("Mine", "read-only"));
        assertProblem(noRole, 403, "role-missing");
        assertProblem(
                admin.ask("PATCH", "/api/v1/keys/" + key.keyId(), Map.of("name", "Theirs")), 403, "not-permitted");
        admin.ask("PUT", "/api/v1/users/" + admin.id + "/roles", Map.of("roles", List.of("tenant-admin", "developer")))
                .expect(200);
        admin.create("Mine");
        admin.ask("POST", revoke, Map.of()).expect(200);
        tenant.settings(Map.of("roles.preset", "central")).expect(200);
    }

    @Test
    void nobody_becomes_a_tenant_admin_by_the_secret_of_a_key() {
        Somebody kim = somebody("key-admin", "developer");
        Somebody root = somebody("tenant-admin");
        Answer refused = kim.ask("POST", "/api/v1/keys", Tenant.body("A way up", "admin"));
        assertProblem(refused, 403, "admin-scope-reserved");
        assertThat(refused.text("detail")).contains("users:write", "read-write", "tenant-admin");
        Issued own = kim.create("No way up");
        Answer widened = kim.ask("PATCH", "/api/v1/keys/" + own.keyId(), Map.of("scope", "admin"));
        assertProblem(widened, 403, "admin-scope-reserved");
        kim.ask("PATCH", "/api/v1/keys/" + own.keyId(), Map.of("scope", "read-write"))
                .expect(200);

        Issued admins = Issued.of(root.ask("POST", "/api/v1/keys", Tenant.body("Automation", "admin"))
                .expect(201));
        String path = "/api/v1/keys/" + admins.keyId();
        Answer rotated = kim.ask("POST", path + "/rotate", Map.of());
        assertProblem(rotated, 403, "admin-scope-reserved");
        assertThat(rotated.body()).doesNotContain("kl_k_");
        // What was decided behind the door is in the audit as what was decided at it. From an address of its own: many
        // refusals of one are counted together.
        String word = kim.word("POST", path + "/rotate", Map.of());
        assertProblem(
                platform.forwarder()
                        .with(PersonAssertion.HEADER, word)
                        .with("X-Keyledger-Client-Ip", "198.51.100.77")
                        .send("POST", path + "/rotate", "{}"),
                403,
                "admin-scope-reserved");
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(audit("auth.failed"))
                        .anySatisfy(event -> assertThat(event)
                                .contains(path + "/rotate", "198.51.100.77", "\"forbidden\"", "keys:rotate")));
        // By a token of hers as little as by herself.
        Issued token = kim.create("Kim's token", "kind", "personal", "description", "scripts", "scope", "admin");
        Door byToken = platform.api().as(token.key());
        assertProblem(byToken.post("/keys", Tenant.body("By token", "admin")), 403, "admin-scope-reserved");
        assertProblem(byToken.post("/keys/" + admins.keyId() + "/rotate", Map.of()), 403, "admin-scope-reserved");
        Issued rootsToken = Issued.of(root.ask(
                        "POST",
                        "/api/v1/keys",
                        Tenant.body("Root's token", "admin", "kind", "personal", "description", "scripts"))
                .expect(201));
        assertProblem(
                kim.ask("POST", "/api/v1/keys/" + rootsToken.keyId() + "/rotate", Map.of()), 403, "person-needed");
        assertProblem(tenant.api().post("/keys/" + rootsToken.keyId() + "/rotate", Map.of()), 403, "person-needed");

        // Who may write users may: in person, and by a key of scope admin.
        Issued second = Issued.of(root.ask("POST", path + "/rotate", Map.of("gracePeriod", "PT0S"))
                .expect(200));
        Issued third = Issued.of(platform.api()
                .as(second.key())
                .post("/keys", Tenant.body("By key", "admin"))
                .expect(201));
        platform.api()
                .as(third.key())
                .patch("/keys/" + own.keyId(), Map.of("scope", "admin"))
                .expect(200);
        // What narrows is open to a key-admin as before.
        kim.ask("POST", path + "/suspend", Map.of()).expect(200);
        kim.ask("POST", path + "/revoke", Map.of()).expect(200);
    }

    @Row({"S3-05", "S3-35", "S3-36", "S3-37"})
    @Test
    void each_of_the_three_conditions_of_self_service_has_its_own_problem() {
        Somebody alice = somebody("developer");
        Somebody admin = somebody("key-admin");
        Map<String, @Nullable Object> body = Tenant.body("Self-service", "read-only");
        Answer own = tenant.api().put("/settings", Map.of("entitlements.selfService", false));
        assertProblem(own, 403, "operator-only");
        String entitlements = "/internal/tenants/" + tenant.id() + "/entitlements";
        assertProblem(platform.forwarder().put(entitlements, Map.of("selfService", false)), 403, "peer-not-allowed");
        platform.command().put(entitlements, Map.of("selfService", false)).expect(200);
        assertProblem(alice.ask("POST", "/api/v1/keys", body), 403, "self-service-not-entitled");
        platform.command().put(entitlements, Map.of("selfService", true)).expect(200);

        Answer switched = admin.ask("PUT", "/api/v1/settings", Map.of("keys.enabled", false));
        assertProblem(switched, 403, "not-permitted");
        assertThat(switched.text("detail")).contains("settings:switch");
        somebody("tenant-admin")
                .ask("PUT", "/api/v1/settings", Map.of("keys.enabled", false))
                .expect(200);
        assertProblem(alice.ask("POST", "/api/v1/keys", body), 409, "keys-switched-off");
        tenant.settings(Map.of("keys.enabled", true)).expect(200);

        assertProblem(somebody("viewer").ask("POST", "/api/v1/keys", body), 403, "role-missing");
        alice.ask("POST", "/api/v1/keys", body).expect(201);
    }

    @Test
    void a_disabled_person_is_out_at_once_with_every_key_at_every_edge() {
        Somebody alice = somebody("developer");
        Issued key = alice.create("Alice's");
        Issued token = alice.create("Alice's token", "kind", "personal", "description", "for scripts");
        Issued others = tenant.create("Service", "read-only", "owner", "svc_other");
        for (int i = 1; i <= RunningPlatform.EDGES; i++) {
            assertThat(Edges.code(platform.edge(i), key.key())).isEqualTo("accepted");
            assertThat(Edges.code(platform.edge(i), token.key())).isEqualTo("accepted");
        }
        Answer disabled = tenant.api()
                .post("/users/" + alice.id + "/disable", Map.of("reason", "left the company"))
                .expect(200);
        assertThat(disabled.at("effective")).isEqualTo(true);
        assertThat(disabled.at("enabled")).isEqualTo(false);
        assertThat(disabled.list("edges")).hasSizeGreaterThanOrEqualTo(RunningPlatform.EDGES + 1);
        for (int i = 1; i <= RunningPlatform.EDGES; i++) {
            assertThat(Edges.code(platform.edge(i), key.key())).isEqualTo("disabled");
            assertThat(Edges.code(platform.edge(i), token.key())).isEqualTo("disabled");
            assertThat(Edges.code(platform.edge(i), others.key())).isEqualTo("accepted");
        }
        assertThat(tenant.as(key).get("/keys").status()).isEqualTo(401);
        assertProblem(alice.ask("POST", "/api/v1/keys", Tenant.body("More", "read-only")), 401, "unauthorized");
        assertProblem(signIn(alice.login, PASSWORD, "203.0.113.3"), 401, "sign-in-failed");
        assertProblem(tenant.api().post("/users/" + alice.id + "/disable", Map.of()), 409, "already-disabled");

        tenant.api().post("/users/" + alice.id + "/enable", Map.of()).expect(200);
        await().atMost(Edges.SOON)
                .untilAsserted(() ->
                        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted"));
        signIn(alice.login, PASSWORD, "203.0.113.3").expect(200);
    }

    @Test
    void there_is_always_somebody_who_governs_people() {
        Tenant fresh = platform.tenant();
        Answer only = fresh.api()
                .post(
                        "/users",
                        Map.of(
                                "login",
                                "root",
                                "displayName",
                                "Root",
                                "password",
                                PASSWORD,
                                "roles",
                                List.of("tenant-admin")))
                .expect(201);
        String path = "/users/" + only.text("userId");
        assertProblem(fresh.api().post(path + "/disable", Map.of()), 409, "last-tenant-admin");
        assertProblem(fresh.api().put(path + "/roles", Map.of("roles", List.of())), 409, "last-tenant-admin");
        assertProblem(
                fresh.api().post("/users", Map.of("login", "ROOT", "displayName", "Two", "roles", List.of())),
                409,
                "login-taken");
        fresh.api()
                .post("/users", Map.of("login", "second", "displayName", "Second", "roles", List.of("tenant-admin")))
                .expect(201);
        fresh.api().post(path + "/disable", Map.of()).expect(200);
    }

    @Row({"S4-32", "S4-35", "S4-37", "S4-41", "S4-42", "S4-44", "S4-45"})
    @Test
    void a_personal_token_is_for_a_purpose_one_of_ten_and_never_more_than_its_owner() {
        Somebody alice = somebody("viewer");
        Map<String, @Nullable Object> body = Tenant.body("Token", "admin", "kind", "personal");
        Answer noPurpose = alice.ask("POST", "/api/v1/keys", body);
        assertProblem(noPurpose, 400, "missing-field");
        assertThat(noPurpose.text("field")).isEqualTo("description");
        Issued token = Issued.of(alice.ask(
                        "POST",
                        "/api/v1/keys",
                        Tenant.body("Token", "admin", "kind", "personal", "description", "dashboards at home"))
                .expect(201));
        assertThat(token.key()).startsWith("kl_p_");
        List<String> codes = new ArrayList<>();
        for (String permission : List.of("objects:read", "objects:write", "settings:write")) {
            codes.add(Edges.verify(platform.edge(1), token.key(), "permission", permission)
                    .text("code"));
        }
        assertThat(codes).containsExactly("accepted", "forbidden", "forbidden");
        roles(alice, "viewer", "key-admin");
        assertThat(Edges.verify(platform.edge(1), token.key(), "permission", "settings:write")
                        .text("code"))
                .isEqualTo("accepted");
        // It reads what its owner reads of the tenant, and no more: a viewer sees keys, an auditor also the audit.
        Door reading = platform.api().as(token.key());
        roles(alice, "viewer");
        reading.get("/keys").expect(200);
        assertProblem(reading.get("/audit"), 403, "forbidden");
        roles(alice, "auditor");
        reading.get("/audit").expect(200);
        roles(alice, "developer");
        // A developer reads their own keys, and so does their token; others' are not there.
        Issued others = tenant.create("Somebody else's", "read-only", "owner", "svc_other");
        Issued own = alice.create("A developer's own");
        Answer mine =
                reading.get("/keys?limit=500&minPosition=" + own.position()).expect(200);
        assertThat(mine.items())
                .hasSize(2)
                .allSatisfy(key -> assertThat(key.get("owner")).isEqualTo(alice.id.value()));
        assertThat(mine.body()).contains(own.keyId(), token.keyId()).doesNotContain(others.keyId());
        assertThat(reading.get("/keys?owner=svc_other").expect(200).items()).isEmpty();
        assertThat(reading.get("/keys?search=Somebody").expect(200).items()).isEmpty();
        assertThat(reading.get("/keys/" + own.keyId()).expect(200).text("name")).isEqualTo("A developer's own");
        assertProblem(reading.get("/keys/" + others.keyId()), 404, "no-such-key");
        assertProblem(reading.get("/keys/" + others.keyId() + "/usage"), 403, "forbidden");
        // Nor is the past of others' keys there; what is about the whole tenant is nobody's own.
        Map<String, String> ownCredential = Map.of("credentialId", own.credentialId());
        Map<String, String> foreign = Map.of("credentialId", others.credentialId());
        reading.get("/keys/" + own.keyId() + "/history").expect(200);
        reading.post("/decisions/explain", ownCredential).expect(200);
        assertProblem(reading.get("/keys/" + others.keyId() + "/history"), 404, "no-such-key");
        assertProblem(reading.get("/keys/" + others.keyId() + "/diff?from=2026-01-01T00:00:00Z"), 404, "no-such-key");
        assertProblem(reading.post("/decisions/explain", foreign), 404, "no-such-key");
        assertProblem(reading.post("/incidents", ownCredential), 403, "forbidden");
        assertProblem(reading.post("/simulations", Map.of("owner", alice.id.value())), 403, "forbidden");
        assertProblem(reading.get("/audit"), 403, "forbidden");
        roles(alice, "viewer", "key-admin");
        // What its owner may not do, it may not do either, whatever its scope says.
        assertProblem(
                platform.api()
                        .as(token.key())
                        .post("/users", Map.of("login", "x", "displayName", "X", "roles", List.of("tenant-admin"))),
                403,
                "not-permitted");
        roles(alice, "viewer");
        assertThat(Edges.verify(platform.edge(1), token.key(), "permission", "settings:write")
                        .text("code"))
                .isEqualTo("forbidden");

        for (int i = 2; i <= 10; i++) {
            alice.create("Token " + i, "kind", "personal", "description", "one of many");
        }
        Answer eleventh = alice.ask(
                "POST",
                "/api/v1/keys",
                Tenant.body("Token 11", "read-only", "kind", "personal", "description", "one too many"));
        assertProblem(eleventh, 409, "too-many-keys");
        assertThat(eleventh.text("detail")).contains("personal.maxPerOwner");
        assertThat(eleventh.number("limit")).isEqualTo(10);
        assertProblem(
                tenant.tryCreate("Not a person", "read-only", "kind", "personal", "description", "x"),
                403,
                "person-needed");
        Issued rotated = Issued.of(alice.ask("POST", "/api/v1/keys/" + token.keyId() + "/rotate", Map.of())
                .expect(200));
        assertThat(rotated.key()).startsWith("kl_p_");
    }

    @Row("S4-39")
    @Test
    void the_end_of_a_support_account_can_be_moved_as_long_as_it_is_not_over() {
        Somebody support =
                somebody(Map.of("accessEndsAt", Instant.now().plusSeconds(6).toString()), "developer");
        Issued token = support.create("Script", "kind", "personal", "description", "for the ticket");
        String path = "/users/" + support.id + "/access";
        Instant later = Instant.now().plusSeconds(14);
        Map<String, Object> body = Map.of("accessEndsAt", later.toString());
        assertProblem(somebody("key-admin").ask("PUT", "/api/v1" + path, body), 403, "not-permitted");
        assertProblem(tenant.api().put("/users/" + somebody("viewer").id + "/access", body), 422, "invalid-value");
        assertProblem(tenant.api().put(path, Map.of("accessEndsAt", "2020-01-01T00:00:00Z")), 422, "invalid-value");
        tenant.api().put(path, body).expect(200);
        await().pollDelay(Duration.ofSeconds(7))
                .atMost(Duration.ofSeconds(9))
                .untilAsserted(() ->
                        assertThat(Edges.code(platform.edge(1), token.key())).isEqualTo("accepted"));
        await().atMost(Edges.SOON)
                .untilAsserted(() ->
                        assertThat(Edges.code(platform.edge(1), token.key())).isEqualTo("deleted"));
        assertThat(Instant.now()).isAfter(later);
        assertProblem(tenant.api().put(path, Map.of("accessEndsAt", "2099-01-01T00:00:00Z")), 409, "access-ended");
        assertThat(audit("user.access-extended"))
                .anySatisfy(event -> assertThat(event).contains(support.id.value()));
    }

    @Row({"S4-16", "S4-17", "S4-43"})
    @Test
    void a_personal_token_without_a_scope_reaches_only_what_asks_for_no_permission() {
        Somebody alice = somebody("key-admin");
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", "No scope");
        body.put("kind", "personal");
        body.put("description", "later perhaps");
        Issued token = Issued.of(alice.ask("POST", "/api/v1/keys", body).expect(201));
        assertThat(token.answer().text("scope")).isEqualTo("default");
        assertThat(Edges.code(platform.edge(1), token.key())).isEqualTo("accepted");
        for (String permission : List.of("objects:read", "keys:read", "http:read")) {
            assertThat(Edges.verify(platform.edge(1), token.key(), "permission", permission)
                            .text("code"))
                    .as(permission)
                    .isEqualTo("forbidden");
        }
        assertProblem(platform.api().as(token.key()).get("/keys"), 403, "forbidden");
        alice.ask("PATCH", "/api/v1/keys/" + token.keyId(), Map.of("scope", "read-only"))
                .expect(200);
        await().atMost(Edges.SOON)
                .untilAsserted(
                        () -> assertThat(Edges.verify(platform.edge(1), token.key(), "permission", "objects:read")
                                        .text("code"))
                                .isEqualTo("accepted"));
        // Of a key one is chosen.
        assertProblem(tenant.api().post("/keys", Map.of("name", "None")), 400, "missing-field");
        assertProblem(tenant.tryCreate("None", "default"), 422, "invalid-value");
    }

    @Row({"S4-38", "S4-39"})
    @Test
    void a_support_account_loses_everything_when_its_time_is_over() {
        Instant end = Instant.now().plusSeconds(6);
        Somebody support = somebody(Map.of("accessEndsAt", end.toString()), "developer");
        Issued key = support.create("For the ticket");
        Issued token = support.create("Script", "kind", "personal", "description", "for the ticket");
        assertThat(Edges.code(platform.edge(2), key.key())).isEqualTo("accepted");
        await().atMost(Edges.SOON).untilAsserted(() -> {
            for (int i = 1; i <= RunningPlatform.EDGES; i++) {
                assertThat(Edges.code(platform.edge(i), key.key())).isEqualTo("disabled");
                assertThat(Edges.code(platform.edge(i), token.key())).isEqualTo("deleted");
            }
        });
        assertThat(Instant.now()).isAfter(end);
        assertThat(Duration.between(end, Instant.now())).isLessThan(Duration.ofSeconds(20));
        assertProblem(support.ask("POST", "/api/v1/keys", Tenant.body("More", "read-only")), 401, "unauthorized");
        assertProblem(tenant.api().post("/users/" + support.id + "/enable", Map.of()), 409, "access-ended");
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(audit("user.access-ended"))
                        .anySatisfy(
                                event -> assertThat(event).contains(support.id.value(), "\"authtype\":\"system\"")));
    }

    @Test
    void names_and_passwords_of_people_stand_in_no_event_and_passwords_only_as_hashes() throws SQLException {
        Somebody alice = somebody("developer");
        tenant.api()
                .put("/users/" + alice.id + "/password", Map.of("password", "another long password"))
                .expect(200);
        assertProblem(
                tenant.api().put("/users/" + alice.id + "/password", Map.of("password", "short")),
                422,
                "invalid-value");
        signIn(alice.login, "another long password", "203.0.113.4").expect(200);
        tenant.api()
                .patch("/users/" + alice.id, Map.of("displayName", "Alice Liddell"))
                .expect(200);
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement()) {
            assertThat(count(
                            statement,
                            "select count(*) from command.domain_event where payload::text ~ 'Liddell|example.org|password\"|argon2'"
                                    + " and payload_type like 'user.%' and payload_type <> 'user.updated.v1'"))
                    .isZero();
            assertThat(
                            count(
                                    statement,
                                    "select count(*) from command.ledger where convert_from(bytes, 'UTF8') ~ 'Liddell|argon2|another long'"))
                    .isZero();
            assertThat(
                            count(
                                    statement,
                                    "select count(*) from verifier.password where hash not like '$argon2id$v=19$m=19456,t=2,p=1$%'"))
                    .isZero();
            assertThat(count(
                            statement, "select count(*) from command.idempotency where result ~ 'argon2|another long'"))
                    .isZero();
        }
        for (Path log : logs()) {
            assertThat(log)
                    .content(StandardCharsets.UTF_8)
                    .doesNotContain(PASSWORD)
                    .doesNotContain("another long password");
        }
    }

    private List<Path> logs() {
        return List.of(
                platform.dataDir().resolve("logs/command-service.log"),
                platform.dataDir().resolve("logs/query-service.log"));
    }

    private static long count(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void who_came_by_an_identity_provider_has_no_role_until_somebody_gives_one() {
        Map<String, Object> came = Map.of(
                "tenant",
                tenant.id(),
                "issuer",
                "https://idp.example.org",
                "subject",
                "s-1",
                "name",
                "Carol",
                "ip",
                "203.0.113.5");
        Answer first = platform.forwarder().post("/internal/sign-in/oidc", came).expect(200);
        Answer second =
                platform.forwarder().post("/internal/sign-in/oidc", came).expect(200);
        assertThat(second.text("userId")).isEqualTo(first.text("userId"));
        assertThat(first.at("roles")).isEqualTo(List.of());
        Somebody carol = new Somebody("", first.text("userId"));
        assertProblem(carol.ask("GET", "/api/v1/settings", null), 403, "not-permitted");
        roles(carol, "auditor");
        carol.ask("GET", "/api/v1/settings", null).expect(200);
        Answer names = platform.forwarder()
                .post("/internal/people", Map.of("tenant", tenant.id(), "ids", List.of(carol.id.value(), "svc_x")))
                .expect(200);
        assertThat(names.items()).hasSize(1);
        assertThat(names.text("items.0.displayName")).isEqualTo("Carol");
        assertThat(platform.forwarder()
                        .get("/internal/people?tenant=" + tenant.id() + "&search=carol")
                        .expect(200)
                        .items())
                .hasSize(1);
        assertThat(platform.command()
                        .get("/internal/people?tenant=" + tenant.id() + "&search=carol")
                        .status())
                .isEqualTo(403);
    }
}
