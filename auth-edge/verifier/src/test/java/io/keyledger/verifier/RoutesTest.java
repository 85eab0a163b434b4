package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.Scope;
import io.keyledger.requirements.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private final Routes routes = new Routes(List.of(
            new Routes.Rule("POST", "/orders/*/ship", "orders:execute"),
            new Routes.Rule("*", "/orders/**", "orders:*")));

    @ParameterizedTest
    @CsvSource({
        "GET, /, http:read",
        "HEAD, /x, http:read",
        "options, /x, http:read",
        "POST, /x, http:write",
        "DELETE, /x, http:write",
        "BREW, /x, http:write",
        "GET, /api/v1/objects?type=user, objects:read",
        "PATCH, /api/v1/objects/7, objects:write",
        "GET, /api/v1/settings, settings:read",
        "PUT, /api/v1/settings/keys, settings:write",
        "GET, /api/v1/settingsx, http:read",
        "POST, /api/v1/users, users:write",
        "POST, /api/v1/sync/projects/1/execute, sync:execute",
        "GET, /api/v1/sync/projects/1, sync:read",
        "GET, /api/v1/audit?startDate=2026-01-01, audit:read",
        "GET, /api/v1/keys, keys:read",
        "POST, /api/v1/keys, keys:write",
        "POST, /api/v1/keys/key_1/reveal, keys:reveal",
        "POST, /api/v1/keys/key_1/forget, keys:write",
        "POST, /orders/7/ship, orders:execute",
        "GET, /orders/7/ship, orders:read",
        "POST, /orders/7, orders:write",
    })
    @Row({"S1-32", "S1-33", "S1-34"})
    void a_request_needs_the_permission_of_the_first_rule_that_matches(String method, String path, String permission) {
        assertThat(routes.permission(method, path)).isEqualTo(permission);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/./settings",
                "//api/v1//settings",
                "/api/v1/objects/../settings",
                "/x/%2e%2e/api/v1/settings",
                "/api/v1/%73ettings",
                "/api/v1/settings;x=1",
                "/API/v1/Settings",
                "/api/v1/settings/",
            })
    void another_spelling_of_a_path_needs_the_same_permission(String path) {
        assertThat(routes.permission("GET", path)).isEqualTo("settings:read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1%2fsettings",
                "/a/%5c../b",
                "/a\\b",
                "/a%00",
                "/..",
                "/a/../../b",
                "/a%",
                "/a%zz",
                "/%252e"
            })
    void a_path_of_more_than_one_meaning_needs_what_only_administrators_hold(String path) {
        assertThat(routes.permission("GET", path)).isEqualTo(Routes.AMBIGUOUS);
        assertThat(Scope.READ_WRITE.grants(Routes.AMBIGUOUS)).isFalse();
        assertThat(Scope.ADMIN.grants(Routes.AMBIGUOUS)).isTrue();
    }

    @Test
    void a_rule_without_a_path_or_a_permission_is_refused() {
        assertThatThrownBy(() -> new Routes.Rule("GET", "orders", "orders:read"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Routes.Rule("GET", "/orders", "orders"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
