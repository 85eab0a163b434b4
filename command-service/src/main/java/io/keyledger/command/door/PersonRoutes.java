package io.keyledger.command.door;

import io.keyledger.events.access.Permission;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Routes.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which permission a person needs for a request, finer than what a key's scope tells apart. What is not in the table no
 * person may do. Pure.
 */
final class PersonRoutes {
    private static final Routes ROUTES = new Routes(List.of(
            new Rule("POST", "/api/v1/keys", "keys:create"),
            new Rule("POST", "/api/v1/keys/revoke", "keys:revoke"),
            new Rule("PATCH", "/api/v1/keys/*", "keys:edit"),
            new Rule("DELETE", "/api/v1/keys/*", "keys:delete"),
            new Rule("POST", "/api/v1/keys/*/rotate", "keys:rotate"),
            new Rule("POST", "/api/v1/keys/*/revoke", "keys:revoke"),
            new Rule("POST", "/api/v1/keys/*/suspend", "keys:suspend"),
            new Rule("POST", "/api/v1/keys/*/resume", "keys:suspend"),
            new Rule("POST", "/api/v1/keys/*/reveal", "keys:reveal"),
            new Rule("POST", "/api/v1/keys/*/forget", "keys:edit"),
            new Rule("GET", "/api/v1/barriers/*", "keys:read"),
            new Rule("GET", "/api/v1/settings", "settings:read"),
            new Rule("PUT", "/api/v1/settings", "settings:write"),
            new Rule("GET", "/api/v1/edges", "edges:read"),
            new Rule("POST", "/api/v1/edges/*/retire", "settings:write"),
            new Rule("GET", "/api/v1/tenants", "settings:switch"),
            new Rule("POST", "/api/v1/tenants", "settings:switch"),
            new Rule("PATCH", "/api/v1/tenants/*", "settings:switch"),
            new Rule("PUT", "/api/v1/users/*/roles", "roles:write"),
            new Rule("*", "/api/v1/users/**", "users:*")));

    private PersonRoutes() {}

    /** The permission, or null when no person may. */
    static @Nullable Permission permission(String method, String path) {
        return Permission.ofWire(wire(method, path));
    }

    /** Its name, also for what no person may. */
    static String wire(String method, String path) {
        return ROUTES.permission(method, path);
    }
}
