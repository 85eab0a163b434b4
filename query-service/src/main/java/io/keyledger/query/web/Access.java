package io.keyledger.query.web;

import io.keyledger.events.TenantId;
import io.keyledger.starter.ApiKeyAuthenticationToken;
import io.keyledger.verifier.Credential;
import org.springframework.security.core.context.SecurityContextHolder;

/** Who asks, by the key that this service's own edge has accepted for the present request. */
public final class Access {
    private Access() {}

    /**
     * The tenant whose data the answer may hold; there is no other way to learn one.
     *
     * @throws Refused when no key was accepted, or it does not hold {@code permission}
     */
    public static TenantId tenant(String permission) {
        return credential(permission).tenant();
    }

    /**
     * As {@link #tenant}, the whole credential.
     *
     * @throws Refused when no key was accepted, or it does not hold {@code permission}
     */
    public static Credential credential(String permission) {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof ApiKeyAuthenticationToken token) {
            if (!token.grants(permission)) {
                throw new Refused(new Refusal.Forbidden(permission));
            }
            return token.credential();
        }
        throw new Refused(new Refusal.Unauthorized());
    }
}
