package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.map;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import io.keyledger.events.access.Role;
import io.keyledger.query.console.Browser.Page;
import io.keyledger.query.log.Log;
import io.keyledger.query.readstore.Fold;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.KeyFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pages about keys and events, over the rows of a random log; commands are answered by the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyPagesIT {
    private static final String SECRET = "kl_k_0M9ODf6X0ft3_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3xxxxxx";
    private static final String KEY = "key_01JDA7T3Y90000000000000000";

    private static final UsagePolicy POLICY = new UsagePolicy(
            null,
            List.of(new Route(List.of("GET"), "/orders/**")),
            List.of("192.0.2.0/24", "2001:db8::/32"),
            List.of("CH", "DE"),
            List.of(new Hours(
                    List.of(Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY),
                    "08:00",
                    "18:00",
                    "Europe/Zurich")),
            null,
            List.of(new Rate(100, 10, Of.OWNER)),
            null);

    private ConsoleRig rig;
    private Browser admin;

    @BeforeAll
    void start() {
        rig = new ConsoleRig();
        new Fold(rig.jdbc()).fold(Log.random(21, 120, 130, Instant.now().minus(Duration.ofHours(12))), 200);
        for (String table : List.of(
                "key",
                "key_use",
                "key_count",
                "event",
                "credential_use",
                "use_day",
                "use_endpoint_day",
                "use_address_day")) {
            rig.jdbc().update("update " + table + " set tenant = 't_default' where tenant = 't_acme'");
        }
        rig.jdbc().update("update key set owner = 'usr_root' where key_id ~ '5$'");
        rig.jdbc().update("update key set name = '<b>bold</b> & “quoted”' where key_id = ?", KEY);
        admin = rig.signedIn("root", Role.TENANT_ADMIN, Role.KEY_ADMIN, Role.DEVELOPER);
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    private Page opened(String path) {
        Page page = admin.get(path);
        assertThat(page.status()).as(path + ": " + page.body()).isEqualTo(200);
        return page;
    }

    private static List<String> found(String body, String pattern) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(body);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Row({"S1-48", "S3-12"})
    @Test
    void the_list_is_paged_through_by_its_links_and_every_key_is_there_once() {
        Set<String> seen = new HashSet<>();
        int rows = 0;
        String path = "/keys?sort=name&dir=asc";
        while (path != null) {
            Page page = opened(path);
            assertThat(page.body()).contains("Last used", "Last IP", "Created", "Last update", "Expires", "kl-spark");
            List<String> ids = found(page.body(), "class=\"kl-quiet kl-mono\">(key_[0-9A-Z]{26})<");
            seen.addAll(ids);
            rows += ids.size();
            List<String> next = found(page.body(), "href=\"([^\"]+)\" rel=\"next\"");
            path = next.isEmpty() ? null : next.getFirst().replace("&amp;", "&");
        }
        Long all = rig.jdbc()
                .queryForObject(
                        "select count(*) from key where tenant = 't_default' and status <> 'DELETED'", Long.class);
        assertThat(rows).isEqualTo(seen.size());
        assertThat(all).isEqualTo(rows);
    }

    @Test
    void every_filter_has_a_page_and_what_is_typed_is_escaped() {
        for (String restriction : List.of("limits", "no-limits", "conditions", "no-conditions", "anywhere")) {
            assertThat(opened("/keys?restriction=" + restriction).body()).contains("kl-spark");
        }
        for (String watch : List.of("unused", "never-used", "expiring", "overdue", "no-expiry")) {
            opened("/keys?watch=" + watch + "&search=&status=&owner=");
        }
        assertThat(opened("/keys?search=%3Cscript%3Enone").body())
                .contains("No key is found")
                .doesNotContain("<script>none");
        String revoked = opened("/keys?status=REVOKED&scope=admin").body();
        assertThat(revoked.substring(revoked.indexOf("<tbody")))
                .contains("Revoked")
                .doesNotContain("Active");
        assertThat(admin.get("/keys?status=WRONG").status()).isEqualTo(400);
        Page csv = admin.get("/keys/export?status=REVOKED");
        assertThat(csv.body()).startsWith("name,keyId,owner");
        assertThat(csv.body().lines().skip(1)).isNotEmpty().allMatch(line -> line.contains(",REVOKED,"));
    }

    @Row({"S1-49", "S1-50", "S1-51", "S1-52", "S1-53", "S2-20", "S2-21"})
    @Test
    void a_keys_page_tells_all_of_it_and_its_history() {
        String body = opened("/keys/" + KEY).body();
        assertThat(body)
                .contains(
                        "&lt;b&gt;bold&lt;/b&gt; &amp; “quoted”",
                        KEY,
                        "Created",
                        "History",
                        "hours-table",
                        "all others")
                .doesNotContain("<b>bold");
        for (String id : rig.jdbc()
                .queryForList(
                        "select key_id from key where tenant = 't_default' and status <> 'DELETED' limit 40",
                        String.class)) {
            opened("/keys/" + id);
        }
        assertThat(admin.get("/keys/key_01JDA7T3Y9ZZZZZZZZZZZZZZZZ").status()).isEqualTo(404);
    }

    @Row({"S1-21", "S1-22", "S1-23", "S1-27", "S1-28", "S1-29"})
    @Test
    void a_new_key_is_shown_in_the_one_answer_and_never_again() {
        assertThat(opened("/keys/new").body())
                .contains("SIEM Integration", "For a SIEM", "Choose the least that will do", "90 days from creation")
                .doesNotContain(SECRET);
        rig.commands.answer(
                "POST",
                "/api/v1/keys",
                201,
                Map.of(
                        "keyId",
                        KEY,
                        "name",
                        "SIEM Integration",
                        "key",
                        SECRET,
                        "usable",
                        true,
                        "edges",
                        List.of(Map.of("edge", "edge-1", "millis", 7))));
        Page shown = admin.post(
                "/keys/new", "/keys/new", "name", "SIEM Integration", "scope", "read-only", "expiry", "P90D");
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.body())
                .containsOnlyOnce(SECRET)
                .contains("Azure Key Vault", "source code", "e-mail or chat", "SIEM_INTEGRATION_KEY")
                .doesNotContain(KEY + "<");
        assertThat(shown.header("Cache-Control")).isEqualTo("no-store");
        assertThat(rig.commands.to("/api/v1/keys").getLast().body())
                .containsEntry("expiresIn", "P90D")
                .containsEntry("scope", "read-only");
        for (String path : List.of("/keys/new", "/keys", "/keys/" + KEY, "/events", "/")) {
            assertThat(opened(path).body()).doesNotContain(SECRET);
        }
    }

    @Test
    void the_scope_admin_is_offered_to_those_who_may_give_it_and_explained_to_the_others() {
        Browser keyAdmin = rig.signedIn("kim", Role.KEY_ADMIN, Role.DEVELOPER);
        String admins = rig.jdbc()
                .queryForObject(
                        "select min(key_id) from key where tenant = 't_default' and status = 'ACTIVE'"
                                + " and scope = 'admin' and kind = 'KEY'",
                        String.class);
        String others = rig.jdbc()
                .queryForObject(
                        "select min(key_id) from key where tenant = 't_default' and status = 'ACTIVE'"
                                + " and scope = 'read-only' and kind = 'KEY'",
                        String.class);
        for (String path : List.of("/keys/new", "/my/keys/new", "/keys/" + others + "/edit")) {
            assertThat(opened(path).body()).contains("value=\"admin\"").doesNotContain("tenant admin");
            assertThat(keyAdmin.get(path).body())
                    .doesNotContain("value=\"admin\"")
                    .contains("tenant admin");
        }
        // A token is held to its owner's rights, so that its scope is for everybody.
        assertThat(keyAdmin.get("/my/keys/new?kind=personal").body()).contains("value=\"admin\"");
        assertThat(opened("/keys/" + admins).body()).contains("/rotate\"");
        assertThat(keyAdmin.get("/keys/" + admins).body())
                .doesNotContain("/rotate\"")
                .contains("/revoke\"");
        assertThat(keyAdmin.get("/keys/" + admins + "/edit").body())
                .contains("a tenant admin widens a key to it, and rotates it");
        assertThat(keyAdmin.get("/keys/" + others).body()).contains("/rotate\"");
    }

    @Row({"S5-16", "S5-17", "S5-18", "S5-27", "S5-28", "S5-29"})
    @Test
    void what_a_key_may_be_used_for_is_asked_for_when_it_is_made() {
        assertThat(opened("/keys/new").body())
                .contains(
                        "Where and when it may be used",
                        "How much it may be used",
                        "no condition: whatever its scope allows",
                        "name=\"rateRequests\"")
                .doesNotContain("<details class=\"kl-fold\" open");
        rig.commands.answer("POST", "/api/v1/keys", 201, Map.of("keyId", KEY, "name", "shop", "key", SECRET));
        String[] fields = {
            "name",
            "shop",
            "scope",
            "read-write",
            "expiry",
            "P90D",
            "addresses",
            "192.0.2.0/24\r\n2001:db8::/32",
            "countries",
            "ch, de",
            "routes",
            "GET /orders/**",
            "hours",
            "mon-fri 08:00-18:00 Europe/Zurich",
            "rateRequests",
            "100",
            "rateWindow",
            "10",
            "rateUnit",
            "s",
            "rateOf",
            "owner",
            "quotaRequests",
            "",
            "quotaPeriod",
            "day",
            "quotaZone",
            "",
            "quotaOf",
            "key"
        };
        assertThat(admin.post("/keys/new", "/keys/new", fields).body()).contains(SECRET);
        assertThat(rig.commands.to("/api/v1/keys").getLast().body().get("policy"))
                .isEqualTo(RecordJson.toMap(POLICY));

        int before = rig.commands.to("/api/v1/keys").size();
        fields[7] = "192.0.2.0/24\r\n<i>10.0.0.0/33";
        Page wrong = admin.post("/keys/new", "/keys/new", fields);
        assertThat(wrong.body())
                .contains(
                        "“&lt;i&gt;10.0.0.0/33” is no address and no range",
                        "192.0.2.0/24\n&lt;i&gt;10.0.0.0/33</textarea>",
                        "aria-invalid=\"true\"",
                        "<details class=\"kl-fold\" open",
                        "value=\"ch, de\"")
                .doesNotContain("<i>10.");
        assertThat(rig.commands.to("/api/v1/keys")).hasSize(before);

        fields[7] = "192.0.2.0/24";
        Map<String, Object> refused =
                FakeCommandService.problem("invalid-value", 422, "At most 5 rates, says the server.");
        refused.put("field", "policy.rates[0].requests");
        rig.commands.answer("POST", "/api/v1/keys", 422, refused);
        assertThat(admin.post("/keys/new", "/keys/new", fields).body())
                .contains("id=\"rate-problem-1\"", "At most 5 rates, says the server.")
                .doesNotContain("id=\"rate-problem-2\"");
    }

    @Row({"S5-27", "S5-28", "S5-29"})
    @Test
    void a_keys_page_says_its_policy_and_what_it_was_refused_for() {
        String id = anActiveKey();
        rig.jdbc()
                .update(
                        "update key set policy = ?::jsonb where key_id = ?",
                        new String(RecordJson.bytes(POLICY), StandardCharsets.UTF_8),
                        id);
        assertThat(opened("/keys/" + id).body())
                .contains(
                        "Only from 192.0.2.0/24 and 2001:db8::/32",
                        "Only from Switzerland (CH) and Germany (DE)",
                        "At most 100 requests in any 10 seconds, shared with the owner")
                .doesNotContain("At its limit");
        rig.jdbc()
                .update(
                        "insert into use_day (tenant, key_id, day, outcome, count, hours) values"
                                + " ('t_default', ?, (now() at time zone 'utc')::date, 'rate-limited', 7, array_fill(0::bigint, array[24]))",
                        id);
        assertThat(opened("/keys/" + id).body())
                .contains("At its limit", "Over a rate of the key", "rate-limited", ">7<", "requests were");
        assertThat(opened("/keys?search=" + id).body()).contains("At its limit");
        rig.jdbc().update("update key set policy = null where key_id = ?", id);
        assertThat(opened("/keys/" + id).body()).contains("as much as one likes");
    }

    @Row("S5-29")
    @Test
    void an_edit_says_what_it_changes_and_sends_that_alone() {
        String id = anActiveKey();
        String edit = "/keys/" + id + "/edit";
        rig.jdbc()
                .update(
                        "update key set policy = ?::jsonb, name = 'shop', description = null, scope = 'read-only' where key_id = ?",
                        new String(RecordJson.bytes(POLICY), StandardCharsets.UTF_8),
                        id);
        assertThat(opened(edit).body())
                .contains(
                        "192.0.2.0/24\n2001:db8::/32</textarea>",
                        "value=\"100\"",
                        "Nothing yet",
                        "4 conditions",
                        "1 limit");
        String[] fields = {
            "policyShown",
            "true",
            "name",
            "shop",
            "description",
            "",
            "scope",
            "read-only",
            "addresses",
            "192.0.2.0/24\r\n2001:db8::/32",
            "countries",
            "CH, DE",
            "routes",
            "GET /orders/**",
            "hours",
            "mon-fri 08:00-18:00 Europe/Zurich",
            "rateRequests",
            "100",
            "rateWindow",
            "10",
            "rateUnit",
            "s",
            "rateOf",
            "owner"
        };
        int before = rig.commands.to("/api/v1/keys/" + id).size();
        assertThat(admin.post(edit, edit, fields).status()).isIn(302, 303);
        assertThat(rig.commands.to("/api/v1/keys/" + id)).hasSize(before);

        fields[9] = "192.0.2.0/24";
        fields[15] = "";
        String[] preview = java.util.Arrays.copyOf(fields, fields.length + 2);
        preview[fields.length] = "preview";
        preview[fields.length + 1] = "true";
        assertThat(admin.post(edit, edit, preview).body())
                .contains("<del>Only from 192.0.2.0/24 and 2001:db8::/32</del>", "<ins>Only from 192.0.2.0/24</ins>");
        assertThat(admin.post(edit, edit + "/changes", fields).body())
                .startsWith("<div id=\"changes\"")
                .contains("<ins>Only from 192.0.2.0/24</ins>");
        assertThat(rig.commands.to("/api/v1/keys/" + id)).hasSize(before);

        rig.commands.answer(
                "PATCH",
                "/api/v1/keys/" + id,
                200,
                Map.of("keyId", id, "usable", true, "edges", List.of(Map.of("edge", "edge-1", "millis", 7))));
        assertThat(admin.post(edit, edit, fields).status()).isIn(302, 303);
        Map<String, Object> sent =
                rig.commands.to("/api/v1/keys/" + id).getLast().body();
        assertThat(sent).containsOnlyKeys("policy");
        assertThat(sent.get("policy"))
                .asInstanceOf(map(String.class, Object.class))
                .containsOnlyKeys("addresses", "countries", "routes", "rates");
        assertThat(opened("/keys/" + id).body())
                .contains(
                        "The key is changed.",
                        "Addresses: Only from 192.0.2.0/24 and 2001:db8::/32 → Only from 192.0.2.0/24",
                        "7 ms");

        assertThat(admin.post(edit, edit, "policyShown", "true", "name", "shop", "scope", "read-only")
                        .status())
                .isIn(302, 303);
        assertThat(rig.commands.to("/api/v1/keys/" + id).getLast().text()).isEqualTo("{\"policy\":null}");
        // A form that does not show the policy leaves it.
        assertThat(admin.post(edit, edit, "name", "shop 2", "scope", "read-only")
                        .status())
                .isIn(302, 303);
        assertThat(rig.commands.to("/api/v1/keys/" + id).getLast().body()).containsOnlyKeys("name");
    }

    @Row("S5-19")
    @Test
    void an_admin_key_of_a_service_is_advised_against() {
        assertThat(opened("/keys/new").body()).contains("kl-admin-advice", "Routine calls from service to service");
        String id = anActiveKey();
        assertThat(opened("/keys/" + id).body()).doesNotContain("id=\"admin-service\"");
        rig.jdbc().update("update key set scope = 'admin', owner = 'svc_ci' where key_id = ?", id);
        assertThat(opened("/keys/" + id).body()).contains("id=\"admin-service\"");
    }

    @Test
    void events_are_found_by_the_reason_of_a_refusal() {
        assertThat(opened("/events").body()).contains("Over a quota of the key", "value=\"outside-hours\"");
        assertThat(admin.get("/events?reason=because").status()).isEqualTo(400);
    }

    /** A key of its own for a test: active for a while. */
    private String anActiveKey() {
        return String.valueOf(rig.jdbc()
                .queryForObject(
                        "update key set description = 'taken', expires_at = null where key_id = (select max(key_id) from key"
                                + " where tenant = 't_default' and status = 'ACTIVE' and kind = 'KEY' and scope = 'read-only'"
                                + " and description is distinct from 'taken') returning key_id",
                        String.class));
    }

    @Row("S2-16")
    @Test
    void a_name_that_the_rule_does_not_allow_is_refused_before_it_is_sent() {
        assertThat(opened("/keys/new/name?name=%20blank").body()).contains("No blank at either end");
        assertThat(opened("/keys/new/name?name=good").body()).doesNotContain("text-danger");
        int before = rig.commands.to("/api/v1/keys").size();
        Page form = admin.post("/keys/new", "/keys/new", "name", " x", "scope", "admin", "description", "<i>kept</i>");
        assertThat(form.body()).contains("No blank at either end", "&lt;i&gt;kept&lt;/i&gt;");
        assertThat(rig.commands.to("/api/v1/keys")).hasSize(before);
    }

    @Row({"S2-08", "S2-09", "S2-13", "S2-14"})
    @Test
    void a_recoverable_key_is_shown_again_to_somebody_who_is_there_now_and_says_why() {
        // Signed in just now: the others may have taken minutes.
        Browser now = rig.signedIn("root", Role.TENANT_ADMIN, Role.KEY_ADMIN, Role.DEVELOPER);
        String id = String.valueOf(rig.jdbc()
                .queryForObject(
                        "select min(key_id) from key where tenant = 't_default' and status = 'ACTIVE' and kind = 'KEY'"
                                + " and coalesce(expires_at, 'infinity') > now() + interval '1 hour'",
                        String.class));
        rig.jdbc().update("update key set recoverable = true where key_id = ?", id);
        assertThat(opened("/keys/" + id).body()).contains("kept encrypted").doesNotContain("Show key");
        assertThat(opened("/keys/new").body()).doesNotContain("name=\"recoverable\"");
        rig.jdbc()
                .update("insert into setting (tenant, name, value, changed_at)"
                        + " values ('t_default', 'keys.recoverable', 'true', now())");
        try {
            assertThat(opened("/keys/new").body()).contains("name=\"recoverable\"");
            assertThat(opened("/my/keys/new").body()).contains("name=\"recoverable\"");
            assertThat(opened("/my/keys/new?kind=personal").body()).doesNotContain("name=\"recoverable\"");
            String reveal = "/keys/" + id + "/reveal";
            assertThat(opened("/keys/" + id).body()).contains("href=\"" + reveal + "\"", "Destroy the kept secret");
            // Tenant-admins do everything else with keys.
            Browser root = rig.signedIn("rita", Role.TENANT_ADMIN);
            assertThat(root.get("/keys/" + id).body()).doesNotContain("Show key");
            assertThat(root.get(reveal).status()).isEqualTo(403);
            assertThat(now.get(reveal).body()).contains("Why do you need it?").doesNotContain(SECRET);

            rig.commands.answer(
                    "POST",
                    "/api/v1" + reveal,
                    200,
                    Map.of("keyId", id, "name", "SIEM", "key", SECRET, "recoverable", true));
            Page shown = now.post(reveal, reveal, "reason", "lost in a move");
            assertThat(shown.status()).isEqualTo(200);
            assertThat(shown.body())
                    .containsOnlyOnce(SECRET)
                    .contains("shown again", "whoever may can be shown it again");
            assertThat(shown.header("Cache-Control")).isEqualTo("no-store");
            FakeCommandService.Request sent =
                    rig.commands.to("/api/v1" + reveal).getLast();
            assertThat(sent.body()).containsEntry("reason", "lost in a move");
            assertThat(Objects.requireNonNull(sent.person()).authenticatedAt()).isNotNull();
            // Six minutes later it takes the password again, for the question and for the answer.
            rig.ahead.set(Duration.ofMinutes(6));
            int before = rig.commands.to("/api/v1" + reveal).size();
            assertThat(now.get(reveal).header("Location")).startsWith("/re-authenticate");
            assertThat(now.post("/keys", reveal, "reason", "again").header("Location"))
                    .startsWith("/re-authenticate");
            assertThat(rig.commands.to("/api/v1" + reveal)).hasSize(before);
        } finally {
            rig.ahead.set(Duration.ZERO);
            rig.jdbc().update("delete from setting where tenant = 't_default' and name = 'keys.recoverable'");
            rig.jdbc().update("update key set recoverable = false where key_id = ?", id);
        }
    }

    @Row({"S1-58", "S1-62", "S2-25"})
    @Test
    void a_revocation_takes_a_reason_and_shows_what_the_edges_confirmed() {
        String id = live();
        assertThat(opened("/keys/" + id).body()).contains("This cannot be undone", "Revoke for ever");
        rig.commands.answer(
                "POST",
                "/api/v1/keys/" + id + "/revoke",
                200,
                Map.of("keyId", id, "effective", true, "edges", List.of(Map.of("edge", "edge-1", "millis", 13))));
        Page done = admin.post(
                "/keys/" + id,
                "/keys/" + id + "/revoke",
                "reasonCode",
                "compromised",
                "reason",
                "seen in a repository");
        assertThat(done.header("Location")).isEqualTo("/keys/" + id);
        assertThat(opened("/keys/" + id).body()).contains("The key is revoked, for ever.", "edge-1", "13 ms");
        assertThat(rig.commands.to("/api/v1/keys/" + id).getLast().body())
                .containsEntry("reason", "seen in a repository")
                .containsEntry("reasonCode", "compromised");
    }

    @Row("S3-23")
    @Test
    void many_are_revoked_after_a_look_at_who_uses_them() {
        rig.jdbc().update("update caller set last_at = now() where key_id = ?", KEY);
        String id = live();
        Page dry = opened("/keys/revoke?keyId=" + id + "&keyId=" + KEY);
        assertThat(dry.body()).contains("Nothing is done yet", "callers of the last 24 hours", id);
        assertThat(opened("/keys/revoke?all=true&scope=admin").body()).contains("Nothing is done yet");
        rig.commands.answer(
                "POST",
                "/api/v1/keys/revoke",
                200,
                Map.of(
                        "revoked",
                        1,
                        "effective",
                        true,
                        "edges",
                        List.of(Map.of("edge", "edge-1", "millis", 9)),
                        "items",
                        List.of(Map.of(
                                "keyId",
                                id,
                                "name",
                                "one",
                                "owner",
                                "usr_1",
                                "status",
                                "REVOKED",
                                "effective",
                                true))));
        Page done =
                admin.postAs(dry.token(), "/keys/revoke", "keyId", id, "reason", "a campaign", "idempotencyKey", "k-1");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.body()).contains("edge-1", "9 ms", "no edge accepts it");
    }

    private String live() {
        return String.valueOf(rig.jdbc()
                .queryForObject(
                        "select min(key_id) from key where tenant = 't_default' and status = 'ACTIVE' and key_id > ?",
                        String.class,
                        KEY));
    }

    @Row({"S3-17", "S3-19", "S3-20"})
    @Test
    void events_are_paged_and_each_one_leads_to_its_key() {
        Set<String> seen = new HashSet<>();
        String path = "/events";
        while (path != null) {
            Page page = opened(path);
            seen.addAll(found(page.body(), "id=\"event-([0-9a-f-]{36})\""));
            List<String> next = found(page.body(), "href=\"([^\"]+)\" rel=\"next\"");
            path = next.isEmpty() ? null : next.getFirst().replace("&amp;", "&");
        }
        assertThat((long) seen.size())
                .isEqualTo(
                        rig.jdbc().queryForObject("select count(*) from event where tenant = 't_default'", Long.class));
        String body = opened("/events?type=key.created&keyId=" + KEY).body();
        assertThat(body).contains("/keys/" + KEY, "data-copy=\"" + KEY + "\"", "&quot;specversion&quot;");
        Page lines = admin.get("/events/export?format=ndjson&keyId=" + KEY);
        assertThat(lines.body().lines().count())
                .isEqualTo(rig.jdbc().queryForObject("select count(*) from event where key_id = ?", Long.class, KEY));
        assertThat(admin.get("/events/export?format=csv&type=key.created").body())
                .startsWith("time,id,type");
    }

    @Test
    void a_filter_is_saved_opened_by_its_address_renamed_and_deleted() {
        Browser audrey = rig.signedIn("audrey", Role.AUDITOR, Role.VIEWER);
        assertThat(audrey.get("/keys").body()).doesNotContain("Save this filter");
        Page filtered = audrey.get("/keys?status=REVOKED&scope=admin&search=%3Ci%3E+%26");
        assertThat(filtered.body()).contains("Save this filter");
        Page saved = audrey.postAs(
                filtered.token(),
                "/keys/filters",
                "status",
                "REVOKED",
                "scope",
                "admin",
                "search",
                "<i> &",
                "name",
                " Ended <b>admins</b> ");
        String url = "/keys?search=%3Ci%3E+%26&status=REVOKED&scope=admin&sort=created&dir=desc";
        assertThat(saved.header("Location")).isEqualTo(url);
        String list = audrey.get("/keys").body();
        assertThat(list)
                .contains(
                        "href=\"" + url.replace("&", "&amp;") + "\"",
                        "Ended &lt;b&gt;admins&lt;/b&gt;",
                        "The filter is saved as");
        assertThat(audrey.get(url).body()).contains("value=\"&lt;i&gt; &amp;\"", "No key is found");

        audrey.post("/events?type=key.revoked", "/events/filters", "type", "key.revoked", "name", "Revocations");
        assertThat(audrey.get("/events").body())
                .contains("href=\"/events?type=key.revoked\"", "Revocations")
                .doesNotContain("admins");
        String events = filterId("Revocations");
        audrey.post("/filters", "/filters/" + events + "/rename", "name", "Ends of keys");
        assertThat(audrey.get("/filters").body())
                .contains("Ends of keys", "Ended")
                .doesNotContain("Revocations");
        audrey.post("/filters", "/filters/" + events + "/delete");
        assertThat(audrey.get("/filters").body()).contains("Ended").doesNotContain(">Ends of keys<");
    }

    private String filterId(String name) {
        return String.valueOf(
                rig.jdbc().queryForObject("select id::text from console_filter where name = ?", String.class, name));
    }

    @Test
    void a_saved_filter_is_there_for_its_person_alone() {
        Browser olga = rig.signedIn("olga", Role.AUDITOR);
        olga.post("/keys?status=ACTIVE", "/keys/filters", "status", "ACTIVE", "name", "Olga's own");
        String id = filterId("Olga's own");
        for (String path : List.of("/keys", "/events", "/filters")) {
            assertThat(admin.get(path).body()).as(path).doesNotContain("Olga");
        }
        for (String action : List.of("/rename", "/delete")) {
            assertThat(admin.post("/filters", "/filters/" + id + action, "name", "mine")
                            .status())
                    .isEqualTo(404);
            assertThat(olga.postAs(null, "/filters/" + id + action, "name", "by another site")
                            .status())
                    .as("without the token")
                    .isEqualTo(403);
            assertThat(olga.post("/filters", "/filters/nonsense" + action, "name", "x")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(filterId("Olga's own")).isEqualTo(id);
        // The same person's id in another tenant is another person.
        rig.jdbc().update("update console_filter set tenant = 't_acme' where id = ?::uuid", id);
        assertThat(olga.get("/filters").body()).doesNotContain("Olga's own", "Olga&#39;s own");
        assertThat(olga.post("/filters", "/filters/" + id + "/delete").status()).isEqualTo(404);
        assertThat(filterId("Olga's own")).isEqualTo(id);
        // Who may not see the list keeps nothing of it.
        Browser vera = rig.signedIn("vera", Role.VIEWER);
        assertThat(vera.post("/keys", "/events/filters", "type", "key.used", "name", "no")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void saved_filters_are_bounded_and_hold_no_key() {
        Browser max = rig.signedIn("max", Role.AUDITOR);
        String sound = new KeyFactory(new SecureRandom())
                .create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"))
                .reveal();
        String token = max.get("/keys").token();
        String[] refused = {
            "", "x".repeat(65), "line\nend", "seen: " + sound,
        };
        for (String name : refused) {
            max.postAs(token, "/keys/filters", "status", "ACTIVE", "name", name);
            assertThat(max.get("/keys").body()).as(name).contains("The filter is not saved.");
        }
        max.postAs(token, "/keys/filters", "search", sound, "name", "found somewhere");
        assertThat(max.get("/filters").body()).contains("holds an API key", "No filter is saved");
        max.postAs(token, "/keys/filters", "name", "sorted", "sort", "name");
        for (int i = 1; i <= 51; i++) {
            max.postAs(token, "/keys/filters", "status", "ACTIVE", "name", "filter " + "i".repeat(i));
        }
        assertThat(max.get("/filters").body())
                .contains("<span>50</span> of at most <span>50</span>", "Delete one first");
        max.post("/filters", "/filters/" + filterId("filter iii") + "/rename", "name", "filter ii");
        assertThat(max.get("/filters").body()).contains("is already called", ">filter iii<");
    }

    @Row({"S3-42", "S3-43"})
    @Test
    void ones_own_keys_are_listed_and_only_they_can_be_changed() {
        String mine = rig.jdbc()
                .queryForObject(
                        "select min(key_id) from key where owner = 'usr_root' and status = 'ACTIVE'", String.class);
        assertThat(opened("/my/keys").body()).contains(String.valueOf(mine)).doesNotContain(KEY);
        opened("/my/keys/new");
        assertThat(opened("/my/keys/new?kind=personal").body()).contains("What is this token for?");
        assertThat(admin.post("/my/keys", "/my/keys/" + KEY + "/delete").status())
                .isEqualTo(404);
        rig.commands.answer(
                "DELETE", "/api/v1/keys/" + mine, 200, Map.of("keyId", String.valueOf(mine), "effective", true));
        assertThat(admin.post("/my/keys", "/my/keys/" + mine + "/delete").header("Location"))
                .isEqualTo("/my/keys");
    }

    @Row({"S2-01", "S2-06", "S2-15", "S2-20", "S2-21"})
    @Test
    void pages_call_keys_what_the_tenant_calls_them() {
        assertThat(opened("/keys").body())
                .contains("<h1>API Keys</h1>", ">Administration</p>", "Create API Key")
                .doesNotContain("ccess key");
        rig.jdbc().update("insert into setting values ('t_default', 'console.wording', 'access-keys', now())");
        try {
            accessKeys();
        } finally {
            rig.jdbc().update("delete from setting where tenant = 't_default'");
        }
        rig.jdbc().update("insert into tenant values ('t_default', 'Default', 'strict-s2', now())");
        try {
            accessKeys();
        } finally {
            rig.jdbc().update("delete from tenant where tenant = 't_default'");
        }
        assertThat(opened("/keys").body()).contains("<h1>API Keys</h1>").doesNotContain("ccess key");
    }

    private void accessKeys() {
        assertThat(opened("/keys").body())
                .contains("<h1>Access keys</h1>", ">Settings</p>", "Generate access key", "id=\"kl-nav-settings\"")
                .doesNotContain("API key", "API Key");
        assertThat(opened("/keys/" + KEY).body()).contains("Access key ID", "Access key created");
        assertThat(opened("/keys/new").body()).contains("<h1>Generate access key</h1>");
        for (String path : List.of("/", "/profile", "/no-such-page", "/tenants/t_nobody")) {
            assertThat(admin.get(path).body())
                    .as(path)
                    .contains("<span>Access keys</span>")
                    .doesNotContain("<span>API keys");
        }
    }

    @Test
    void a_file_of_keys_takes_a_password_typed_only_minutes_ago() {
        Browser late = rig.signedIn("late", Role.VIEWER);
        rig.ahead.set(Duration.ofMinutes(6));
        try {
            assertThat(late.get("/keys").status()).isEqualTo(200);
            String asked = String.valueOf(
                    late.get("/keys/export?status=REVOKED&scope=admin").header("Location"));
            assertThat(asked).isEqualTo("/re-authenticate?next=%2Fkeys%2Fexport%3Fstatus%3DREVOKED%26scope%3Dadmin");
            Page proved = late.post(
                    asked,
                    "/re-authenticate",
                    "password",
                    FakeCommandService.PASSWORD,
                    "next",
                    "/keys/export?status=REVOKED&scope=admin");
            assertThat(late.get(String.valueOf(proved.header("Location"))).body())
                    .startsWith("name,keyId,owner");
        } finally {
            rig.ahead.set(Duration.ZERO);
        }
    }

    @Row("S3-37")
    @Test
    void who_lacks_the_role_is_told_so() {
        Browser viewer = rig.signedIn("vera", Role.VIEWER);
        assertThat(viewer.get("/my/keys").body()).contains("You do not have the role developer");
        assertThat(viewer.get("/keys").body()).doesNotContain("Create API Key").doesNotContain("Revoke selected");
        assertThat(viewer.get("/keys/" + KEY).body()).doesNotContain("Revoke for ever");
    }

    @Test
    void the_dashboard_shows_plots_and_the_tables_behind_them() {
        assertThat(opened("/").body())
                .contains(
                        "status-table", "days-table", "keys-table", "endpoints-table", "addresses-table", "never used");
    }

    @Test
    void each_list_is_planned_for_what_is_asked_for() {
        assertThat(rig.jdbc().queryForObject("show plan_cache_mode", String.class))
                .isEqualTo("force_custom_plan");
    }
}
