package io.keyledger.verifier;

import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rule on a credential whose secret has matched: state, tenant switch, owner, time, lease, permission, in this order.
 * Pure.
 */
public final class Judgement {
    private Judgement() {}

    /**
     * The code for one request.
     *
     * @param tenantEnabled the tenant's switch; bootstrap keys are exempt from it
     * @param owner the person who owns it; null when the owner is none that this platform knows
     * @param permission what is asked for; null = nothing in particular
     */
    public static Code of(
            Credential credential,
            boolean tenantEnabled,
            @Nullable PrincipalRecord owner,
            Instant now,
            Standing standing,
            @Nullable String permission) {
        Code code = ofState(credential);
        if (code != Code.ACCEPTED) {
            return code;
        }
        if (!tenantEnabled && credential.kind() != KeyKind.BOOTSTRAP) {
            return Code.DISABLED;
        }
        if (!ownerMay(credential, owner)) {
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
            case LAPSED -> credential.strict() ? Code.STALE : ofPermission(credential, owner, permission);
            case LIVE -> ofPermission(credential, owner, permission);
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

    /** A person who is disabled has no key. A personal token is one of a person's, so there has to be one. */
    private static boolean ownerMay(Credential credential, @Nullable PrincipalRecord owner) {
        return owner == null ? credential.kind() != KeyKind.PERSONAL : owner.enabled();
    }

    private static Code ofPermission(
            Credential credential, @Nullable PrincipalRecord owner, @Nullable String permission) {
        if (permission == null) {
            return Code.ACCEPTED;
        }
        boolean granted = credential.scope().grants(permission);
        if (credential.kind() == KeyKind.PERSONAL) {
            // Whatever was asked for when it was made, it never does more than its owner may do now.
            Scope ceiling = owner == null ? null : owner.ceiling();
            granted &= ceiling != null && ceiling.grants(permission);
        }
        return granted ? Code.ACCEPTED : Code.FORBIDDEN;
    }

    private static boolean isPast(@Nullable Instant end, Instant now) {
        return end != null && !now.isBefore(end);
    }
}
