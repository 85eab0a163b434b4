package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.access.Role;
import io.keyledger.query.console.Browser.Page;
import io.keyledger.requirements.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tenants by host name, and the page of the operator who gives them theirs. */
@Row("S3-38")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostsIT {
    private static final String ACME = "keys.acme.example";
    private static final String GLOBEX = "keys.globex.example";
    private static final String SHARED = "keys.example.com";

    private ConsoleRig rig;

    @BeforeAll
    void start() {
        rig = new ConsoleRig(
                "keyledger.query.shared-hosts=localhost,127.0.0.1," + SHARED,
                "keyledger.query.console.oidc.corporate.name=Example Corp",
                "keyledger.query.console.oidc.corporate.issuer=https://login.example.com",
                "keyledger.query.console.oidc.corporate.client-id=keyledger",
                "keyledger.query.console.oidc.corporate.tenant=t_acme");
        rig.jdbc().execute("truncate tenant, setting");
        for (String tenant : List.of("t_default", "t_acme", "t_globex", "t_plain")) {
            rig.jdbc().update("insert into tenant values (?, ?, 'descriptive', now())", tenant, tenant);
        }
        host("t_acme", ACME);
        host("t_globex", GLOBEX);
        rig.people.put("t_acme", "usr_alice", Set.of(Role.TENANT_ADMIN));
        rig.people.put("t_plain", "usr_pat", Set.of(Role.VIEWER));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> rig.browserAt(ACME).get("/sign-in").status() == 200);
    }

    @AfterAll
    void stop() {
        rig.jdbc().execute("truncate tenant, setting");
        rig.close();
    }

    private void host(String tenant, String host) {
        rig.jdbc().update("insert into setting values (?, 'tenant.host', ?, now())", tenant, host);
    }

    private Page signIn(Browser browser, String login, String tenant) {
        return browser.post(
                "/sign-in", "/sign-in", "login", login, "password", FakeCommandService.PASSWORD, "tenant", tenant);
    }

    @Test
    void a_name_that_is_nobodys_is_refused_with_what_to_do() {
        for (String path : List.of("/", "/sign-in", "/keys", "/console", "/api/v1/keys")) {
            Page page = rig.browserAt("keys.nobody.example").get(path);
            assertThat(page.status()).as(path).isEqualTo(421);
            assertThat(page.body()).contains("Nobody is served under this host name", "keyledger tenant host");
        }
        assertThat(rig.browserAt("keys.nobody.example")
                        .get("/console/console.css")
                        .status())
                .isEqualTo(200);
        assertThat(rig.browserAt("keys.nobody.example").get("/api/v1/keys").body())
                .contains("https://keyledger.io/problems/unknown-host")
                .doesNotContain("nobody.example");
        assertThat(rig.browserAt(ACME)
                        .get("/", "X-Forwarded-Host", "keys.nobody.example", "Forwarded", "host=nobody")
                        .status())
                .isEqualTo(303);
    }

    @Test
    void who_signs_in_at_a_tenants_name_is_of_that_tenant_and_of_no_other() {
        Browser alice = rig.browserAt(ACME);
        assertThat(alice.get("/sign-in").body())
                .contains("t_acme", "Example Corp")
                .doesNotContain("Another tenant");
        assertThat(signIn(alice, "alice", "").header("Location")).isEqualTo("/");
        assertThat(rig.commands.to("/internal/sign-in").getLast().body()).containsEntry("tenant", "t_acme");
        assertThat(alice.get("/profile").body()).contains("t_acme");
        int before = rig.commands.to("/internal/sign-in").size();
        for (String tenant : List.of("t_default", "t_globex", "t_none", "nonsense")) {
            Page page = signIn(rig.browserAt(ACME), "alice", tenant);
            assertThat(page.status()).as(tenant).isEqualTo(401);
            assertThat(page.body()).contains("not the address of that tenant");
        }
        assertThat(signIn(rig.browserAt("localhost"), "alice", "t_acme").status())
                .isEqualTo(401);
        assertThat(rig.browserAt("localhost").get("/sign-in").body()).doesNotContain("Example Corp");
        assertThat(rig.browserAt("localhost").get("/sign-in/with/corporate").status())
                .isEqualTo(404);
        Browser setup = rig.browserAt(GLOBEX);
        assertThat(setup.post(
                                "/setup",
                                "/setup",
                                "key",
                                "k",
                                "login",
                                "l",
                                "displayName",
                                "n",
                                "password",
                                "p",
                                "tenant",
                                "t_acme")
                        .status())
                .isEqualTo(401);
        assertThat(rig.commands.to("/internal/sign-in")).hasSize(before);
    }

    @Test
    void a_session_of_one_tenant_is_none_at_the_name_of_another() {
        Browser alice = rig.browserAt(ACME + ":8443");
        signIn(alice, "alice", "");
        assertThat(alice.get("/profile").status()).isEqualTo(200);
        for (String other : List.of(GLOBEX, "localhost", "127.0.0.1", SHARED)) {
            assertThat(alice.carriedTo(other).get("/profile").status())
                    .as(other)
                    .isEqualTo(303);
        }
        assertThat(alice.carriedTo("KEYS.ACME.EXAMPLE.").get("/profile").status())
                .isEqualTo(200);
        Browser root = rig.signedIn("rootofhosts", Role.TENANT_ADMIN);
        assertThat(root.carriedTo(SHARED).get("/profile").status()).isEqualTo(200);
        assertThat(root.carriedTo(ACME).get("/profile").status()).isEqualTo(303);
    }

    @Test
    void tenants_without_a_name_share_the_shared_ones() {
        Browser pat = rig.browserAt(SHARED);
        assertThat(pat.get("/sign-in").body()).contains("Another tenant");
        assertThat(signIn(pat, "pat", "t_plain").header("Location")).isEqualTo("/");
        assertThat(pat.get("/profile").body()).contains("t_plain");
        host("t_plain", "keys.plain.example");
        await("their name is theirs from then on")
                .atMost(Duration.ofSeconds(5))
                .until(() -> pat.get("/profile").status() == 303);
        rig.jdbc().update("update setting set value = null where tenant = 't_plain'");
        await("and again here")
                .atMost(Duration.ofSeconds(5))
                .until(() -> pat.get("/profile").status() == 200);
    }

    @Test
    void a_store_that_is_made_anew_forgets_no_name_while_it_is() {
        List<Map<String, @Nullable Object>> tenants = rig.jdbc().queryForList("select * from tenant");
        rig.jdbc().execute("delete from tenant");
        try {
            Browser alice = rig.browserAt(ACME);
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < end) {
                assertThat(alice.get("/sign-in").body()).contains("t_acme");
                assertThat(rig.browserAt("keys.nobody.example").get("/sign-in").status())
                        .isEqualTo(421);
            }
        } finally {
            tenants.forEach(t -> rig.jdbc()
                    .update(
                            "insert into tenant values (?, ?, ?, ?)",
                            t.get("tenant"),
                            t.get("name"),
                            t.get("preset"),
                            t.get("created_at")));
        }
    }

    @Row("S3-35")
    @Test
    void the_operator_sees_makes_entitles_and_names_tenants() {
        Browser root = rig.signedIn("operator", Role.TENANT_ADMIN);
        assertThat(root.get("/").body()).contains("href=\"/tenants\"");
        assertThat(root.get("/tenants").body())
                .contains("t_acme", "Tenant &lt;i&gt;t_acme", "Licensed", "S1: descriptive")
                .doesNotContain("<i>t_acme");
        assertThat(root.get("/tenants/t_nobody").status()).isEqualTo(404);
        assertThat(root.get("/tenants/nonsense").status()).isEqualTo(404);
        rig.commands.answer("PATCH", "/api/v1/tenants/t_acme", 200, Map.of("tenantId", "t_acme"));
        assertThat(root.post("/tenants/t_acme", "/tenants/t_acme", "host", " keys.acme.example ")
                        .header("Location"))
                .isEqualTo("/tenants");
        assertThat(rig.commands.to("/api/v1/tenants/t_acme").getLast().body())
                .containsEntry("host", ACME)
                .containsEntry("selfService", false);
        rig.commands.answer(
                "PATCH",
                "/api/v1/tenants/t_acme",
                409,
                FakeCommandService.problem("host-taken", 409, "Choose another one."));
        assertThat(root.post("/tenants/t_acme", "/tenants/t_acme", "host", "<taken>", "selfService", "true")
                        .body())
                .contains("Choose another one.", "value=\"&lt;taken&gt;\"");
        rig.commands.answer(
                "POST",
                "/api/v1/tenants",
                201,
                Map.of(
                        "tenantId",
                        "t_new",
                        "name",
                        "New",
                        "usable",
                        true,
                        "bootstrap",
                        Map.of("key", "kl_b_shown_once")));
        Page made = root.post("/tenants/new", "/tenants/new", "tenantId", "t_new", "preset", "hub-s3");
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.body()).containsOnlyOnce("kl_b_shown_once").contains("/setup within a day");
        assertThat(rig.commands.to("/api/v1/tenants").getLast().body()).containsEntry("preset", "hub-s3");
    }

    @Test
    void admins_of_other_tenants_are_no_operators() {
        Browser alice = rig.browserAt(ACME);
        signIn(alice, "alice", "");
        assertThat(alice.get("/").body()).doesNotContain("/tenants");
        for (String path : List.of("/tenants", "/tenants/new", "/tenants/t_acme")) {
            assertThat(alice.get(path).status()).as(path).isEqualTo(403);
        }
        assertThat(alice.post("/profile", "/tenants/t_acme", "host", "x.example")
                        .status())
                .isEqualTo(403);
        assertThat(alice.post("/profile", "/tenants/new", "tenantId", "t_mine").status())
                .isEqualTo(403);
    }

    @Test
    void making_and_changing_a_tenant_asks_again_who_one_is() {
        Browser root = rig.signedIn("staleoperator", Role.TENANT_ADMIN);
        String token = root.get("/tenants/new").token();
        rig.ahead.set(Duration.ofMinutes(6));
        try {
            assertThat(root.get("/tenants").status()).isEqualTo(200);
            assertThat(root.get("/tenants/new").header("Location")).startsWith("/re-authenticate");
            assertThat(root.postAs(token, "/tenants/t_acme", "host", "x.example")
                            .header("Location"))
                    .startsWith("/re-authenticate");
        } finally {
            rig.ahead.set(Duration.ZERO);
        }
    }
}
