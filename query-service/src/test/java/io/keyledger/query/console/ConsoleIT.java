package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.query.console.Browser.Page;
import io.keyledger.query.console.FakeCommandService.Request;
import io.keyledger.query.console.Routes.Route;
import io.keyledger.requirements.Row;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The console's walls: who gets in, how far, for how long; and what every answer says to the browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {
    private static final List<Set<Role>> ROLES = List.of(
            EnumSet.noneOf(Role.class),
            EnumSet.of(Role.VIEWER),
            EnumSet.of(Role.AUDITOR),
            EnumSet.of(Role.DEVELOPER),
            EnumSet.of(Role.KEY_ADMIN),
            EnumSet.of(Role.TENANT_ADMIN));

    private ConsoleRig rig;

    @BeforeAll
    void start() {
        rig = new ConsoleRig();
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @AfterEach
    void restore() {
        rig.people.withoutLease = false;
        rig.ahead.set(Duration.ZERO);
    }

    // Who gets in, and how far.

    @Test
    void every_page_lets_in_whom_its_rule_lets_in_and_nobody_else() {
        List<String> wrong = new ArrayList<>();
        for (Set<Role> roles : ROLES) {
            String login = "matrix" + ROLES.indexOf(roles);
            Browser browser = rig.signedIn(login, roles.toArray(Role[]::new));
            Grants grants = Grants.of(roles, RolePreset.CENTRAL);
            for (Route route : Routes.all()) {
                if (route.path().equals("/sign-out")) {
                    continue;
                }
                boolean allowed = allows(String.valueOf(route.rule()), grants);
                int status = ask(browser, route);
                if (allowed == (status == 403)) {
                    wrong.add("%s as %s: %d".formatted(route, roles, status));
                }
                if (status >= 500) {
                    wrong.add("%s as %s fails: %d".formatted(route, roles, status));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void nobody_who_has_not_signed_in_sees_more_than_what_is_for_everybody() {
        for (Route route : Routes.all()) {
            Browser browser = rig.browser();
            Page page = route.method().equals("GET")
                    ? browser.get(path(route))
                    : browser.post("/sign-in", path(route), "x", "y");
            if ("everybody".equals(route.rule())) {
                assertThat(page.status()).as("%s", route).isNotIn(401, 403);
            } else {
                assertThat(page.status()).as("%s", route).isEqualTo(303);
                assertThat(page.header("Location")).as("%s", route).startsWith("/sign-in");
            }
        }
    }

    private static boolean allows(String rule, Grants grants) {
        if (rule.equals("everybody") || rule.equals("signed in")) {
            return true;
        }
        return rule.startsWith("own ") ? grants.allowsOwn(rule.substring(4)) : grants.allows(rule);
    }

    private static int ask(Browser browser, Route route) {
        if (route.path().equals("/events/live")) {
            return browser.statusOfStream(path(route));
        }
        if (route.method().equals("GET")) {
            return browser.get(path(route)).status();
        }
        return browser.post("/profile", path(route), "x", "y").status();
    }

    private static String path(Route route) {
        return route.path()
                .replace("keys/{id}", "keys/key_01JDA7T3Y9W8Q6V5N4M3K2H1G0")
                .replace("{id}", "usr_bob")
                .replace("{edge}", "edge-1")
                .replace("{topic}", "scopes")
                .replace("{preset}", "strict-s2")
                .replace("{provider}", "corporate");
    }

    @Test
    void a_role_that_is_taken_is_gone_at_the_next_click() {
        Browser browser = rig.signedIn("demoted", Role.TENANT_ADMIN);
        assertThat(browser.get("/users").status()).isEqualTo(200);
        rig.people.put("usr_demoted", Set.of(Role.VIEWER));
        assertThat(browser.get("/users").status()).isEqualTo(403);
        assertThat(browser.get("/edges").status()).isEqualTo(200);
    }

    @Test
    void who_is_disabled_is_out_at_once_and_the_session_is_gone() {
        Browser browser = rig.signedIn("disabled", Role.VIEWER);
        assertThat(sessions("usr_disabled")).isEqualTo(1);
        rig.people.disable("usr_disabled");
        assertThat(browser.get("/").status()).isEqualTo(303);
        assertThat(sessions("usr_disabled")).isZero();
        rig.people.put("usr_disabled", Set.of(Role.VIEWER));
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void without_a_lease_nobody_is_let_in_and_nobody_is_signed_out() {
        Browser browser = rig.signedIn("unleased", Role.VIEWER);
        rig.people.withoutLease = true;
        Page page = browser.get("/");
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.header("Retry-After")).isNotNull();
        assertThat(rig.browser().get("/sign-in").status()).isEqualTo(200);
        rig.people.withoutLease = false;
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    // The session.

    @Test
    void the_cookie_is_for_this_host_over_https_and_for_no_script() {
        Page page = rig.browser().get("/sign-in");
        assertThat(page.response().headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("__Host-keyledger=")
                .contains("Path=/")
                .contains("Secure")
                .contains("HttpOnly")
                .contains("SameSite=Lax")
                .doesNotContain("Domain");
    }

    @Test
    void a_session_that_was_planted_before_is_not_the_one_after_signing_in() {
        rig.people.put("usr_victim", Set.of(Role.VIEWER));
        Browser attacker = rig.browser();
        attacker.get("/sign-in");
        String planted = attacker.cookie;
        Browser victim = rig.browser();
        victim.cookie = planted;
        Page in = victim.post("/sign-in", "/sign-in", "login", "victim", "password", FakeCommandService.PASSWORD);
        assertThat(in.status()).isEqualTo(302);
        assertThat(victim.cookie).isNotNull().isNotEqualTo(planted);
        assertThat(victim.get("/").status()).isEqualTo(200);
        attacker.cookie = planted;
        assertThat(attacker.get("/").status()).isEqualTo(303);
    }

    @Test
    void signing_out_ends_the_session_wherever_its_cookie_went() {
        Browser browser = rig.signedIn("leaver", Role.VIEWER);
        String kept = browser.cookie;
        assertThat(browser.post("/profile", "/sign-out").status()).isEqualTo(302);
        browser.cookie = kept;
        assertThat(browser.get("/").status()).isEqualTo(303);
        assertThat(sessions("usr_leaver")).isZero();
        assertThat(rig.commands.to("/internal/sign-out"))
                .anySatisfy(r -> assertThat(r.body()).containsEntry("userId", "usr_leaver"));
    }

    @Test
    void half_an_hour_without_a_click_ends_the_session() {
        Browser browser = rig.signedIn("idler", Role.VIEWER);
        assertThat(browser.get("/").status()).isEqualTo(200);
        age("usr_idler", Duration.ofMinutes(29));
        assertThat(browser.get("/").status()).isEqualTo(200);
        age("usr_idler", Duration.ofMinutes(31));
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void twelve_hours_end_the_session_however_much_it_is_used() {
        Browser browser = rig.signedIn("marathon", Role.VIEWER);
        rig.ahead.set(Duration.ofHours(11).plusMinutes(59));
        assertThat(browser.get("/").status()).isEqualTo(200);
        rig.ahead.set(Duration.ofHours(12));
        assertThat(browser.get("/").status()).isEqualTo(303);
        assertThat(sessions("usr_marathon")).isZero();
    }

    @Test
    void signing_out_elsewhere_leaves_this_session_alone() {
        Browser here = rig.signedIn("twice", Role.VIEWER);
        Browser there = rig.signedIn("twice", Role.VIEWER);
        here.post("/profile", "/profile/sign-out-elsewhere");
        assertThat(here.get("/").status()).isEqualTo(200);
        assertThat(there.get("/").status()).isEqualTo(303);
    }

    @Test
    void a_session_holds_nothing_that_this_service_has_not_put_there() {
        Browser browser = rig.signedIn("tampered", Role.VIEWER);
        rig.jdbc().update("""
                        update console_session_attributes set attribute_bytes = ? where attribute_name = 'login'
                        and session_primary_id in
                            (select primary_id from console_session where principal_name = 'usr_tampered')""", org.springframework.util.SerializationUtils.serialize(new java.awt.Point(1, 2)));
        assertThat(browser.get("/").status()).isEqualTo(500);
    }

    // Forms.

    @Test
    void a_form_without_its_token_does_nothing_and_says_what_to_do() {
        Browser browser = rig.signedIn("tokenless", Role.TENANT_ADMIN);
        int before = rig.commands.to("/api/v1/users").size();
        Page page = browser.postAs(null, "/users/usr_bob/disable", "reason", "none");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("This form is too old").contains("reload");
        assertThat(rig.commands.to("/api/v1/users")).hasSize(before);
    }

    @Test
    void the_token_of_another_session_is_none() {
        Browser browser = rig.signedIn("mine", Role.TENANT_ADMIN);
        Browser other = rig.signedIn("other", Role.TENANT_ADMIN);
        String token = other.get("/profile").token();
        assertThat(token).isNotNull();
        assertThat(browser.postAs(token, "/users/usr_bob/enable").status()).isEqualTo(403);
    }

    @Test
    void what_another_site_makes_the_browser_send_is_refused() {
        Browser browser = rig.signedIn("lured", Role.TENANT_ADMIN);
        String token = browser.get("/profile").token();
        Page post = browser.send(browser.request("/users/usr_bob/disable")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Sec-Fetch-Mode", "navigate")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(Browser.form(token, "reason", "none"))));
        assertThat(post.status()).isEqualTo(403);
        assertThat(post.body()).contains("Sent by another site");
        assertThat(browser.get(
                                "/users",
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "no-cors",
                                "Sec-Fetch-Dest",
                                "image")
                        .status())
                .isEqualTo(403);
        assertThat(browser.get(
                                "/users",
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "navigate",
                                "Sec-Fetch-Dest",
                                "document")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void what_matters_most_takes_a_password_typed_only_minutes_ago() {
        Browser browser = rig.signedIn("careful", Role.TENANT_ADMIN);
        rig.ahead.set(Duration.ofMinutes(6));
        Page asked = browser.get("/users/usr_bob/password");
        assertThat(asked.status()).isEqualTo(303);
        assertThat(asked.header("Location")).isEqualTo("/re-authenticate?next=%2Fusers%2Fusr_bob%2Fpassword");
        Page posted = browser.post("/profile", "/users/usr_bob/password", "password", "a new long password");
        assertThat(posted.status()).isEqualTo(303);
        assertThat(rig.commands.to("/api/v1/users/usr_bob/password")).isEmpty();
        Page wrong = browser.post("/re-authenticate", "/re-authenticate", "password", "wrong", "next", "/");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(browser.get("/users/usr_bob/password").status()).isEqualTo(303);
        String before = browser.cookie;
        Page right = browser.post(
                "/re-authenticate",
                "/re-authenticate",
                "password",
                FakeCommandService.PASSWORD,
                "next",
                "/users/usr_bob/password");
        assertThat(right.header("Location")).isEqualTo("/users/usr_bob/password");
        assertThat(browser.cookie).isNotEqualTo(before);
        assertThat(browser.get("/users/usr_bob/password").status()).isEqualTo(200);
    }

    // What every answer says to the browser.

    @Test
    void every_answer_protects_itself() {
        Browser browser = rig.signedIn("headers", Role.TENANT_ADMIN);
        String css = browser.get("/").body().replaceFirst("(?s).*href=\"(/console/console[^\"]*\\.css)\".*", "$1");
        List<Page> answers = List.of(
                browser.get("/"),
                rig.browser().get("/sign-in"),
                rig.browser().get("/users"),
                browser.get("/no-such-page"),
                browser.get("/users/../settings"),
                browser.postAs(null, "/users/usr_bob/enable"),
                browser.get(css),
                browser.get("/webjars/tabler__core/1.4.0/dist/css/tabler.min.css"),
                browser.get("/console/no-such-file.css"),
                browser.get("/api/v1/keys"),
                browser.get("/api/v1/openapi.yaml"));
        for (Page answer : answers) {
            String what = answer.response().request().method() + " "
                    + answer.response().uri().getPath() + " " + answer.status();
            boolean api = answer.response().uri().getPath().startsWith("/api/");
            assertThat(answer.header("Content-Security-Policy"))
                    .as(what)
                    .isEqualTo(
                            api
                                    ? "default-src 'none'; frame-ancestors 'none'"
                                    : "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                                            + " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors"
                                            + " 'none'; base-uri 'none'");
            assertThat(answer.header("Strict-Transport-Security")).as(what).isEqualTo("max-age=31536000");
            assertThat(answer.header("X-Content-Type-Options")).as(what).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).as(what).isEqualTo("no-referrer");
            assertThat(answer.header("Cross-Origin-Opener-Policy")).as(what).isEqualTo("same-origin");
            assertThat(answer.header("Cross-Origin-Resource-Policy")).as(what).isEqualTo("same-origin");
            assertThat(answer.header("X-Frame-Options")).as(what).isEqualTo("DENY");
            assertThat(answer.header("X-Request-Id")).as(what).startsWith("req_");
            assertThat(answer.header("Server")).as(what).isNull();
        }
        assertThat(css).matches("/console/console-[0-9a-f]{32}\\.css");
        assertThat(answers.get(6).status()).isEqualTo(200);
        assertThat(answers.get(6).header("Cache-Control")).contains("immutable");
        assertThat(answers.get(0).header("Cache-Control")).isEqualTo("no-store");
        assertThat(answers.get(8).header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void a_refusal_is_a_page_for_people_and_a_problem_for_programs() {
        Browser browser = rig.signedIn("refused", Role.VIEWER);
        Page page = browser.get("/no-such-page");
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.body()).contains("<h1>").contains("Go to the start").contains("req_");
        Page program = browser.send(java.net.http.HttpRequest.newBuilder(rig.origin.resolve("/no-such-page"))
                .header("Accept", "application/json")
                .header("Cookie", Browser.COOKIE + "=" + browser.cookie)
                .GET());
        assertThat(program.status()).isEqualTo(404);
        assertThat(program.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void what_people_have_typed_is_shown_as_text() {
        Browser browser = rig.signedIn("reader", Role.TENANT_ADMIN);
        assertThat(browser.get("/users").body())
                .contains("Bob &lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script>alert(1)");
        assertThat(browser.get("/users?search=%22%3E%3Cimg+src%3Dx%3E").body()).doesNotContain("<img src=x>");
    }

    // The API beside it.

    @Test
    void no_cookie_opens_the_api() {
        Browser browser = rig.signedIn("tenantadmin", Role.TENANT_ADMIN, Role.KEY_ADMIN);
        for (String path : List.of("/api/v1/keys", "/api/v1/audit", "/api/v1/users", "/api/v1/settings")) {
            assertThat(browser.get(path).status()).as(path).isIn(401, 503);
        }
        Page post = browser.send(browser.request("/api/v1/keys")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(post.status()).isEqualTo(401);
        assertThat(post.response().headers().allValues("Set-Cookie")).isEmpty();
    }

    @Test
    void nobody_brings_an_assertion_from_outside() {
        Browser browser = rig.browser();
        Page page = browser.send(browser.request("/api/v1/users")
                .header("X-Keyledger-Person", "a.b.c")
                .GET());
        assertThat(page.status()).isIn(400, 401, 403);
        assertThat(rig.commands.requests)
                .noneMatch(r -> r.person() != null && r.person().id().equals("a.b.c"));
    }

    // Commands.

    @Test
    void a_command_says_who_asks_for_exactly_this() {
        Browser browser = rig.signedIn("commander", Role.TENANT_ADMIN);
        rig.commands.answer(
                "POST",
                "/api/v1/users/usr_carol/disable",
                200,
                Map.of(
                        "effective",
                        true,
                        "edges",
                        List.of(Map.of("edge", "edge-1", "millis", 7), Map.of("edge", "edge-2", "millis", 19))));
        Page page = browser.post("/profile", "/users/usr_carol/disable", "reason", "left the company");
        assertThat(page.status()).isEqualTo(302);
        Request request = rig.commands.to("/api/v1/users/usr_carol/disable").getFirst();
        assertThat(request.person()).isNotNull();
        assertThat(request.person().person().value()).isEqualTo("usr_commander");
        assertThat(request.person().ip()).isEqualTo("127.0.0.1");
        assertThat(request.body()).containsEntry("reason", "left the company");
        assertThat(request.authorization()).isNull();
        String shown = browser.get("/users/usr_bob").body();
        assertThat(shown).contains("edge-1").contains("7 ms").contains("edge-2").contains("19 ms");
        assertThat(browser.get("/users/usr_bob").body()).doesNotContain("19 ms");
    }

    @Row({"S3-04", "S3-27", "S3-31"})
    @Test
    void a_setting_is_changed_alone_and_said_with_its_old_and_new_value() {
        Browser browser = rig.signedIn("setter", Role.KEY_ADMIN);
        Page page = browser.post(
                "/profile",
                "/settings",
                "shown",
                "keys.maxPerOwner",
                "keys.maxPerOwner",
                "50",
                "shown",
                "keys.expiryRequired",
                "shown",
                "keys.rotation.admin",
                "keys.rotation.admin",
                "14 days");
        assertThat(page.status()).isEqualTo(302);
        List<Request> puts = rig.commands.to("/api/v1/settings").stream()
                .filter(r -> r.method().equals("PUT"))
                .toList();
        assertThat(puts.getLast().body()).isEqualTo(Map.of("keys.maxPerOwner", 50L, "keys.rotation.admin", "P14D"));
        assertThat(browser.get("/settings").body()).contains("Maximum of keys per user: 100 → 50");
    }

    @Row("S3-05")
    @Test
    void only_a_tenant_admin_switches_the_keys() {
        Browser keyAdmin = rig.signedIn("keyadmin", Role.KEY_ADMIN);
        assertThat(keyAdmin.get("/settings/switch").status()).isEqualTo(403);
        assertThat(keyAdmin.post("/profile", "/settings/switch", "enabled", "false")
                        .status())
                .isEqualTo(403);
        Browser admin = rig.signedIn("switcher", Role.TENANT_ADMIN);
        assertThat(admin.get("/settings/switch").body()).contains("Disable all API keys");
        assertThat(admin.post("/settings/switch", "/settings/switch", "enabled", "false")
                        .status())
                .isEqualTo(302);
        assertThat(rig.commands.to("/api/v1/settings").getLast().body()).isEqualTo(Map.of("keys.enabled", false));
    }

    @Test
    void the_first_account_is_made_with_the_bootstrap_key_which_is_kept_nowhere() {
        rig.people.put("usr_founder", Set.of(Role.TENANT_ADMIN));
        Browser browser = rig.browser();
        Page page = browser.post(
                "/setup",
                "/setup",
                "key",
                "kl_b_0M9ODf6X0ft3_secret",
                "login",
                "founder",
                "displayName",
                "Fiona Founder",
                "email",
                "",
                "password",
                FakeCommandService.PASSWORD,
                "tenant",
                "");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.header("Location")).endsWith("/");
        Request made = rig.commands.to("/api/v1/users").stream()
                .filter(r -> r.method().equals("POST") && r.authorization() != null)
                .findFirst()
                .orElseThrow();
        assertThat(made.authorization()).isEqualTo("ApiKey kl_b_0M9ODf6X0ft3_secret");
        assertThat(made.body())
                .containsEntry("login", "founder")
                .containsEntry("roles", List.of("tenant-admin", "key-admin", "developer"))
                .doesNotContainKey("email");
        assertThat(browser.get("/").status()).isEqualTo(200);
        assertThat(rig.jdbc()
                        .queryForObject(
                                "select count(*) from console_session_attributes where encode(attribute_bytes, 'escape')"
                                        + " like '%kl_b_%'",
                                Integer.class))
                .isZero();
    }

    private int sessions(String userId) {
        Integer count = rig.jdbc()
                .queryForObject("select count(*) from console_session where principal_name = ?", Integer.class, userId);
        return count == null ? 0 : count;
    }

    /** As if the last click were so long ago. */
    private void age(String userId, Duration by) {
        rig.jdbc().update("""
                        update console_session set last_access_time = last_access_time - ?, expiry_time = expiry_time - ?
                        where principal_name = ?""", by.toMillis(), by.toMillis(), userId);
    }
}
