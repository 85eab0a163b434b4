package io.keyledger.query.console.access;

import java.io.Serializable;
import java.time.Instant;

/**
 * What a session remembers of who signed in. Roles are not among it: they are looked up at every request.
 *
 * @param method {@code password}, or {@code oidc:} and the provider's short name
 * @param authenticatedAt when the person last proved who they are
 */
public record Login(
        String userId, String tenant, String displayName, String method, Instant signedInAt, Instant authenticatedAt)
        implements Serializable {

    Login provenAt(Instant now) {
        return new Login(userId, tenant, displayName, method, signedInAt, now);
    }
}
