package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@OnPlatform
@Order(30)
class TenantsIT {
    static final List<String> HOSTS = List.of("keys.acme.test", "keys.globex.test");

    private final RunningPlatform platform;

    TenantsIT(RunningPlatform platform) {
        this.platform = platform;
    }

    @Test
    void a_tenant_sees_its_own_keys_events_and_settings_only() {
        Tenant one = platform.tenant();
        Tenant two = platform.tenant();
        Issued key = one.create("of one", "read-only");
        Issued other = two.create("of two", "read-only");
        one.row(key.keyId(), key.answer());
        two.row(other.keyId(), other.answer());
        assertThat(two.api().get("/keys?limit=500").expect(200).body()).doesNotContain(key.keyId());
        assertThat(two.api().get("/audit?limit=500").expect(200).body()).doesNotContain(key.keyId());
        assertThat(two.api().get("/audit?keyId=" + key.keyId()).expect(200).items())
                .isEmpty();
        two.api().get("/keys/" + key.keyId()).expect(404);
        two.api().get("/keys/" + key.keyId() + "/history").expect(404);
        two.revoke(key.keyId(), "not mine").expect(404);
        Answer many = two.api()
                .post("/keys/revoke", Map.of("keyIds", List.of(key.keyId(), other.keyId()), "reason", "not mine"));
        assertThat(many.status()).isIn(200, 404);
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        two.settings(Map.of("keys.enabled", false)).expect(200);
        assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        assertThat(one.api().get("/settings").expect(200).json()).containsEntry("keys.enabled", true);
    }

    @Test
    void the_same_name_is_free_in_another_tenant() {
        platform.tenant().create("same everywhere", "read-only");
        platform.tenant().create("same everywhere", "read-only");
    }

    @Test
    void a_tenant_exists_once_and_only_the_operator_makes_one() {
        platform.operations()
                .api()
                .post("/tenants", Map.of("tenantId", "t_once"))
                .expect(201);
        platform.operations()
                .api()
                .post("/tenants", Map.of("tenantId", "t_once"))
                .expect(409);
        for (String bad : new String[] {"acme", "t_", "t_A", "t_system", "t_" + "x".repeat(41)}) {
            assertThat(platform.operations()
                            .api()
                            .post("/tenants", Map.of("tenantId", bad))
                            .status())
                    .as(bad)
                    .isIn(400, 409, 422);
        }
        platform.tenant().api().post("/tenants", Map.of("tenantId", "t_twice")).expect(403);
        platform.tenant().api().get("/tenants").expect(403);
        assertThat(platform.operations()
                        .api()
                        .get("/tenants?limit=500")
                        .expect(200)
                        .items())
                .extracting(tenant -> tenant.get("tenantId"))
                .contains("t_default", "t_once");
    }

    /** Each request over TLS of its own, whose certificate has to be good for the name that is asked. */
    @Row("S3-38")
    @Test
    void a_tenant_with_a_host_name_is_served_there_and_nowhere_else() {
        Tenant acme = platform.tenant();
        Tenant globex = platform.tenant();
        Issued key = acme.create("by name", "admin");
        Issued other = globex.create("by name", "admin");
        Named at = new Named(platform);
        assertThat(at.get("keys.acme.test", key.key(), "/api/v1/settings").status())
                .isEqualTo(421);
        name(acme, HOSTS.getFirst()).expect(200);
        name(globex, HOSTS.getFirst()).expect(409);
        name(globex, HOSTS.getLast().toUpperCase(Locale.ROOT)).expect(200);
        name(globex, "localhost").expect(422);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> at.get("keys.acme.test", key.key(), "/api/v1/keys").status() == 200);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        at.get("keys.globex.test", other.key(), "/api/v1/keys").status() == 200);
        // Answered by query-service, and by command-service: neither takes a key where its tenant is not.
        for (String path : List.of("/api/v1/keys", "/api/v1/audit", "/api/v1/settings", "/api/v1/users")) {
            assertThat(at.get("keys.acme.test", key.key(), path).status())
                    .as(path)
                    .isEqualTo(200);
            for (String elsewhere : List.of("keys.globex.test", "localhost")) {
                Named.Answer refused = at.get(elsewhere, key.key(), path);
                assertThat(refused.status()).as("%s at %s", path, elsewhere).isEqualTo(401);
                assertThat(refused.body()).doesNotContain(key.keyId(), acme.id());
            }
            assertThat(at.get("keys.nobody.test", key.key(), path, false).status())
                    .isEqualTo(421);
        }
        String operations = platform.operations().bootstrapKey();
        assertThat(at.get("localhost", operations, "/api/v1/tenants").status()).isEqualTo(200);
        assertThat(at.get("keys.acme.test", operations, "/api/v1/tenants").status())
                .isEqualTo(401);
        // Told in the audit of the tenant whose key it is, with old and new value for the name.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(at.get("keys.acme.test", key.key(), "/api/v1/audit?type=auth.failed")
                            .body())
                    .contains("wrong-host", key.keyId());
            assertThat(at.get("keys.acme.test", key.key(), "/api/v1/audit?type=settings.changed")
                            .body())
                    .contains("\"name\":\"tenant.host\",\"to\":\"keys.acme.test\"");
        });
        name(acme, null).expect(200);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> at.get("localhost", key.key(), "/api/v1/settings").status() == 200);
    }

    private Answer name(Tenant tenant, @Nullable String host) {
        // As text: the test's own JSON leaves a null out, and left out means as it is.
        return platform.operations()
                .api()
                .send(
                        "PATCH",
                        "/tenants/" + tenant.id(),
                        host == null ? "{\"host\":null}" : "{\"host\":\"" + host + "\"}");
    }

    @Test
    void only_the_operator_names_a_tenant() {
        Tenant tenant = platform.tenant();
        tenant.api()
                .patch("/tenants/" + tenant.id(), Map.of("host", "mine.test"))
                .expect(403);
        tenant.settings(Map.of("tenant.host", "mine.test")).expect(403);
        platform.operations()
                .api()
                .patch("/tenants/t_nobody", Map.of("host", "mine.test"))
                .expect(404);
        platform.command()
                .patch("/internal/tenants/" + tenant.id(), Map.of("selfService", false))
                .expect(200);
        assertThat(platform.operations()
                        .api()
                        .get("/tenants?limit=500")
                        .expect(200)
                        .items())
                .anySatisfy(found -> assertThat(found)
                        .containsEntry("tenantId", tenant.id())
                        .containsEntry("selfService", false)
                        .containsEntry("enabled", true));
    }

    @Test
    void every_row_event_and_record_carries_its_tenant() {
        Tenant tenant = platform.tenant();
        Issued key = tenant.create("labelled", "read-only");
        Journal.Seen seen = platform.journal().await(io.keyledger.events.EventType.KEY_CREATED, key.keyId());
        assertThat(seen.headers()).containsEntry("ce_tenantid", tenant.id());
        assertThat(seen.event().tenant().value()).isEqualTo(tenant.id());
    }
}
