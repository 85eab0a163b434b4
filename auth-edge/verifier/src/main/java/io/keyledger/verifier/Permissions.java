package io.keyledger.verifier;

import io.keyledger.events.Scope;
import java.util.List;
import java.util.TreeSet;

/** The permissions that the platform itself knows, for those who want a list; a scope decides about any other as well. */
public final class Permissions {
    private static final List<String> KNOWN = List.of(
            "audit:read",
            "clients:read",
            "clients:write",
            "configuration:read",
            "configuration:write",
            "http:read",
            "http:write",
            "keys:read",
            "keys:reveal",
            "keys:write",
            "objects:read",
            "objects:write",
            "reports:read",
            "roles:read",
            "roles:write",
            "settings:read",
            "settings:write",
            "sync:execute",
            "sync:read",
            "sync:write",
            "users:read",
            "users:write");

    private Permissions() {}

    /**
     * Those that a credential holds, sorted: of the known ones, and of those that its policy names, the ones that its scope and
     * its policy both hold.
     */
    public static List<String> of(Credential credential) {
        TreeSet<String> held = new TreeSet<>(of(credential.scope()));
        List<String> named = credential.named();
        named.stream().filter(credential.scope()::grants).forEach(held::add);
        held.removeIf(permission -> !credential.permits(permission));
        return List.copyOf(held);
    }

    /** Those of the known ones that {@code scope} holds, sorted. */
    public static List<String> of(Scope scope) {
        return KNOWN.stream().filter(scope::grants).toList();
    }
}
