package io.keyledger.events.access;

import org.jspecify.annotations.Nullable;

/** One thing that a person may be allowed to do. Keys' scopes know their own, coarser names, see {@code Scope}. */
public enum Permission {
    KEYS_READ("keys:read"),
    KEYS_CREATE("keys:create"),
    KEYS_EDIT("keys:edit"),
    KEYS_ROTATE("keys:rotate"),
    KEYS_SUSPEND("keys:suspend"),
    KEYS_REVOKE("keys:revoke"),
    KEYS_DELETE("keys:delete"),
    /** See the secret of a recoverable key again. */
    KEYS_REVEAL("keys:reveal"),
    /** Make, change and end one's own personal tokens: held by everybody with a role, over nobody else's. */
    TOKENS_WRITE("tokens:write"),
    REPORTS_READ("reports:read"),
    AUDIT_READ("audit:read"),
    AUDIT_EXPORT("audit:export"),
    SETTINGS_READ("settings:read"),
    SETTINGS_WRITE("settings:write"),
    /** Switch all keys of the tenant on and off: setting {@code keys.enabled}. */
    SETTINGS_SWITCH("settings:switch"),
    USERS_READ("users:read"),
    USERS_WRITE("users:write"),
    ROLES_WRITE("roles:write"),
    EDGES_READ("edges:read");

    private final String wire;

    Permission(String wire) {
        this.wire = wire;
    }

    /** The name on the wire, such as {@code keys:create}. */
    public String wire() {
        return wire;
    }

    /** The permission of that wire name, or null. */
    public static @Nullable Permission ofWire(String wire) {
        for (Permission permission : values()) {
            if (permission.wire.equals(wire)) {
                return permission;
            }
        }
        return null;
    }
}
