package io.keyledger.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.keyledger.requirements.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What people come for, one story a page and role, told in order: each begins where the one before has ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoriesIT {
    private static final String PASSWORD = "purple monkeys like dishwashers";
    private static final double PATIENCE = 20_000;
    private static final LocatorAssertions.ContainsTextOptions SOON =
            new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE);

    private Stage stage;
    private Visitor fiona;
    private Visitor kim;
    private Visitor vera;
    private Visitor dave;
    private Visitor audrey;
    private @Nullable String siem;

    @BeforeAll
    void start() {
        stage = new Stage();
        fiona = stage.visitor();
        kim = stage.visitor();
        vera = stage.visitor();
        dave = stage.visitor();
        audrey = stage.visitor();
    }

    @AfterAll
    void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @Order(1)
    @Test
    void the_first_visit_takes_the_bootstrap_key_and_makes_the_first_account() {
        fiona.open("/");
        assertThat(fiona.path()).isEqualTo("/sign-in");
        fiona.look("sign-in");
        fiona.follow("Make the first account");
        fiona.look("setup");
        fiona.field("Bootstrap key").fill("kl_b_000000000000_nonsense");
        fillSetup();
        assertThat(fiona.text()).contains("not a valid bootstrap key").contains("./keyledger bootstrap");
        fiona.field("Bootstrap key").fill(stage.bootstrapKey());
        fillSetup();
        assertThat(fiona.text()).contains("Welcome").contains("tenant admin");
        assertThat(fiona.path()).isEqualTo("/");
        fiona.look("dashboard-empty");
    }

    private void fillSetup() {
        fiona.field("Name to sign in with").fill("fiona");
        fiona.field("Your name").fill("Fiona Founder");
        fiona.field("Password").fill(PASSWORD);
        fiona.press("Make the account");
    }

    @Row({"S3-10", "S3-11"})
    @Order(2)
    @Test
    void a_tenant_admin_makes_accounts_each_with_the_least_role_that_will_do() {
        fiona.open("/users/new");
        fiona.look("user-new");
        create("Kim Keys", "kim", "Key admin");
        create("Vera Viewer", "vera", "Viewer");
        create("Dave Developer", "dave", "Developer");
        create("Audrey Auditor", "audrey", "Auditor");
        fiona.open("/users");
        assertThat(fiona.text()).contains("Kim Keys", "Vera Viewer", "Dave Developer", "Audrey Auditor");
        fiona.look("users");
        fiona.open("/users?search=dave");
        assertThat(fiona.text()).contains("Dave Developer").doesNotContain("Kim Keys");
        fiona.follow("Dave Developer");
        fiona.look("user");
        fiona.open("/profile");
        fiona.look("profile");
    }

    private void create(String name, String login, String role) {
        fiona.open("/users/new");
        fiona.page().locator("#displayName").fill(name);
        fiona.page().locator("#login").fill(login);
        fiona.page().locator("#password").fill(PASSWORD);
        fiona.page()
                .getByRole(AriaRole.CHECKBOX, named(Pattern.compile("^" + role + " ")))
                .check();
        fiona.press("Create user");
        assertThat(fiona.text()).contains(name + " can sign in from now on.");
    }

    @Row({"S1-10", "S1-21", "S1-22", "S1-23", "S1-27", "S1-28", "S1-29", "S3-41"})
    @Order(3)
    @Test
    void a_key_admin_makes_a_key_that_is_shown_once_and_guarded() throws IOException {
        kim.signIn("kim", PASSWORD);
        kim.open("/keys");
        kim.look("keys-empty");
        kim.open("/keys/new");
        kim.look("key-new");
        kim.page().locator("#name").fill("SIEM Integration");
        kim.page().locator("#description").fill("Reads the audit every minute. Ask the security team.");
        kim.page().locator("[name=scope][value=read-only]").check();
        kim.press("Create key");
        siem = secret(kim);
        kim.look("key-shown");
        assertThat(kim.text())
                .contains("HashiCorp Vault")
                .contains("e-mail or chat")
                .contains("source code");
        kim.page().getByText("I have stored it: to the key").click();
        assertThat(kim.page().locator("#kl-leave").isVisible()).isTrue();
        kim.press("Stay");
        Download env =
                kim.page().waitForDownload(() -> kim.page().locator("#kl-env").click());
        assertThat(Files.readString(env.path())).contains(siem);
        kim.press("Copy");
        assertThat(kim.page().evaluate("navigator.clipboard.readText()")).isEqualTo(siem);
        kim.page().getByText("I have stored it: to the key").click();
        kim.page().waitForURL(Pattern.compile("/keys/key_"));
        assertThat(kim.page().content()).doesNotContain(siem);
        assertThat(kim.text()).contains("SIEM Integration");
    }

    @Row({"S1-41", "S1-48", "S1-49", "S1-50", "S1-51"})
    @Order(4)
    @Test
    void its_use_is_seen_on_its_page_and_in_the_list() {
        String key = Objects.requireNonNull(siem);
        for (int i = 0; i < 40; i++) {
            assertThat(stage.ask(key, 1 + i % Stage.EDGES, "GET", "/api/v1/audit/" + i % 3))
                    .isEqualTo(204);
        }
        assertThat(stage.ask(key, 1, "POST", "/api/v1/objects")).isEqualTo(403);
        awaitText(kim, "/keys", "SIEM Integration", "40");
        kim.look("keys");
        assertThat(kim.page()
                        .evaluate(
                                "(e => e.scrollWidth - e.clientWidth)(document.querySelector('#kl-keys .kl-scroll'))"))
                .as("how far one has to scroll sideways in the list, on a page of 1360 pixels")
                .isEqualTo(0);
        kim.follow("SIEM Integration");
        kim.look("key");
        fiona.open("/");
        fiona.look("dashboard");
    }

    @Row({"S1-58", "S1-59", "S1-60", "S2-25", "S3-24"})
    @Order(5)
    @Test
    void a_revocation_is_confirmed_by_every_edge_with_its_milliseconds() {
        String key = Objects.requireNonNull(siem);
        assertThat(stage.ask(key, 1, "GET", "/api/v1/audit")).isEqualTo(204);
        kim.open("/keys");
        kim.follow("SIEM Integration");
        kim.page()
                .locator("summary", new Page.LocatorOptions().setHasText("Revoke"))
                .click();
        kim.page().locator("#revoke-reason").fill("committed to a public repository");
        kim.press("Revoke for ever");
        assertThat(kim.text())
                .contains("Effective.")
                .contains("edge-1")
                .contains("edge-2")
                .containsPattern("\\d+ ms");
        kim.look("key-revoked");
        for (int edge = 1; edge <= Stage.EDGES; edge++) {
            assertThat(stage.ask(key, edge, "GET", "/api/v1/audit")).isEqualTo(401);
        }
    }

    @Row({"S3-23", "S5-40"})
    @Order(6)
    @Test
    void many_keys_are_revoked_at_once_after_a_look_at_what_would_break() {
        for (int i = 1; i <= 3; i++) {
            kim.open("/keys/new");
            kim.page().locator("#name").fill("Decommissioned service " + i);
            kim.page().locator("[name=scope][value=read-write]").check();
            kim.press("Create key");
            stage.ask(secret(kim), 1, "GET", "/api/v1/objects/" + i);
            kim.press("Copy");
        }
        kim.open("/keys?search=Decommissioned");
        PlaywrightAssertions.assertThat(kim.page().locator("main")).containsText("Decommissioned service 3", SOON);
        for (Locator box : kim.page().locator("[name=keyId]").all()) {
            box.check();
        }
        kim.page().locator("#kl-keys button.btn-danger").click();
        kim.look("keys-revoke");
        assertThat(kim.text()).contains("Decommissioned service 1");
        kim.page().locator("#reason").fill("the services are gone");
        kim.page().locator("main button.btn-danger").click();
        kim.look("keys-revoked");
        assertThat(kim.text()).contains("Decommissioned service 2");
    }

    @Row({"S3-08", "S3-39", "S3-40", "S3-42", "S3-43", "S4-40"})
    @Order(7)
    @Test
    void a_developer_helps_themselves() {
        dave.signIn("dave", PASSWORD);
        assertThat(menu(dave)).contains("My keys", "Help").doesNotContain("Users", "Settings");
        dave.open("/my/keys");
        dave.look("my-keys-empty");
        dave.open("/my/keys/new");
        dave.look("my-key-new");
        dave.page().locator("#name").fill("Laptop scripts");
        dave.press("Generate");
        String mine = secret(dave);
        dave.press("Copy");
        assertThat(stage.ask(mine, 1, "GET", "/api/v1/objects")).isEqualTo(204);
        dave.open("/my/keys");
        PlaywrightAssertions.assertThat(dave.page().locator("main")).containsText("Laptop scripts", SOON);
        dave.look("my-keys");
        dave.open("/users");
        assertThat(dave.heading()).isEqualTo("Your roles do not allow this");
        dave.look("not-allowed");
    }

    @Row({"S1-74", "S3-17", "S3-19", "S3-20"})
    @Order(8)
    @Test
    void an_auditor_reads_everything_as_it_happens_and_changes_nothing() {
        audrey.signIn("audrey", PASSWORD);
        assertThat(menu(audrey)).contains("Events", "Edges", "Settings").doesNotContain("Users");
        audrey.open("/events");
        PlaywrightAssertions.assertThat(audrey.page().locator("#kl-events")).containsText("Revoked", SOON);
        audrey.look("events");
        fiona.open("/settings");
        fiona.page().locator("#s-keys-maxPerOwner").fill("50");
        fiona.page().locator("#names button").click();
        PlaywrightAssertions.assertThat(audrey.page().locator("#kl-events"))
                .containsText("Settings changed: keys.maxPerOwner", SOON);
        audrey.open("/settings");
        assertThat(audrey.page()
                        .locator("main input:not([disabled], [type=hidden]), main button")
                        .count())
                .isZero();
    }

    @Row({"S3-04", "S3-05", "S3-06", "S3-27", "S3-31"})
    @Order(9)
    @Test
    void a_tenant_admin_governs_the_policy_and_the_switch() {
        awaitText(fiona, "/settings", "100", "50", "Fiona Founder");
        fiona.look("settings");
        fiona.open("/settings/presets/hub-s3");
        fiona.look("settings-preset");
        fiona.open("/keys/new");
        fiona.page().locator("#name").fill("Switched");
        fiona.page().locator("[name=scope][value=read-only]").check();
        fiona.press("Create key");
        String key = secret(fiona);
        fiona.press("Copy");
        assertThat(stage.ask(key, 1, "GET", "/api/v1/objects")).isEqualTo(204);
        fiona.open("/settings");
        fiona.follow("Disable API keys…");
        fiona.look("settings-switch");
        fiona.press("Disable all API keys");
        assertThat(fiona.text())
                .contains("All API keys of the tenant are refused.")
                .containsPattern("\\d+ ms");
        assertThat(stage.ask(key, 2, "GET", "/api/v1/objects")).isEqualTo(401);
        fiona.follow("Enable API keys…");
        fiona.press("Enable API keys");
        assertThat(stage.ask(key, 2, "GET", "/api/v1/objects")).isEqualTo(204);
    }

    @Order(10)
    @Test
    void a_viewer_looks_and_finds_nothing_to_change() {
        vera.signIn("vera", PASSWORD);
        assertThat(menu(vera)).contains("Dashboard", "API keys", "Edges").doesNotContain("Users", "Settings", "Events");
        vera.open("/edges");
        assertThat(vera.text()).contains("edge-1", "edge-2", "query-1", "live");
        vera.look("edges");
        assertThat(vera.page().getByText("Retire").count()).isZero();
        vera.open("/no-such-page");
        assertThat(vera.heading()).isEqualTo("No such path");
        vera.look("no-such-page");
    }

    @Order(11)
    @Test
    void who_is_disabled_is_out_at_the_next_click_and_so_are_their_keys() {
        dave.open("/my/keys/new");
        dave.page().locator("#name").fill("Soon refused");
        dave.press("Generate");
        String mine = secret(dave);
        dave.press("Copy");
        assertThat(stage.ask(mine, 2, "GET", "/api/v1/objects")).isEqualTo(204);
        fiona.open("/users?search=dave");
        fiona.follow("Dave Developer");
        fiona.field("Reason (optional, kept in the audit)").fill("left the company");
        fiona.press("Disable this user");
        assertThat(fiona.text())
                .contains("Disabled: sessions have ended")
                .contains("edge-1")
                .containsPattern("\\d+ ms");
        fiona.look("user-disabled");
        assertThat(stage.ask(mine, 2, "GET", "/api/v1/objects")).isEqualTo(401);
        dave.open("/my/keys");
        assertThat(dave.path()).startsWith("/sign-in");
        dave.field("Name").fill("dave");
        dave.field("Password").fill(PASSWORD);
        dave.press("Sign in");
        assertThat(dave.text()).contains("wrong, or the account is disabled");
    }

    @Row("S1-87")
    @Order(12)
    @Test
    void help_is_there_for_everybody() {
        Visitor stranger = stage.visitor();
        stranger.open("/help");
        stranger.look("help");
        for (String topic :
                List.of("scopes", "storing-keys", "rotation", "roles", "audit", "single-sign-on", "api", "hardening")) {
            stranger.open("/help/" + topic);
            stranger.look("help-" + topic);
        }
    }

    @Order(13)
    @Test
    void everything_can_be_reached_with_the_keyboard_alone() {
        Visitor keys = stage.visitor();
        keys.open("/sign-in");
        keys.page().keyboard().type("kim");
        keys.page().keyboard().press("Tab");
        keys.page().keyboard().type(PASSWORD);
        keys.page().keyboard().press("Enter");
        keys.page().waitForURL(url -> !url.contains("/sign-in"));
        keys.page().keyboard().press("Tab");
        assertThat(focused(keys)).isEqualTo("Skip to the content");
        keys.page().keyboard().press("Enter");
        assertThat(keys.page().evaluate("document.activeElement.id")).isEqualTo("content");
        keys.open("/keys");
        for (int i = 0; i < 30 && !focused(keys).equals("Edges"); i++) {
            keys.page().keyboard().press("Tab");
        }
        assertThat(keys.page().evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        keys.page().keyboard().press("Enter");
        keys.page().waitForURL(url -> url.endsWith("/edges"));
    }

    @Order(14)
    @Test
    void without_a_script_everything_can_be_read_in_utc() {
        Visitor plain = stage.visitor(false);
        plain.signIn("kim", PASSWORD);
        plain.open("/keys?status=REVOKED");
        assertThat(plain.text()).contains("SIEM Integration").contains("UTC");
        plain.open("/settings");
        assertThat(plain.text()).contains("Maximum of keys per user");
        plain.page().locator("#names button").click();
        assertThat(plain.text()).contains("Nothing was changed");
    }

    @Order(15)
    @Test
    void times_are_the_viewers_own_and_exact_in_utc_on_hover() {
        fiona.open("/users?search=kim");
        fiona.follow("Kim Keys");
        Locator time = fiona.page().locator("dl time[data-local='']").first();
        assertThat(time.innerText()).doesNotContain("UTC");
        assertThat(time.getAttribute("title")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    }

    @Order(16)
    @Test
    void light_or_dark_is_the_systems_until_one_chooses() {
        vera.open("/edges");
        assertThat(theme(vera)).isEqualTo("light");
        vera.page().locator("[data-theme-switch]").click();
        assertThat(theme(vera)).isEqualTo("dark");
        vera.open("/keys");
        assertThat(theme(vera)).isEqualTo("dark");
        vera.page().locator("[data-theme-switch]").click();
        assertThat(theme(vera)).isEqualTo("light");
    }

    @Order(17)
    @Test
    void signing_out_ends_it_here_and_for_who_holds_the_cookie() {
        vera.press("Sign out");
        assertThat(vera.text()).contains("You are signed out.");
        vera.open("/keys");
        assertThat(vera.path()).isEqualTo("/sign-in?next=/keys");
    }

    @Order(18)
    @Test
    void a_filter_that_is_needed_often_is_kept_under_a_name() {
        audrey.open("/events?type=key.revoked");
        audrey.page().getByText("Save this filter").click();
        audrey.field("Name of the filter").fill("Revocations");
        audrey.look("events-save-filter");
        audrey.press("Save the filter");
        assertThat(audrey.path()).isEqualTo("/events?type=key.revoked");
        assertThat(audrey.text()).contains("The filter is saved as “Revocations”.");
        audrey.open("/events");
        audrey.look("events-saved-filters");
        audrey.follow("Revocations");
        assertThat(audrey.path()).isEqualTo("/events?type=key.revoked");
        audrey.open("/keys?status=REVOKED&watch=never-used");
        audrey.page().getByText("Save this filter").click();
        audrey.field("Name of the filter").fill("Revoked and never used");
        audrey.press("Save the filter");
        audrey.open("/filters");
        audrey.look("filters");
        audrey.page()
                .locator("li", containing("Revocations"))
                .getByText("Rename")
                .first()
                .click();
        audrey.page()
                .locator("li", containing("Revocations"))
                .locator("input[name=name]")
                .fill("Ends of keys");
        audrey.page()
                .locator("li", containing("Revocations"))
                .locator("button.btn-primary")
                .click();
        assertThat(audrey.text()).contains("Ends of keys").doesNotContain("Revocations");
        audrey.page()
                .locator("li", containing("Ends of keys"))
                .locator("summary.text-danger")
                .click();
        audrey.page()
                .locator("li", containing("Ends of keys"))
                .locator("button.btn-danger")
                .click();
        assertThat(audrey.text())
                .contains("is deleted")
                .contains("Revoked and never used")
                .contains("1 of at most 50");
        kim.open("/filters");
        assertThat(kim.text()).contains("No filter is saved");
        kim.look("filters-empty");
    }

    @Row({"S3-35", "S3-38", "S2-01"})
    @Order(19)
    @Test
    void the_operator_makes_a_tenant_that_is_at_home_under_a_name_of_its_own() {
        fiona.open("/tenants");
        fiona.look("tenants");
        fiona.proven(PASSWORD, "/tenants/new");
        fiona.look("tenant-new");
        fiona.page().locator("#tenantId").fill("t_acme");
        fiona.page().locator("#name").fill("Acme");
        fiona.page().locator("#preset").selectOption("strict-s2");
        fiona.press("Create tenant");
        fiona.look("tenant-made");
        String bootstrap = secret(fiona);
        fiona.press("Copy");
        fiona.press("I have stored it: to the tenants");
        fiona.follow("Acme");
        fiona.field("Host name").fill("localhost");
        fiona.press("Save");
        assertThat(fiona.text()).contains("neither an IP address nor localhost");
        fiona.field("Host name").fill("acme.localhost");
        fiona.look("tenant");
        fiona.press("Save");
        assertThat(fiona.text()).contains("Acme is changed.").contains("acme.localhost");
        fiona.look("tenants-two");

        Visitor ann = stage.visitorAt("acme.localhost");
        awaitText(ann, "/sign-in", "Tenant t_acme");
        ann.look("sign-in-by-name");
        ann.follow("Make the first account");
        ann.field("Bootstrap key").fill(bootstrap);
        ann.field("Name to sign in with").fill("ann");
        ann.field("Your name").fill("Ann Acme");
        ann.field("Password").fill(PASSWORD);
        ann.press("Make the account");
        assertThat(ann.text()).contains("Welcome");
        assertThat(menu(ann)).contains("Access keys").doesNotContain("API keys", "Tenants");
        ann.open("/keys");
        assertThat(ann.heading()).isEqualTo("Access keys");
        assertThat(ann.text()).contains("Generate access key");
        ann.look("access-keys");
        ann.open("/settings");
        assertThat(ann.page().locator("#operator").innerText()).contains("Host name");
        ann.look("settings-of-a-named-tenant");

        Visitor nobody = stage.visitorAt("nobody.localhost");
        nobody.open("/");
        assertThat(nobody.heading()).isEqualTo("Nobody is served under this host name");
        // Nothing is served at such a name, the style sheet neither.
        nobody.forgetComplaints();
        // At the shared address nobody of that tenant gets in any more, and the operator does as ever.
        Visitor astray = stage.visitor();
        astray.open("/sign-in?tenant=t_acme");
        astray.field("Name").fill("ann");
        astray.field("Password").fill(PASSWORD);
        astray.press("Sign in");
        assertThat(astray.text()).contains("not the address of that tenant");
        fiona.open("/tenants");
        assertThat(fiona.heading()).isEqualTo("Tenants");
    }

    @Order(20)
    @Test
    void without_a_script_it_is_dark_where_the_system_is() {
        Visitor plain = stage.visitor(false);
        plain.signIn("kim", PASSWORD);
        for (String path : List.of("/keys", "/settings")) {
            plain.dark();
            plain.open(path);
            assertThat(
                            plain.page()
                                    .evaluate(
                                            "getComputedStyle(document.body).colorScheme + getComputedStyle(document.documentElement).colorScheme"))
                    .asString()
                    .contains("dark");
            plain.picture("without-script" + path.replace('/', '-') + "-dark");
        }
        // Taking a picture sets a style of its own, which the policy refuses.
        plain.forgetComplaints();
    }

    @Row("S2-14")
    @Order(21)
    @Test
    void a_recoverable_key_is_shown_again_for_a_reason_until_its_secret_is_destroyed() {
        fiona.open("/settings");
        fiona.page().locator("#s-keys-recoverable").check();
        fiona.press("Save Recoverable keys");
        awaitText(kim, "/keys/new", "Recoverable: it can be shown again");
        kim.page().locator("#name").fill("Old appliance");
        kim.page().locator("[name=scope][value=read-only]").check();
        kim.page().locator("#recoverable").check();
        kim.press("Create key");
        String key = secret(kim);
        kim.look("key-shown-recoverable");
        kim.press("Copy");
        kim.page().getByText("I have stored it: to the key").click();
        kim.page().waitForURL(Pattern.compile("/keys/key_"));
        // Without the position that the page was to wait for.
        String path = kim.path().replaceFirst("\\?.*", "");
        awaitText(kim, path, "hidden; kept encrypted");
        assertThat(kim.page().content()).doesNotContain(key);

        kim.proven(PASSWORD, path + "/reveal");
        kim.look("key-reveal");
        kim.field("Why do you need it?").fill("the appliance was set up anew");
        kim.press("Show key");
        assertThat(secret(kim)).isEqualTo(key);
        kim.look("key-shown-again");
        kim.press("Copy");
        awaitText(kim, path, "Shown again", "the appliance was set up anew");
        kim.look("key-recoverable");

        kim.page().getByText("Destroy the kept secret").click();
        kim.page().locator("#forget-reason").fill("it is in the vault now");
        kim.press("Destroy");
        assertThat(kim.text()).contains("The kept secret is destroyed. The key works as before");
        awaitText(kim, path, "only a hash is kept", "it is in the vault now");
        assertThat(kim.link("Show key…").count()).isZero();
        assertThat(stage.ask(key, 1, "GET", "/api/v1/objects")).isEqualTo(204);
    }

    @Order(22)
    @Test
    void a_guest_has_a_last_day_and_it_can_be_moved() {
        LocalDate end = LocalDate.now(ZoneOffset.UTC).plusDays(7);
        fiona.open("/users/new");
        fiona.page().locator("#displayName").fill("Sue Support");
        fiona.page().locator("#login").fill("sue");
        fiona.page().locator("#accessEndsOn").fill(end.toString());
        fiona.page()
                .getByRole(AriaRole.CHECKBOX, named(Pattern.compile("^Viewer ")))
                .check();
        fiona.press("Create user");
        awaitText(fiona, "/users?search=sue", "Sue Support");
        fiona.follow("Sue Support");
        assertThat(fiona.text()).contains("Access ends");
        fiona.page().locator("#accessEndsAt").fill(end.plusDays(7).toString());
        fiona.press("Change the end");
        assertThat(fiona.text()).contains("The access ends then.");
        fiona.look("user-guest");
    }

    @Row({"S5-16", "S5-17", "S5-18", "S5-27", "S5-28", "S5-29"})
    @Order(23)
    @Test
    void a_key_is_made_for_one_place_and_one_pace_and_moved_to_another_place() {
        kim.open("/keys/new");
        kim.page().locator("#name").fill("Web shop");
        kim.page().locator("[name=scope][value=read-only]").check();
        kim.page().getByText("Where and when it may be used").click();
        kim.page().locator("#addresses").fill("203.0.113.0/24\nshop.example.com");
        kim.page().getByText("How much it may be used").click();
        kim.page().locator("#rate-1").fill("100");
        kim.field("Rate 1: how long").fill("10");
        kim.press("Create key");
        assertThat(kim.text()).contains("“shop.example.com” is no address and no range");
        assertThat(kim.page().locator("#addresses").inputValue()).isEqualTo("203.0.113.0/24\nshop.example.com");
        kim.look("key-new-policy");
        kim.page().locator("#addresses").fill("203.0.113.0/24");
        kim.press("Create key");
        String key = secret(kim);
        kim.press("Copy");
        assertThat(stage.ask(key, 1, "GET", "/api/v1/objects")).isEqualTo(204);
        kim.page().getByText("I have stored it: to the key").click();
        kim.page().waitForURL(Pattern.compile("/keys/key_"));
        String path = kim.path().replaceFirst("\\?.*", "");
        awaitText(kim, path, "Only from 203.0.113.0/24", "At most 100 requests in any 10 seconds");

        kim.follow("Edit…");
        kim.page().locator("#addresses").fill("198.51.100.0/24");
        PlaywrightAssertions.assertThat(kim.page().locator("#changes")).containsText("Only from 198.51.100.0/24", SOON);
        kim.look("key-edit");
        kim.press("Save");
        assertThat(kim.text()).contains("Addresses: Only from 203.0.113.0/24 → Only from 198.51.100.0/24");
        assertThat(stage.ask(key, 1, "GET", "/api/v1/objects")).isEqualTo(403);
        awaitText(kim, path, "Only from 198.51.100.0/24", "From an address that the key does not allow");
        kim.look("key-policy");
        kim.open("/keys?restriction=limits");
        assertThat(kim.text()).contains("Web shop");
        kim.open("/keys?restriction=anywhere");
        assertThat(kim.text()).doesNotContain("Web shop");
    }

    /** Every page of every story ran without a word from the browser: no script failed, the policy stopped nothing. */
    @Order(99)
    @Test
    void no_browser_has_complained() {
        assertThat(stage.visitors().stream()
                        .flatMap(v -> v.complaints().stream())
                        .toList())
                .isEmpty();
    }

    private static String secret(Visitor visitor) {
        return visitor.page().locator("#kl-secret").innerText().strip();
    }

    private static String menu(Visitor visitor) {
        return visitor.page().locator("nav[aria-label=Main]").innerText();
    }

    private static String focused(Visitor visitor) {
        return String.valueOf(visitor.page().evaluate("document.activeElement.innerText"))
                .strip();
    }

    private static String theme(Visitor visitor) {
        return String.valueOf(visitor.page().evaluate("document.documentElement.getAttribute('data-bs-theme')"));
    }

    private static Page.LocatorOptions containing(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }

    private static Page.GetByRoleOptions named(Pattern name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    /** Opens the page again until it says all of this: what is written is not read at the same instant. */
    private static void awaitText(Visitor visitor, String path, String... texts) {
        for (int i = 0; i < 40; i++) {
            visitor.open(path);
            String text = visitor.text();
            if (List.of(texts).stream().allMatch(text::contains)) {
                return;
            }
            visitor.page().waitForTimeout(500);
        }
        assertThat(visitor.text()).contains(texts);
    }
}
