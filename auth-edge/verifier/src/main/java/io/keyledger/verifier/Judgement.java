package io.keyledger.verifier;

import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.view.CredentialRecord.State;
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
        return credential.judged(tenantEnabled, owner, Entry.micros(now), standing, permission);
    }

    /** The same for a credential as the table holds it: a slot whose entry is in {@code data}. */
    static Code of(
            byte[] data,
            long slot,
            boolean tenantEnabled,
            @Nullable PrincipalRecord owner,
            long nowMicros,
            Standing standing,
            @Nullable String permission) {
        Code code = ofState(Slot.state(slot));
        if (code != Code.ACCEPTED) {
            return code;
        }
        int at = Slot.place(slot);
        KeyKind kind = Entry.kind(data, at);
        if (!tenantEnabled && kind != KeyKind.BOOTSTRAP) {
            return Code.DISABLED;
        }
        if (!ownerMay(kind, owner)) {
            return Code.DISABLED;
        }
        if (nowMicros >= Entry.expiresAt(data, at)) {
            return Code.EXPIRED;
        }
        if (nowMicros >= Entry.notAfter(data, at)) {
            return Code.REPLACED;
        }
        return switch (standing) {
            case STARTING -> Code.STARTING;
            case STALE -> Code.STALE;
            case LAPSED -> Slot.strict(slot) ? Code.STALE : ofPermission(kind, Slot.scope(slot), owner, permission);
            case LIVE -> ofPermission(kind, Slot.scope(slot), owner, permission);
        };
    }

    private static Code ofState(State state) {
        return switch (state) {
            case ACTIVE -> Code.ACCEPTED;
            case SUSPENDED -> Code.SUSPENDED;
            case REPLACED -> Code.REPLACED;
            case EXPIRED -> Code.EXPIRED;
            case REVOKED -> Code.REVOKED;
            case DELETED -> Code.DELETED;
        };
    }

    /** A person who is disabled has no key. A personal token is one of a person's, so there has to be one. */
    private static boolean ownerMay(KeyKind kind, @Nullable PrincipalRecord owner) {
        return owner == null ? kind != KeyKind.PERSONAL : owner.enabled();
    }

    private static Code ofPermission(
            KeyKind kind, Scope scope, @Nullable PrincipalRecord owner, @Nullable String permission) {
        if (permission == null) {
            return Code.ACCEPTED;
        }
        boolean granted = scope.grants(permission);
        if (kind == KeyKind.PERSONAL) {
            // Whatever was asked for when it was made, it never does more than its owner may do now.
            Scope ceiling = owner == null ? null : owner.ceiling();
            granted &= ceiling != null && ceiling.grants(permission);
        }
        return granted ? Code.ACCEPTED : Code.FORBIDDEN;
    }
}
