package io.keyledger.query.console.access;

import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Permission;
import io.keyledger.events.access.Role;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The signed-in person of one request, with the roles of this very moment. A controller takes it as an argument.
 *
 * @param authenticatedAt when they last proved who they are
 * @param session a hash of the session's id
 * @param method how they signed in: {@code password} or {@code oidc:} and the provider's short name
 */
public record Person(
        OwnerId userId,
        TenantId tenant,
        String displayName,
        Set<Role> roles,
        Grants grants,
        String method,
        Instant authenticatedAt,
        String session,
        Origin origin) {

    /** Where a request came from. */
    public record Origin(@Nullable String ip, @Nullable String userAgent, String requestId) {}

    /** Whether the person may do this to anything of the tenant. */
    public boolean may(Permission permission) {
        return grants.allows(permission);
    }

    /** As {@link #may(Permission)}, by wire name, for templates. */
    public boolean may(String permission) {
        return grants.allows(permission);
    }

    /** Whether the person may do this at least to what is their own. */
    public boolean mayOwn(Permission permission) {
        return grants.allowsOwn(permission);
    }

    /** As {@link #mayOwn(Permission)}, by wire name, for templates. */
    public boolean mayOwn(String permission) {
        return grants.allowsOwn(permission);
    }

    /** Whether the person may do this to something of that owner. */
    public boolean may(Permission permission, String owner) {
        return grants.allows(permission) || grants.allowsOwn(permission) && isMe(owner);
    }

    /** Whether the person governs the platform itself, tenants and all: the admins of the operator's own tenant do. */
    public boolean isOperator() {
        return tenant.equals(TenantId.DEFAULT) && may(Permission.SETTINGS_SWITCH);
    }

    /** Whether the person may make a key of that scope, or come by the secret of one: for templates, by wire name. */
    public boolean issues(String scope) {
        Scope known = Scope.ofWire(scope);
        return known != null && grants.issues(known);
    }

    public boolean isMe(String owner) {
        return userId.value().equals(owner);
    }

    /** Whether an identity provider vouches for the person, and not a password kept here. */
    public boolean isFromProvider() {
        return method.startsWith("oidc:");
    }

    /** One or two letters for a badge. */
    public String initials() {
        String[] words = displayName.strip().split("\\s+", -1);
        String first = words[0].isEmpty() ? "?" : Character.toString(words[0].codePointAt(0));
        String last = words.length == 1 ? "" : Character.toString(words[words.length - 1].codePointAt(0));
        return (first + last).toUpperCase(java.util.Locale.ROOT);
    }
}
