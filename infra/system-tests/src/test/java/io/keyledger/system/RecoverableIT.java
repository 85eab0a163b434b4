package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.security.PrivateKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Recoverable keys: chosen at creation, shown again to whom may, for a reason, after that was written down. */
@OnPlatform
@Order(46)
class RecoverableIT {
    private final RunningPlatform platform;
    private final Tenant tenant;
    private final PrivateKey signing;

    RecoverableIT(RunningPlatform platform) throws IOException {
        this.platform = platform;
        this.tenant = platform.tenant();
        this.signing = AssertionKeys.signing(platform.dataDir().resolve("secrets/assertion.key"));
    }

    private void switchOn() {
        tenant.settings(Map.of("keys.recoverable", true)).expect(200);
    }

    private Answer reveal(Issued key) {
        return tenant.api().post("/keys/" + key.keyId() + "/reveal", Map.of("reason", "the server was set up anew"));
    }

    private static void assertProblem(Answer answer, int status, String slug) {
        answer.expect(status);
        assertThat(answer.text("type")).endsWith("/" + slug);
        assertThat(answer.body()).doesNotContain("kl_k_");
    }

    private int kept(Issued key) throws SQLException {
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from vault.secret where key_id = '" + key.keyId() + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Row({"S2-13", "S2-14"})
    @Test
    void a_key_is_recoverable_only_by_choice_at_creation_where_the_tenant_has_switched_it_on() throws SQLException {
        assertProblem(
                platform.tenant().tryCreate("Too early", "read-only", "recoverable", true), 409, "recoverable-off");
        switchOn();
        Issued plain = tenant.create("Plain", "read-only");
        assertProblem(reveal(plain), 409, "not-recoverable");
        assertThat(kept(plain)).isZero();

        Issued key = tenant.create("Recoverable", "read-only", "recoverable", true);
        assertThat(key.answer().at("recoverable")).isEqualTo(true);
        assertThat(kept(key)).isEqualTo(1);
        Answer missing = tenant.api().post("/keys/" + key.keyId() + "/reveal", Map.of());
        assertProblem(missing, 400, "missing-field");
        assertProblem(
                tenant.api().post("/keys/" + key.keyId() + "/reveal", Map.of("reason", " ")), 400, "missing-field");
        Answer shown = reveal(key).expect(200);
        assertThat(shown.text("key")).isEqualTo(key.key());
        assertThat(shown.text("credentialId")).isEqualTo(key.credentialId());
        assertThat(Edges.code(platform.edge(1), shown.text("key"))).isEqualTo("accepted");
        Answer row = tenant.row(key.keyId(), shown);
        assertThat(row.at("recoverable")).isEqualTo(true);
        assertThat(row.body()).doesNotContain(Secrets.secretOf(key.key()));
        assertThat(tenant.row(plain.keyId(), shown).at("recoverable")).isEqualTo(false);
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(tenant.api()
                                .get("/keys/" + key.keyId() + "/history")
                                .expect(200)
                                .body())
                        .contains("io.keyledger.key.revealed.v1", "the server was set up anew")
                        .doesNotContain(Secrets.secretOf(key.key())));
        // A repeat shows that it was shown, and not the key.
        Door once = tenant.api().with("Idempotency-Key", "reveal-once");
        String path = "/keys/" + key.keyId() + "/reveal";
        assertThat(once.post(path, Map.of("reason", "twice")).expect(200).text("key"))
                .isEqualTo(key.key());
        Answer repeated = once.post(path, Map.of("reason", "twice")).expect(200);
        assertThat(repeated.at("secretShown")).isEqualTo(true);
        assertThat(repeated.body()).doesNotContain(Secrets.secretOf(key.key()));
    }

    @Test
    void a_copy_ends_with_its_credential_and_at_once_with_its_key() throws SQLException {
        switchOn();
        Issued first = tenant.create("Rotated", "read-only", "recoverable", true);
        Issued second = tenant.rotate(first.keyId(), "PT3S");
        assertThat(reveal(first).expect(200).text("key")).isEqualTo(second.key());
        await().atMost(Edges.SOON).untilAsserted(() -> assertThat(kept(first)).isEqualTo(1));
        Issued third = tenant.rotate(first.keyId(), "PT0S");
        assertThat(kept(first)).isEqualTo(1);
        assertThat(reveal(first).expect(200).text("key")).isEqualTo(third.key());
        tenant.revoke(first.keyId(), "done").expect(200);
        assertThat(kept(first)).isZero();
        assertProblem(reveal(first), 409, "not-active");

        Issued deleted = tenant.create("Deleted", "read-only", "recoverable", true);
        tenant.api().delete("/keys/" + deleted.keyId()).expect(200);
        assertThat(kept(deleted)).isZero();
        assertProblem(reveal(deleted), 404, "no-such-key");
        Issued expiring = tenant.create("Expiring", "read-only", "recoverable", true, "expiresIn", "PT2S");
        assertThat(kept(expiring)).isEqualTo(1);
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(kept(expiring)).isZero());
    }

    @Test
    void switched_off_nothing_is_made_or_shown_and_what_is_kept_can_be_destroyed() throws SQLException {
        switchOn();
        Issued key = tenant.create("Kept", "read-only", "recoverable", true);
        Issued rotated = tenant.create("Rotated while off", "read-only", "recoverable", true);
        tenant.settings(Map.of("keys.recoverable", false)).expect(200);
        assertProblem(tenant.tryCreate("Too late", "read-only", "recoverable", true), 409, "recoverable-off");
        assertProblem(reveal(key), 409, "recoverable-off");
        assertThat(kept(key)).isEqualTo(1);
        Issued next = tenant.rotate(rotated.keyId(), "PT1H");
        assertThat(next.answer().body()).doesNotContain("recoverable");
        assertThat(kept(rotated)).isZero();

        Answer forgotten = tenant.api()
                .post("/keys/" + key.keyId() + "/forget", Map.of("reason", "switched off"))
                .expect(200);
        assertThat(kept(key)).isZero();
        assertThat(tenant.row(key.keyId(), forgotten).at("recoverable")).isEqualTo(false);
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        switchOn();
        assertProblem(reveal(key), 409, "not-recoverable");
        assertProblem(reveal(rotated), 409, "not-recoverable");
        assertProblem(tenant.api().post("/keys/" + key.keyId() + "/forget", Map.of()), 409, "not-recoverable");
    }

    /** A person, who has last proved who they are so long ago. */
    private Answer as(OwnerId person, @Nullable Duration ago, String path, Map<String, ?> body) {
        Instant now = Instant.now();
        PersonAssertion said = PersonAssertion.of(
                person,
                new TenantId(tenant.id()),
                "session",
                "POST",
                path,
                CanonicalJson.bytes(body),
                "203.0.113.9",
                "req_reveal",
                now);
        String word = (ago == null ? said : said.authenticated(now.minus(ago))).sign(signing);
        return platform.forwarder()
                .with(PersonAssertion.HEADER, word)
                .send("POST", path, new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8));
    }

    private OwnerId somebody(String login, String... roles) {
        return new OwnerId(tenant.api()
                .post("/users", Map.of("login", login, "displayName", "Somebody", "roles", List.of(roles)))
                .expect(201)
                .text("userId"));
    }

    @Test
    void it_takes_the_permission_and_a_person_who_is_there_now() {
        switchOn();
        Duration now = Duration.ofSeconds(20);
        OwnerId kim = somebody("kim", "key-admin");
        OwnerId root = somebody("root", "tenant-admin");
        OwnerId dev = somebody("dev", "developer");
        OwnerId other = somebody("other", "developer", "auditor", "viewer");
        Map<String, Object> why = Map.of("reason", "lost");
        Issued devs = Issued.of(as(dev, null, "/api/v1/keys", Tenant.body("Dev's", "read-only", "recoverable", true))
                .expect(201));
        Issued admins = tenant.create("Admin's", "admin", "recoverable", true);
        String path = "/api/v1/keys/" + devs.keyId() + "/reveal";

        assertProblem(as(kim, null, path, why), 403, "fresh-sign-in-needed");
        assertProblem(as(kim, Duration.ofMinutes(6), path, why), 403, "fresh-sign-in-needed");
        assertThat(as(kim, now, path, why).expect(200).text("key")).isEqualTo(devs.key());
        assertThat(as(dev, now, path, why).expect(200).text("key")).isEqualTo(devs.key());
        // Tenant-admins create, edit, delete and revoke; seeing a secret is another permission.
        assertProblem(as(root, now, path, why), 403, "not-permitted");
        assertProblem(as(other, now, path, why), 403, "not-permitted");
        // Whose secret would make a key-admin a tenant-admin.
        assertProblem(as(kim, now, "/api/v1/keys/" + admins.keyId() + "/reveal", why), 403, "admin-scope-reserved");

        // By keys: scope admin, and no personal token whatever it may do.
        Issued writer = tenant.create("Writer", "read-write");
        assertProblem(tenant.as(writer).post("/keys/" + devs.keyId() + "/reveal", why), 403, "forbidden");
        Issued token = Issued.of(as(
                        kim,
                        null,
                        "/api/v1/keys",
                        Tenant.body("Kim's", "admin", "kind", "personal", "description", "scripts"))
                .expect(201));
        assertProblem(tenant.as(token).post("/keys/" + devs.keyId() + "/reveal", why), 403, "fresh-sign-in-needed");
        assertProblem(
                as(
                        kim,
                        null,
                        "/api/v1/keys",
                        Tenant.body("T", "read-only", "kind", "personal", "description", "x", "recoverable", true)),
                422,
                "invalid-value");
        // Another tenant's key is not there.
        assertProblem(platform.tenant().api().post("/keys/" + devs.keyId() + "/reveal", why), 404, "no-such-key");
    }

    @Test
    void a_showing_that_cannot_be_written_down_shows_nothing() throws SQLException {
        switchOn();
        Issued key = tenant.create("Not without an event", "read-only", "recoverable", true);
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement()) {
            // Fails at the very commit.
            statement.execute("""
                    create function command.no_reveal() returns trigger language plpgsql as $$
                    begin raise exception 'not now' using errcode = '58030'; end $$;
                    create constraint trigger no_reveal after insert on command.domain_event
                        deferrable initially deferred for each row
                        when (new.payload_type = 'key.revealed.v1') execute function command.no_reveal()""");
            try {
                Answer refused = reveal(key);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.body()).doesNotContain(Secrets.secretOf(key.key()));
            } finally {
                statement.execute("drop trigger no_reveal on command.domain_event; drop function command.no_reveal()");
            }
        }
        assertThat(reveal(key).expect(200).text("key")).isEqualTo(key.key());
    }

    @Test
    void what_was_tampered_with_is_not_shown_and_is_no_event() throws SQLException {
        switchOn();
        Issued one = tenant.create("One", "read-only", "recoverable", true);
        Issued other = tenant.create("Other", "read-only", "recoverable", true);
        try (Connection connection = platform.postgres();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "update vault.secret set sealed = (select sealed from vault.secret where credential_id = '"
                            + other.credentialId() + "') where credential_id = '" + one.credentialId() + "'");
            assertProblem(reveal(one), 409, "secret-unreadable");
            statement.execute(
                    "update vault.secret set kek = 'k9' where credential_id = '" + other.credentialId() + "'");
            assertProblem(reveal(other), 409, "secret-unreadable");
            try (ResultSet rows = statement.executeQuery(
                    "select count(*) from command.domain_event where payload_type = 'key.revealed.v1' and aggregate_id in ('"
                            + one.keyId() + "', '" + other.keyId() + "')")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
        // The keys themselves are none the worse.
        assertThat(Edges.code(platform.edge(1), one.key())).isEqualTo("accepted");
    }

    @Row("S5-37")
    @Test
    void nobody_reads_the_table_but_in_its_own_role() throws SQLException {
        for (String role : List.of("keyledger_command", "keyledger_query")) {
            try (Connection connection = platform.postgres(role);
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("select * from vault.secret"))
                        .as(role)
                        .hasMessageContaining("permission denied");
            }
        }
        try (Connection connection = platform.postgres("keyledger_query");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("set role keyledger_vault"))
                    .hasMessageContaining("permission denied");
        }
    }
}
