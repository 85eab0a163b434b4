package io.keyledger.verifier;

import io.keyledger.events.KeyKind;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rule on a credential whose secret has matched: state, tenant switch, time, lease, permission, in this order. Pure. */
public final class Judgement {
    private Judgement() {}

    /**
     * The code for one request.
     *
     * @param tenantEnabled the tenant's switch; bootstrap keys are exempt from it
     * @param permission what is asked for; null = nothing in particular
     */
    public static Code of(
            Credential credential, boolean tenantEnabled, Instant now, Standing standing, @Nullable String permission) {
        Code code = ofState(credential);
        if (code != Code.ACCEPTED) {
            return code;
        }
        if (!tenantEnabled && credential.kind() != KeyKind.BOOTSTRAP) {
            return Code.DISABLED;
        }
        if (isPast(credential.expiresAt(), now)) {
            return Code.EXPIRED;
        }
        if (isPast(credential.notAfter(), now)) {
            return Code.REPLACED;
        }
        return switch (standing) {
            case STARTING -> Code.STARTING;
            case STALE -> Code.STALE;
            case LAPSED -> credential.strict() ? Code.STALE : ofPermission(credential, permission);
            case LIVE -> ofPermission(credential, permission);
        };
    }

    private static Code ofState(Credential credential) {
        return switch (credential.state()) {
            case ACTIVE -> Code.ACCEPTED;
            case SUSPENDED -> Code.SUSPENDED;
            case REPLACED -> Code.REPLACED;
            case EXPIRED -> Code.EXPIRED;
            case REVOKED -> Code.REVOKED;
            case DELETED -> Code.DELETED;
        };
    }

    private static Code ofPermission(Credential credential, @Nullable String permission) {
        return permission == null || credential.scope().grants(permission) ? Code.ACCEPTED : Code.FORBIDDEN;
    }

    private static boolean isPast(@Nullable Instant end, Instant now) {
        return end != null && !now.isBefore(end);
    }
}
