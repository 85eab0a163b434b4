package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.system.Tenant.Issued;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@OnPlatform
@Order(30)
class TenantsIT {
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

    @Test
    void every_row_event_and_record_carries_its_tenant() {
        Tenant tenant = platform.tenant();
        Issued key = tenant.create("labelled", "read-only");
        Journal.Seen seen = platform.journal().await(io.keyledger.events.EventType.KEY_CREATED, key.keyId());
        assertThat(seen.headers()).containsEntry("ce_tenantid", tenant.id());
        assertThat(seen.event().tenant().value()).isEqualTo(tenant.id());
    }
}
