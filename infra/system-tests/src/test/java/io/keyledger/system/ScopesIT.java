package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each scope may do: on a protected upstream behind the edge, and on the platform's own API. */
@OnPlatform
@Order(10)
class ScopesIT {
    private final RunningPlatform platform;
    private final Tenant tenant;
    private final Issued readOnly;
    private final Issued readWrite;
    private final Issued admin;

    ScopesIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
        this.readOnly = tenant.create("ro", "read-only");
        this.readWrite = tenant.create("rw", "read-write");
        this.admin = tenant.create("admin", "admin");
    }

    @Row({"S1-15", "S1-16", "S1-17", "S1-18", "S1-19", "S1-20", "S1-32", "S1-34"})
    @ParameterizedTest(name = "{0} {1}: {2} {3} {4}")
    @CsvSource({
        // method, path, read-only, read-write, admin
        "GET,    /api/v1/objects?type=user,           204, 204, 204",
        "GET,    /api/v1/audit?startDate=2026-01-01,  204, 204, 204",
        "GET,    /api/v1/usage,                       204, 204, 204",
        "POST,   /api/v1/objects,                     403, 204, 204",
        "PUT,    /api/v1/objects/7,                   403, 204, 204",
        "PATCH,  /api/v1/objects/7,                   403, 204, 204",
        "POST,   /api/v1/sync/projects/7/execute,     403, 204, 204",
        "GET,    /api/v1/settings,                    403, 403, 204",
        "PUT,    /api/v1/settings,                    403, 403, 204",
        "GET,    /api/v1/users,                       403, 403, 204",
        "POST,   /api/v1/users,                       403, 403, 204",
        "PUT,    /api/v1/configuration/mail,          403, 403, 204",
        "POST,   /api/v1/keys,                        403, 403, 204",
    })
    void the_edge_lets_each_scope_do_what_its_rung_of_the_ladder_holds(
            String method, String path, int ro, int rw, int all) {
        assertThat(Edges.authorize(platform.edge(1), readOnly.key(), method, path)
                        .status())
                .isEqualTo(ro);
        assertThat(Edges.authorize(platform.edge(1), readWrite.key(), method, path)
                        .status())
                .isEqualTo(rw);
        assertThat(Edges.authorize(platform.edge(1), admin.key(), method, path).status())
                .isEqualTo(all);
    }

    @Row({"S1-15", "S1-33"})
    @Test
    void read_only_reads_keys_audit_and_usage_of_the_platform_itself() {
        Door door = tenant.as(readOnly);
        door.get("/keys").expect(200);
        door.get("/keys/" + admin.keyId() + "?minPosition=" + admin.position()).expect(200);
        door.get("/keys/" + admin.keyId() + "/history").expect(200);
        door.get("/audit?startDate=2026-01-01&endDate=2036-01-01").expect(200);
        door.get("/usage").expect(200);
    }

    @Row({"S1-16", "S1-18"})
    @Test
    void read_only_and_read_write_change_no_key_and_no_setting() {
        for (Issued key : new Issued[] {readOnly, readWrite}) {
            Door door = tenant.as(key);
            door.post("/keys", Tenant.body("no", "read-only")).expect(403);
            door.patch("/keys/" + admin.keyId(), Map.of("name", "no")).expect(403);
            door.post("/keys/" + admin.keyId() + "/rotate", Map.of("gracePeriod", "PT1H"))
                    .expect(403);
            door.post("/keys/" + admin.keyId() + "/revoke", Map.of("reason", "no"))
                    .expect(403);
            door.post("/keys/" + admin.keyId() + "/suspend", Map.of("reason", "no"))
                    .expect(403);
            door.delete("/keys/" + admin.keyId()).expect(403);
            door.post("/keys/revoke", Map.of("keyIds", java.util.List.of(admin.keyId()), "reason", "no"))
                    .expect(403);
            door.get("/settings").expect(403);
            door.put("/settings", Map.of("keys.maxPerOwner", 7)).expect(403);
            door.post("/tenants", Map.of("tenantId", "t_no")).expect(403);
        }
        Edges.authorize(platform.edge(1), admin.key(), "GET", "/api/v1/settings")
                .expect(204);
    }

    @Row("S1-19")
    @Test
    void admin_changes_settings_and_keys() {
        Door door = tenant.as(admin);
        door.put("/settings", Map.of("keys.maxPerOwner", 99)).expect(200);
        assertThat(door.get("/settings").expect(200).json()).containsEntry("keys.maxPerOwner", 99L);
        Answer made =
                door.post("/keys", Tenant.body("made by admin", "read-only")).expect(201);
        door.post("/keys/" + made.text("keyId") + "/revoke", Map.of("reason", "done"))
                .expect(200);
    }

    @Test
    void making_tenants_takes_more_than_an_admin_key() {
        tenant.as(admin).post("/tenants", Map.of("tenantId", "t_by-admin")).expect(403);
        tenant.api().post("/tenants", Map.of("tenantId", "t_by-other-tenant")).expect(403);
    }

    @Test
    void an_upgrade_of_scope_is_there_when_the_answer_says_usable() {
        Issued key = tenant.create("grows", "read-only");
        Edges.authorize(platform.edge(2), key.key(), "POST", "/api/v1/objects").expect(403);
        Answer grown = tenant.api()
                .patch("/keys/" + key.keyId(), Map.of("scope", "read-write"))
                .expect(200);
        assertThat(grown.at("usable")).isEqualTo(true);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            Edges.authorize(platform.edge(n), key.key(), "POST", "/api/v1/objects")
                    .expect(204);
        }
        tenant.api().patch("/keys/" + key.keyId(), Map.of("scope", "read-only")).expect(200);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            Edges.authorize(platform.edge(n), key.key(), "POST", "/api/v1/objects")
                    .expect(403);
        }
    }
}
