package io.keyledger.events.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Scope;
import io.keyledger.requirements.Row;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrantsTest {

    private static Grants grants(RolePreset preset, Role... roles) {
        return Grants.of(Set.of(roles), preset);
    }

    /** The table as people read it: a word for each cell that is not empty. */
    private static Map<String, String> row(RolePreset preset, Role role) {
        Grants grants = grants(preset, role);
        Map<String, String> cells = new TreeMap<>();
        for (Permission permission : Permission.values()) {
            if (grants.allows(permission)) {
                cells.put(permission.wire(), "any");
            } else if (grants.allowsOwn(permission)) {
                cells.put(permission.wire(), "own");
            }
        }
        return cells;
    }

    private static Map<String, String> cells(String any, String own) {
        Map<String, String> cells = new TreeMap<>();
        Stream.of(any.split(" ")).forEach(permission -> cells.put(permission, "any"));
        Stream.of(own.split(" ")).forEach(permission -> cells.put(permission, "own"));
        cells.remove("");
        return cells;
    }

    @ParameterizedTest
    @EnumSource
    void a_viewer_sees_keys_reports_and_edges_and_no_more(RolePreset preset) {
        assertThat(row(preset, Role.VIEWER)).isEqualTo(cells("keys:read reports:read edges:read", "tokens:write"));
    }

    @ParameterizedTest
    @EnumSource
    void an_auditor_reads_and_exports_and_changes_nothing_but_tokens_of_their_own(RolePreset preset) {
        assertThat(row(preset, Role.AUDITOR))
                .isEqualTo(cells(
                        "keys:read reports:read audit:read audit:export settings:read edges:read", "tokens:write"));
    }

    @ParameterizedTest
    @EnumSource
    void a_developer_has_keys_of_their_own_and_nothing_of_others(RolePreset preset) {
        assertThat(row(preset, Role.DEVELOPER))
                .isEqualTo(cells(
                        "",
                        "keys:read keys:create keys:edit keys:rotate keys:suspend keys:revoke keys:delete keys:reveal"
                                + " reports:read audit:read tokens:write"));
    }

    @Test
    void admins_do_everything_with_all_keys_in_the_central_preset() {
        String keys = "keys:read keys:create keys:edit keys:rotate keys:suspend keys:revoke keys:delete"
                + " reports:read audit:read audit:export settings:read settings:write edges:read";
        assertThat(row(RolePreset.CENTRAL, Role.KEY_ADMIN)).isEqualTo(cells(keys + " keys:reveal", "tokens:write"));
        assertThat(row(RolePreset.CENTRAL, Role.TENANT_ADMIN))
                .isEqualTo(cells(keys + " settings:switch users:read users:write roles:write", "tokens:write"));
    }

    @Row({"S3-07", "S3-08", "S3-09", "S3-26"})
    @Test
    void admins_revoke_and_developers_do_the_rest_in_the_separated_preset() {
        String keys = "keys:read keys:revoke reports:read audit:read audit:export settings:read settings:write"
                + " edges:read";
        assertThat(row(RolePreset.SEPARATED, Role.KEY_ADMIN)).isEqualTo(cells(keys + " keys:reveal", "tokens:write"));
        assertThat(row(RolePreset.SEPARATED, Role.TENANT_ADMIN))
                .isEqualTo(cells(keys + " settings:switch users:read users:write roles:write", "tokens:write"));
    }

    @Row("S3-05")
    @Test
    void only_a_tenant_admin_switches_all_keys_on_and_off() {
        for (RolePreset preset : RolePreset.values()) {
            assertThat(Stream.of(Role.values())
                            .filter(role -> grants(preset, role).allowsOwn(Permission.SETTINGS_SWITCH)))
                    .containsExactly(Role.TENANT_ADMIN);
        }
    }

    @Test
    void roles_add_up_and_never_take_away() {
        for (RolePreset preset : RolePreset.values()) {
            for (Role one : Role.values()) {
                for (Role other : Role.values()) {
                    Grants both = grants(preset, EnumSet.of(one, other).toArray(Role[]::new));
                    for (Permission permission : Permission.values()) {
                        assertThat(both.allows(permission))
                                .isEqualTo(grants(preset, one).allows(permission)
                                        || grants(preset, other).allows(permission));
                        assertThat(both.allowsOwn(permission))
                                .isEqualTo(grants(preset, one).allowsOwn(permission)
                                        || grants(preset, other).allowsOwn(permission));
                    }
                }
            }
        }
    }

    @Test
    void who_has_no_role_may_do_nothing() {
        Grants none = grants(RolePreset.CENTRAL);
        assertThat(none.any()).isEmpty();
        assertThat(none.own()).isEmpty();
        assertThat(none.ceiling()).isNull();
    }

    @Test
    void what_is_not_in_the_table_is_denied() {
        Grants all = Grants.of(EnumSet.allOf(Role.class), RolePreset.CENTRAL);
        assertThat(all.allows("keys:create")).isTrue();
        for (String unknown : List.of("platform:operate", "keys:", "keys:*", "Keys:create", "")) {
            assertThat(all.allows(unknown)).as(unknown).isFalse();
            assertThat(all.allowsOwn(unknown)).as(unknown).isFalse();
        }
    }

    @Row("S4-35")
    @Test
    void the_ceiling_is_that_of_the_highest_role() {
        assertThat(grants(RolePreset.CENTRAL, Role.VIEWER).ceiling()).isEqualTo(Scope.READ_ONLY);
        assertThat(grants(RolePreset.CENTRAL, Role.AUDITOR).ceiling()).isEqualTo(Scope.READ_ONLY);
        assertThat(grants(RolePreset.CENTRAL, Role.DEVELOPER, Role.VIEWER).ceiling())
                .isEqualTo(Scope.READ_WRITE);
        assertThat(grants(RolePreset.CENTRAL, Role.KEY_ADMIN).ceiling()).isEqualTo(Scope.ADMIN);
        assertThat(grants(RolePreset.SEPARATED, Role.TENANT_ADMIN, Role.AUDITOR).ceiling())
                .isEqualTo(Scope.ADMIN);
    }

    @Test
    void only_who_writes_users_gives_keys_a_scope_that_does() {
        for (RolePreset preset : RolePreset.values()) {
            for (Role one : Role.values()) {
                for (Role other : Role.values()) {
                    Grants grants = grants(preset, EnumSet.of(one, other).toArray(Role[]::new));
                    assertThat(grants.issues(Scope.ADMIN))
                            .as("%s %s %s", preset, one, other)
                            .isEqualTo(grants.allows(Permission.USERS_WRITE));
                }
            }
        }
        assertThat(grants(RolePreset.CENTRAL, Role.KEY_ADMIN).widestKey()).isEqualTo(Scope.READ_WRITE);
        assertThat(grants(RolePreset.CENTRAL, Role.TENANT_ADMIN).widestKey()).isEqualTo(Scope.ADMIN);
        assertThat(grants(RolePreset.CENTRAL, Role.AUDITOR).widestKey()).isEqualTo(Scope.READ_ONLY);
        assertThat(grants(RolePreset.CENTRAL).widestKey()).isNull();
        assertThat(grants(RolePreset.CENTRAL).issues(Scope.READ_ONLY)).isFalse();
    }

    @Test
    void own_and_any_do_not_overlap_and_cannot_be_changed() {
        Grants both = grants(RolePreset.CENTRAL, Role.DEVELOPER, Role.KEY_ADMIN);
        assertThat(both.own()).containsExactly(Permission.TOKENS_WRITE);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> both.any().clear())
                .isInstanceOf(UnsupportedOperationException.class);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> both.own().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void wire_names_read_back_and_unknown_roles_grant_nothing() {
        assertThat(Stream.of(Role.values()).map(Role::wire))
                .containsExactly("viewer", "auditor", "developer", "key-admin", "tenant-admin");
        for (Role role : Role.values()) {
            assertThat(Role.ofWire(role.wire())).isEqualTo(role);
        }
        for (Permission permission : Permission.values()) {
            assertThat(Permission.ofWire(permission.wire())).isEqualTo(permission);
        }
        assertThat(Stream.of(Permission.values()).map(Permission::wire)).doesNotHaveDuplicates();
        assertThat(Role.ofWire(List.of("emperor", "viewer", "VIEWER"))).containsExactly(Role.VIEWER);
        assertThat(Role.wires(EnumSet.of(Role.TENANT_ADMIN, Role.VIEWER))).containsExactly("viewer", "tenant-admin");
        assertThat(RolePreset.ofWire("separated")).isEqualTo(RolePreset.SEPARATED);
        assertThat(RolePreset.ofWire("CENTRAL")).isNull();
    }
}
