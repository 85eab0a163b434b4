package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnPlatform
@Order(10)
class CreatingIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    CreatingIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row({"S1-02", "S1-03", "S1-83", "S1-52", "S2-20"})
    @Test
    void a_key_has_a_name_and_a_description_and_its_row_tells_when_it_was_made() {
        Instant before = Instant.now().minusSeconds(2);
        Issued key = tenant.create("Helpdesk – München", "read-only", "description", "Opens tickets for people");
        Answer row = tenant.row(key.keyId(), key.answer());
        assertThat(row.text("name")).isEqualTo("Helpdesk – München");
        assertThat(row.text("description")).isEqualTo("Opens tickets for people");
        assertThat(Instant.parse(row.text("createdAt")))
                .isBetween(before, Instant.now().plusSeconds(2));
        assertThat(row.text("createdAt")).isEqualTo(key.answer().text("createdAt"));
        tenant.api().post("/keys", Map.of("scope", "read-only")).expect(400);
    }

    @Row("S1-04")
    @Test
    void a_key_has_exactly_one_scope_of_three() {
        for (String scope : new String[] {"read-only", "read-write", "admin"}) {
            Issued key = tenant.create("scope " + scope, scope);
            assertThat(tenant.row(key.keyId(), key.answer()).text("scope")).isEqualTo(scope);
        }
        assertThat(tenant.api().post("/keys", Map.of("name", "no scope")).status())
                .isIn(400, 422);
        assertThat(tenant.tryCreate("other scope", "superuser").status()).isIn(400, 422);
        assertThat(tenant.tryCreate("READ_ONLY scope", "READ_ONLY").status()).isIn(400, 422);
    }

    @Row({"S1-05", "S1-53"})
    @Test
    void a_key_without_expiry_never_expires_and_one_with_it_tells_when() {
        Issued lasting = tenant.create("for ever", "read-only");
        assertThat(tenant.row(lasting.keyId(), lasting.answer()).at("expiresAt"))
                .isNull();
        assertThat(Edges.verify(platform.edge(1), lasting.key()).expect(200).at("expiresAt"))
                .isNull();
        Instant end = Instant.parse("2031-01-01T00:00:00.000000Z");
        Issued ending = tenant.create("until then", "read-only", "expiresAt", end.toString());
        assertThat(Instant.parse(tenant.row(ending.keyId(), ending.answer()).text("expiresAt")))
                .isEqualTo(end);
    }

    @Row("S1-14")
    @Test
    void an_expiry_may_be_relative() {
        Issued key = tenant.create("ninety days", "read-only", "expiresIn", "P90D");
        Instant created = Instant.parse(key.answer().text("createdAt"));
        assertThat(Duration.between(created, Instant.parse(key.answer().text("expiresAt"))))
                .isEqualTo(Duration.ofDays(90));
    }

    @Row({"S1-23", "S1-26", "S2-05"})
    @Test
    void the_key_is_shown_in_the_answer_that_makes_it_and_never_again() {
        Issued key = tenant.create("shown once", "read-only");
        assertThat(Secrets.in(key.key())).hasSize(1);
        for (String path : new String[] {
            "/keys/" + key.keyId() + "?minPosition=" + key.position(),
            "/keys",
            "/keys?search=shown",
            "/keys/" + key.keyId() + "/history",
            "/keys/" + key.keyId() + "/usage",
            "/audit?keyId=" + key.keyId(),
            "/settings"
        }) {
            String body = tenant.api().get(path).expect(200).body();
            assertThat(body).as(path).doesNotContain(Secrets.secretOf(key.key()));
        }
        // Lost is lost: there is no way to ask for it, only a new one.
        Answer lost = tenant.api().post("/keys/" + key.keyId() + "/reveal", Map.of("reason", "lost"));
        assertThat(lost.status()).isEqualTo(409);
        assertThat(lost.body()).contains("not-recoverable").doesNotContain(Secrets.secretOf(key.key()));
        assertThat(tenant.rotate(key.keyId(), "PT0S").key()).isNotEqualTo(key.key());
    }

    @Row({"S1-31", "S2-21"})
    @Test
    void keys_carry_a_prefix_that_tells_what_they_are_and_unique_ids() {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            Issued key = tenant.create("unique " + i, "read-only");
            assertThat(key.key()).startsWith("kl_k_" + key.credentialId() + "_");
            assertThat(ids.add(key.keyId())).isTrue();
            assertThat(ids.add(key.credentialId())).isTrue();
        }
        Tenant other = platform.tenant();
        other.settings(Map.of("keys.prefix", "ickey")).expect(200);
        assertThat(other.create("prefixed", "read-only").key()).startsWith("ickey_k_");
    }

    @Row("S2-04")
    @ParameterizedTest
    @ValueSource(strings = {"key", "keyId", "credentialId", "secret"})
    void the_value_of_a_key_is_never_the_callers(String member) {
        Answer answer = tenant.tryCreate("own value " + member, "read-only", member, "my-own-value");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("field")).isEqualTo(member);
    }

    @Row({"S1-08", "S1-68"})
    @Test
    void the_audit_tells_name_scope_expiry_and_who_made_it() {
        Issued key =
                tenant.create("audited", "read-write", "description", "why", "expiresIn", "P1D", "owner", "svc_hr");
        Journal.Seen seen = platform.journal().await(EventType.KEY_CREATED, key.keyId());
        KeyCreated created = (KeyCreated) seen.event().data();
        assertThat(created.keyName()).isEqualTo("audited");
        assertThat(created.scope().wire()).isEqualTo("read-write");
        assertThat(Objects.requireNonNull(created.expiresAt()))
                .isEqualTo(Instant.parse(key.answer().text("expiresAt")));
        assertThat(created.owner().value()).isEqualTo("svc_hr");
        assertThat(seen.event().actor().type()).isEqualTo("api_key");
        assertThat(tenant.bootstrapKey()).contains("_" + seen.event().actor().id() + "_");
        assertThat(seen.event().tenant().value()).isEqualTo(tenant.id());
    }

    @Row("S1-76")
    @Test
    void the_least_scope_is_enough_for_a_siem_and_nobody_gets_more_by_saying_nothing() {
        Issued siem = tenant.create("siem", "read-only");
        tenant.as(siem).get("/audit?limit=1").expect(200);
        tenant.as(siem).post("/keys", Tenant.body("more", "read-only")).expect(403);
        assertThat(tenant.api().post("/keys", Map.of("name", "nothing said")).status())
                .isIn(400, 422);
    }

    @Row("S5-02")
    @Test
    void a_key_belongs_to_a_service_not_only_to_a_person() {
        Issued key = tenant.create("nightly import", "read-write", "owner", "svc_import.nightly");
        assertThat(tenant.row(key.keyId(), key.answer()).text("owner")).isEqualTo("svc_import.nightly");
        assertThat(tenant.api()
                        .get("/keys?owner=svc_import.nightly")
                        .expect(200)
                        .items())
                .extracting(row -> row.get("keyId"))
                .containsExactly(key.keyId());
    }
}
