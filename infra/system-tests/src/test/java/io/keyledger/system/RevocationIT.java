package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.RecordJson;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@OnPlatform
@Order(10)
class RevocationIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    RevocationIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row({"S1-59", "S1-60", "S2-23", "S5-10", "S3-16"})
    @Test
    void from_the_answer_on_every_edge_and_the_api_refuse_the_key() {
        for (int i = 0; i < 10; i++) {
            Issued key = tenant.create("revoked at once " + i, "admin");
            Answer answer = tenant.revoke(key.keyId(), "test").expect(200);
            for (int n = 1; n <= RunningPlatform.EDGES; n++) {
                assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("revoked");
            }
            tenant.as(key).get("/keys").expect(401);
            tenant.as(key).get("/settings").expect(401);
            assertThat(answer.at("effective")).isEqualTo(true);
            assertThat(answer.text("status")).isEqualTo("REVOKED");
        }
    }

    @Row({"S1-58", "S2-22"})
    @Test
    void a_key_is_found_and_nothing_but_the_confirmed_command_revokes_it() {
        Issued key = tenant.create("found first", "read-only");
        assertThat(tenant.api()
                        .get("/keys?search=found%20first&minPosition=" + key.position())
                        .expect(200)
                        .items())
                .extracting(row -> row.get("keyId"))
                .containsExactly(key.keyId());
        assertThat(tenant.api().get("/keys/" + key.keyId() + "/revoke").status())
                .isIn(404, 405);
        Answer dryRun = tenant.api()
                .post("/keys/revoke", Map.of("keyIds", List.of(key.keyId()), "reason", "campaign", "dryRun", true))
                .expect(200);
        assertThat(dryRun.at("dryRun")).isEqualTo(true);
        assertThat(dryRun.items()).extracting(item -> item.get("keyId")).containsExactly(key.keyId());
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        tenant.revoke(key.keyId(), "confirmed").expect(200);
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("revoked");
    }

    @Row({"S1-61", "S1-62", "S1-63", "S1-64", "S1-65", "S1-66", "S1-67", "S1-70"})
    @ParameterizedTest
    @CsvSource({
        "compromised,      committed to a public repository",
        "decommissioned,   the integration is gone",
        "owner-left,       employee with access left",
        "replaced,         expired and replaced",
        "unusual-activity, requests at night from abroad",
    })
    void the_audit_tells_name_who_and_why(String code, String reason) {
        Issued key = tenant.create("reason " + code, "read-only");
        tenant.api()
                .post("/keys/" + key.keyId() + "/revoke", Map.of("reason", reason, "reasonCode", code))
                .expect(200);
        Journal.Seen seen = platform.journal().await(EventType.KEY_REVOKED, key.keyId());
        KeyRevoked revoked = (KeyRevoked) seen.event().data();
        assertThat(revoked.keyName()).isEqualTo("reason " + code);
        assertThat(revoked.reason()).isEqualTo(reason);
        assertThat(RecordJson.wire(revoked.reasonCode())).isEqualTo(code);
        assertThat(tenant.bootstrapKey()).contains("_" + seen.event().actor().id() + "_");
    }

    @Row({"S2-24", "S3-22", "S3-24"})
    @Test
    void a_revocation_is_for_ever() {
        Issued key = tenant.create("for ever gone", "read-only");
        tenant.revoke(key.keyId(), "test").expect(200);
        String path = "/keys/" + key.keyId();
        tenant.revoke(key.keyId(), "again").expect(409);
        tenant.api().post(path + "/resume", Map.of("reason", "no")).expect(409);
        tenant.api().post(path + "/suspend", Map.of("reason", "no")).expect(409);
        tenant.api().post(path + "/rotate", Map.of("gracePeriod", "PT1H")).expect(409);
        tenant.api().patch(path, Map.of("name", "back")).expect(409);
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("revoked");
    }

    @Row({"S2-24", "S3-16", "S3-25"})
    @Test
    void a_revoked_key_stays_in_sight_until_it_is_deleted_and_its_history_stays() {
        Issued key = tenant.create("seen then not", "read-only");
        Answer revoked = tenant.revoke(key.keyId(), "first").expect(200);
        assertThat(tenant.row(key.keyId(), revoked).text("status")).isEqualTo("REVOKED");
        assertThat(tenant.api()
                        .get("/keys?status=REVOKED&search=seen%20then")
                        .expect(200)
                        .items())
                .hasSize(1);
        Answer deleted =
                tenant.api().send("DELETE", "/keys/" + key.keyId(), null).expect(200);
        tenant.api()
                .get("/keys/" + key.keyId() + "?minPosition=" + deleted.text("position"))
                .expect(404);
        assertThat(tenant.api().get("/keys?search=seen%20then").expect(200).items())
                .isEmpty();
        assertThat(tenant.api()
                        .get("/keys/" + key.keyId() + "/history")
                        .expect(200)
                        .items())
                .extracting(event -> event.get("type"))
                .contains("io.keyledger.key.created.v1", "io.keyledger.key.revoked.v1", "io.keyledger.key.deleted.v1");
    }

    @Row({"S3-25", "S3-14"})
    @Test
    void an_active_key_can_be_deleted_and_is_refused_from_then_on() {
        Issued key = tenant.create("deleted alive", "read-only");
        assertThat(tenant.row(key.keyId(), key.answer()).text("status")).isEqualTo("ACTIVE");
        tenant.api().delete("/keys/" + key.keyId()).expect(200);
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("deleted");
        Edges.authorize(platform.edge(2), key.key(), "GET", "/x").expect(401);
    }

    @Row("S1-79")
    @Test
    void revoking_one_key_affects_no_other() {
        Issued one = tenant.create("integration one", "read-only", "owner", "svc_shared");
        Issued two = tenant.create("integration two", "read-only", "owner", "svc_shared");
        tenant.revoke(one.keyId(), "one is gone").expect(200);
        assertThat(Edges.code(platform.edge(1), one.key())).isEqualTo("revoked");
        assertThat(Edges.code(platform.edge(1), two.key())).isEqualTo("accepted");
    }

    @Test
    void many_are_revoked_at_once_and_each_is_refused_from_the_answer_on() {
        List<Issued> keys = new ArrayList<>();
        IntStream.range(0, 30)
                .forEach(i -> keys.add(tenant.create("campaign " + i, "read-only", "owner", "svc_campaign")));
        Answer answer = tenant.api()
                .post(
                        "/keys/revoke",
                        Map.of(
                                "filter",
                                Map.of("owner", "svc_campaign"),
                                "reason",
                                "campaign",
                                "reasonCode",
                                "decommissioned",
                                "dryRun",
                                false))
                .expect(200);
        assertThat(answer.number("revoked")).isEqualTo(30);
        assertThat(answer.at("effective")).isEqualTo(true);
        keys.forEach(key -> assertThat(Edges.code(platform.edge(2), key.key())).isEqualTo("revoked"));
    }

    @Test
    void a_suspended_key_is_refused_and_works_again_when_resumed() {
        Issued key = tenant.create("suspended", "read-only");
        tenant.api()
                .post("/keys/" + key.keyId() + "/suspend", Map.of("reason", "looking into it"))
                .expect(200);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("suspended");
        }
        Answer resumed = tenant.api()
                .post("/keys/" + key.keyId() + "/resume", Map.of("reason", "false alarm"))
                .expect(200);
        assertThat(resumed.at("usable")).isEqualTo(true);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("accepted");
        }
    }
}
