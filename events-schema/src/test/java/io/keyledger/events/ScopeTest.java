package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
    private static final List<String> RESOURCES = List.of(
            "objects",
            "audit",
            "reports",
            "sync",
            "keys",
            "settings",
            "users",
            "roles",
            "configuration",
            "clients",
            "tenants",
            "whatever");
    private static final List<String> ACTIONS = List.of("read", "write", "execute", "delete", "reveal");

    @Row("S1-15")
    @ParameterizedTest
    @ValueSource(strings = {"objects:read", "audit:read", "reports:read", "keys:read"})
    void read_only_reads_objects_audit_and_reports(String permission) {
        assertThat(Scope.READ_ONLY.grants(permission)).isTrue();
    }

    @Row("S1-16")
    @ParameterizedTest
    @ValueSource(
            strings = {"objects:write", "sync:execute", "settings:read", "settings:write", "keys:write", "users:read"})
    void read_only_changes_and_triggers_nothing_and_sees_no_settings(String permission) {
        assertThat(Scope.READ_ONLY.grants(permission)).isFalse();
    }

    @Row("S1-17")
    @ParameterizedTest
    @ValueSource(strings = {"objects:read", "audit:read", "reports:read", "objects:write", "sync:execute"})
    void read_write_also_changes_objects_and_triggers_syncs(String permission) {
        assertThat(Scope.READ_WRITE.grants(permission)).isTrue();
    }

    @Row("S1-18")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "settings:read",
                "settings:write",
                "users:write",
                "roles:write",
                "configuration:write",
                "clients:write",
                "tenants:write",
                "keys:write",
                "objects:delete",
                "objects:reveal"
            })
    void read_write_stays_out_of_settings_users_and_configuration(String permission) {
        assertThat(Scope.READ_WRITE.grants(permission)).isFalse();
    }

    @Row("S1-19")
    @Test
    void admin_holds_everything_of_its_tenant() {
        assertThat(permissions()).allMatch(Scope.ADMIN::grants);
    }

    @Row({"S4-16", "S4-17", "S4-43"})
    @Test
    void the_default_scope_holds_nothing_and_is_below_the_ladder() {
        assertThat(permissions()).noneMatch(Scope.DEFAULT::grants);
        assertThat(Scope.DEFAULT).isLessThan(Scope.READ_ONLY);
        assertThat(Scope.ofWire("default")).isEqualTo(Scope.DEFAULT);
    }

    @Row("S1-20")
    @Test
    void the_ladder_is_strict() {
        assertThat(permissions().filter(Scope.READ_ONLY::grants)).allMatch(Scope.READ_WRITE::grants);
        assertThat(permissions().filter(Scope.READ_WRITE::grants)).allMatch(Scope.ADMIN::grants);
        assertThat(permissions().filter(Scope.READ_WRITE::grants)).anyMatch(p -> !Scope.READ_ONLY.grants(p));
        assertThat(permissions().filter(Scope.ADMIN::grants)).anyMatch(p -> !Scope.READ_WRITE.grants(p));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "read",
                "objects:",
                ":read",
                "Settings:read",
                " settings:read",
                "settings :read",
                "objects:read:all",
                "objects:read ",
                "objects\n:read",
                "platform:operate",
                "platform:read"
            })
    void a_permission_of_another_form_or_of_the_platform_is_never_held(String permission) {
        for (Scope scope : Scope.values()) {
            assertThat(scope.grants(permission)).as("%s", scope).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_scope_is_found_by_its_wire_name(Scope scope) {
        assertThat(Scope.ofWire(scope.wire())).isEqualTo(scope);
        assertThat(RecordJson.wire(scope)).isEqualTo(scope.wire());
        assertThat(Scope.ofWire(scope.name())).isNull();
    }

    private static Stream<String> permissions() {
        return RESOURCES.stream().flatMap(resource -> ACTIONS.stream().map(action -> resource + ":" + action));
    }
}
