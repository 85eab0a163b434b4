package io.keyledger.command.door;

import static io.keyledger.command.key.Keys.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.KeyTable.Target;
import io.keyledger.command.key.Keys;
import io.keyledger.command.key.Refusal;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Permission;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.requirements.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonGateTest {
    private static final TenantId ACME = new TenantId("t_acme");
    private static final OwnerId ALICE = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final OwnerId BOB = new OwnerId("usr_01JDA7T3Y9W8Q6V5N4M3K2H1G1");
    private static final KeyId ALICES = Keys.KEY;
    private static final KeyId ALICES_TOKEN = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G1");
    private static final KeyId BOBS = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G2");
    private static final KeyId BOBS_TOKEN = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G3");
    private static final Map<KeyId, Target> KEYS = Map.of(
            ALICES, new Target(ALICE, KeyKind.KEY),
            ALICES_TOKEN, new Target(ALICE, KeyKind.PERSONAL),
            BOBS, new Target(BOB, KeyKind.KEY),
            BOBS_TOKEN, new Target(BOB, KeyKind.PERSONAL));
    private static final PersonGate GATE = new PersonGate(
            (tenant, key) -> tenant.equals(ACME) ? Optional.ofNullable(KEYS.get(key)) : Optional.empty());

    /** Why it is refused; null when it goes through. */
    private static @Nullable Refusal ask(String method, String path, RolePreset preset, Role... roles) {
        return ask(method, path, ACME, preset, roles);
    }

    private static @Nullable Refusal ask(
            String method, String path, TenantId tenant, RolePreset preset, Role... roles) {
        boolean[] through = {false};
        try {
            return refusal(() -> {
                GATE.check(method, path, tenant, ALICE, Grants.of(Set.of(roles), preset));
                through[0] = true;
            });
        } catch (AssertionError e) {
            if (through[0]) {
                return null;
            }
            throw e;
        }
    }

    private static Refusal not(Permission permission) {
        return new Refusal.NotPermitted(permission.wire());
    }

    private static String on(KeyId key, String action) {
        return "/api/v1/keys/" + key + action;
    }

    @Row("S3-08")
    @Test
    void a_developer_works_on_their_own_keys_and_on_nobody_elses() {
        for (RolePreset preset : RolePreset.values()) {
            for (KeyId own : List.of(ALICES, ALICES_TOKEN)) {
                assertThat(ask("PATCH", on(own, ""), preset, Role.DEVELOPER)).isNull();
                assertThat(ask("DELETE", on(own, ""), preset, Role.DEVELOPER)).isNull();
                for (String action : List.of("/rotate", "/revoke", "/suspend", "/resume")) {
                    assertThat(ask("POST", on(own, action), preset, Role.DEVELOPER))
                            .isNull();
                }
            }
            for (KeyId others : List.of(BOBS, BOBS_TOKEN)) {
                assertThat(ask("PATCH", on(others, ""), preset, Role.DEVELOPER)).isEqualTo(not(Permission.KEYS_EDIT));
                assertThat(ask("POST", on(others, "/rotate"), preset, Role.DEVELOPER))
                        .isEqualTo(not(Permission.KEYS_ROTATE));
                assertThat(ask("POST", on(others, "/revoke"), preset, Role.DEVELOPER))
                        .isEqualTo(not(Permission.KEYS_REVOKE));
                assertThat(ask("DELETE", on(others, ""), preset, Role.DEVELOPER))
                        .isEqualTo(not(Permission.KEYS_DELETE));
            }
        }
    }

    @Row({"S3-07", "S3-09", "S3-26"})
    @Test
    void an_admin_of_the_separated_preset_revokes_and_does_nothing_else_to_keys() {
        for (Role admin : List.of(Role.KEY_ADMIN, Role.TENANT_ADMIN)) {
            assertThat(ask("POST", on(BOBS, "/revoke"), RolePreset.SEPARATED, admin))
                    .isNull();
            assertThat(ask("PATCH", on(BOBS, ""), RolePreset.SEPARATED, admin)).isEqualTo(not(Permission.KEYS_EDIT));
            assertThat(ask("DELETE", on(BOBS, ""), RolePreset.SEPARATED, admin)).isEqualTo(not(Permission.KEYS_DELETE));
            // Not even to what is their own, without the role developer.
            assertThat(ask("PATCH", on(ALICES, ""), RolePreset.SEPARATED, admin))
                    .isEqualTo(not(Permission.KEYS_EDIT));
            assertThat(ask("PATCH", on(ALICES, ""), RolePreset.SEPARATED, admin, Role.DEVELOPER))
                    .isNull();
            assertThat(ask("PATCH", on(BOBS, ""), RolePreset.CENTRAL, admin)).isNull();
        }
    }

    @Row("S4-32")
    @Test
    void everybody_with_a_role_works_on_tokens_of_their_own() {
        for (Role role : Role.values()) {
            assertThat(ask("PATCH", on(ALICES_TOKEN, ""), RolePreset.SEPARATED, role))
                    .isNull();
            assertThat(ask("DELETE", on(ALICES_TOKEN, ""), RolePreset.SEPARATED, role))
                    .isNull();
            assertThat(ask("POST", on(ALICES_TOKEN, "/rotate"), RolePreset.SEPARATED, role))
                    .isNull();
        }
        assertThat(ask("DELETE", on(BOBS_TOKEN, ""), RolePreset.SEPARATED, Role.VIEWER))
                .isEqualTo(not(Permission.KEYS_DELETE));
        assertThat(ask("DELETE", on(ALICES_TOKEN, ""), RolePreset.SEPARATED)).isEqualTo(not(Permission.KEYS_DELETE));
    }

    @Test
    void a_key_of_another_tenant_is_not_there() {
        TenantId other = new TenantId("t_other");
        assertThat(ask("POST", on(BOBS, "/revoke"), other, RolePreset.CENTRAL, Role.KEY_ADMIN))
                .isEqualTo(new Refusal.NoSuchKey());
        assertThat(ask("POST", on(ALICES, "/revoke"), other, RolePreset.CENTRAL, Role.DEVELOPER))
                .isEqualTo(new Refusal.NoSuchKey());
        assertThat(ask("POST", "/api/v1/keys/nonsense/revoke", RolePreset.CENTRAL, Role.KEY_ADMIN))
                .isEqualTo(new Refusal.NoSuchKey());
    }

    /** Every route of the table with every role: who holds the permission on everything goes through, nobody else. */
    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/settings, settings:read",
        "PUT, /api/v1/settings, settings:write",
        "GET, /api/v1/users, users:read",
        "GET, /api/v1/users/usr_x, users:read",
        "POST, /api/v1/users, users:write",
        "PATCH, /api/v1/users/usr_x, users:write",
        "PUT, /api/v1/users/usr_x/roles, roles:write",
        "POST, /api/v1/users/usr_x/disable, users:write",
        "POST, /api/v1/users/usr_x/enable, users:write",
        "POST, /api/v1/users/usr_x/erase, users:write",
        "GET, /api/v1/users/usr_x/sign-ins, users:read",
        "PUT, /api/v1/users/usr_x/password, users:write",
        "GET, /api/v1/edges, edges:read",
    })
    void a_route_takes_its_permission(String method, String path, String permission) {
        Permission needed = Objects.requireNonNull(Permission.ofWire(permission));
        for (RolePreset preset : RolePreset.values()) {
            assertThat(ask(method, path, preset)).isEqualTo(not(needed));
            for (Role role : Role.values()) {
                assertThat(ask(method, path, preset, role))
                        .as("%s %s", preset, role)
                        .isEqualTo(Grants.of(Set.of(role), preset).allows(needed) ? null : not(needed));
            }
        }
    }

    @Test
    void an_edge_is_every_tenants_and_only_admins_of_the_operators_own_say_that_it_is_gone() {
        String retire = "/api/v1/edges/edge-1/retire";
        for (Role role : Role.values()) {
            assertThat(ask("POST", retire, RolePreset.CENTRAL, role))
                    .isEqualTo(new Refusal.NotPermitted("platform:operate"));
        }
        assertThat(ask("POST", retire, TenantId.DEFAULT, RolePreset.CENTRAL, Role.KEY_ADMIN))
                .isNull();
        assertThat(ask("POST", retire, TenantId.DEFAULT, RolePreset.CENTRAL, Role.AUDITOR))
                .isEqualTo(new Refusal.NotPermitted("platform:operate"));
    }

    @Row("S3-38")
    @Test
    void tenants_are_the_business_of_tenant_admins_of_the_operators_own_alone() {
        Map<String, String> routes =
                Map.of("GET", "/api/v1/tenants", "POST", "/api/v1/tenants", "PATCH", "/api/v1/tenants/t_acme");
        routes.forEach((method, path) -> {
            for (Role role : Role.values()) {
                assertThat(ask(method, path, RolePreset.CENTRAL, role))
                        .isEqualTo(new Refusal.NotPermitted("platform:operate"));
                assertThat(ask(method, path, TenantId.DEFAULT, RolePreset.CENTRAL, role))
                        .as("%s", role)
                        .isEqualTo(role == Role.TENANT_ADMIN ? null : new Refusal.NotPermitted("platform:operate"));
            }
        });
    }

    @Test
    void everybody_changes_their_own_password_and_only_those_who_govern_people_that_of_others() {
        assertThat(ask("PUT", "/api/v1/users/" + ALICE + "/password", RolePreset.CENTRAL))
                .isNull();
        assertThat(ask("PUT", "/api/v1/users/" + BOB + "/password", RolePreset.CENTRAL, Role.KEY_ADMIN))
                .isEqualTo(not(Permission.USERS_WRITE));
        assertThat(ask("POST", "/api/v1/users/" + ALICE + "/password", RolePreset.CENTRAL))
                .isEqualTo(not(Permission.USERS_WRITE));
    }

    @Test
    void what_is_not_in_the_table_no_person_may() {
        Role[] all = Role.values();
        for (String path : List.of(
                "/api/v1/tenants",
                "/api/v1/clients",
                "/api/v1/objects/1",
                "/api/v1/other",
                "/api/v1/keys/..%2fusers")) {
            assertThat(ask("POST", path, RolePreset.CENTRAL, all)).as(path).isInstanceOf(Refusal.class);
        }
        assertThat(ask("POST", "/api/v1/tenants", RolePreset.CENTRAL, all))
                .isEqualTo(new Refusal.NotPermitted("platform:operate"));
        assertThat(ask("PUT", on(ALICES, ""), RolePreset.CENTRAL, all))
                .isEqualTo(new Refusal.NotPermitted("keys:write"));
    }
}
