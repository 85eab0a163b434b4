package io.keyledger.events;

import org.jspecify.annotations.Nullable;

/**
 * What a key may do: a strict ladder of three bundles, and one below them that holds nothing. A permission is {@code resource:action}; whether a bundle grants
 * it is computed when a request is decided, so that a new resource needs no new key.
 */
public enum Scope {
    /** Of a personal token for which none was chosen: what asks for no permission, and nothing else. */
    DEFAULT("default"),
    /** Query anything that is not platform configuration; read audit logs; pull reports. */
    READ_ONLY("read-only"),
    /** Also create and change objects and trigger runs. */
    READ_WRITE("read-write"),
    /** Also settings, users, roles, tenants' configuration and the keys themselves. */
    ADMIN("admin");

    /** Reading these, too, takes {@link #ADMIN}: a request to them is a settings call. */
    private static final String[] CONFIGURATION = {"settings", "users", "roles", "configuration", "clients", "tenants"};
    /** Anyone with a key may look at keys; changing one is administration. */
    private static final String KEYS = "keys";
    /** Held by bootstrap keys of the operator only: creating tenants, asking for another bootstrap key. */
    private static final String PLATFORM = "platform";

    private final String wire;

    Scope(String wire) {
        this.wire = wire;
    }

    /** The name on the wire: {@code default}, {@code read-only}, {@code read-write} or {@code admin}. */
    public String wire() {
        return wire;
    }

    /** The scope of that wire name, or null. */
    public static @Nullable Scope ofWire(String wire) {
        for (Scope scope : values()) {
            if (scope.wire.equals(wire)) {
                return scope;
            }
        }
        return null;
    }

    /**
     * Whether this bundle holds {@code permission}: lower-case letters, digits and hyphens on both sides of one colon. Any
     * other form, such as {@code Settings:read}, and one of the platform itself, is never held.
     */
    public boolean grants(String permission) {
        int colon = permission.indexOf(':');
        if (colon <= 0 || colon == permission.length() - 1 || !isPlain(permission, colon)) {
            return false;
        }
        if (isResource(permission, colon, PLATFORM)) {
            return false;
        }
        return switch (this) {
            case ADMIN -> true;
            case READ_WRITE ->
                !isConfiguration(permission, colon)
                        && (isAction(permission, colon, "read")
                                || (isAction(permission, colon, "write") || isAction(permission, colon, "execute"))
                                        && !isResource(permission, colon, KEYS));
            case READ_ONLY -> isAction(permission, colon, "read") && !isConfiguration(permission, colon);
            case DEFAULT -> false;
        };
    }

    // Compared in place: an edge asks this for each request.

    private static boolean isConfiguration(String permission, int colon) {
        for (String resource : CONFIGURATION) {
            if (isResource(permission, colon, resource)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isResource(String permission, int colon, String resource) {
        return colon == resource.length() && permission.startsWith(resource);
    }

    private static boolean isAction(String permission, int colon, String action) {
        return permission.length() - colon - 1 == action.length() && permission.endsWith(action);
    }

    private static boolean isPlain(String permission, int colon) {
        for (int i = 0; i < permission.length(); i++) {
            char c = permission.charAt(i);
            if (i != colon && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }
}
