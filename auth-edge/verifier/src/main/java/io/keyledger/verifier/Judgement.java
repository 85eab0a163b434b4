package io.keyledger.verifier;

import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Principal.Known;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rule on a credential whose secret has matched. In this order: its state, the tenant's switch, its owner, expiry, the end
 * of its grace, the begin of its usage policy, the edge's lease, then what is asked for: permission by scope, permission by
 * policy, route, address, country, hours. The first that says no names the code; all but what has to be counted
 * ({@link Credential#rates}, {@link Credential#quotas}) is decided here.
 *
 * <p>Pure: it needs no view, no clock and no edge. Whoever has the facts of a credential, of its tenant and its owner, and a
 * use that was recorded, learns what would have come of it at that time, under this policy or another.
 */
public final class Judgement {
    private Judgement() {}

    /**
     * The code for one request.
     *
     * @param credential with its policy, as {@link Credential#Credential(io.keyledger.events.view.CredentialRecord)} makes
     *     one from facts
     * @param tenant its switch, from which bootstrap keys are exempt, and where its personal tokens may be used from; null
     *     when it is none that is known: then it is off
     * @param owner the person who owns it; null when the owner is none that this platform knows
     * @param now the time of the request
     * @param standing {@link Standing#LIVE} unless an edge has to doubt its view
     */
    public static Code of(
            Credential credential,
            @Nullable PrincipalRecord tenant,
            @Nullable PrincipalRecord owner,
            Instant now,
            Standing standing,
            Ask ask) {
        Known known = tenant == null ? null : Known.of(tenant);
        return credential.judged(known, owner, Entry.micros(now), standing, ask);
    }

    /** The same for a credential as the table holds it: a slot whose entry is in {@code data}. */
    static Code of(
            byte[] data,
            long slot,
            Conditions conditions,
            @Nullable Known tenant,
            @Nullable PrincipalRecord owner,
            long nowMicros,
            Standing standing,
            Ask ask) {
        Code code = ofState(Slot.state(slot));
        if (code != Code.ACCEPTED) {
            return code;
        }
        int at = Slot.place(slot);
        KeyKind kind = Entry.kind(data, at);
        if (kind != KeyKind.BOOTSTRAP && (tenant == null || !tenant.record().enabled())) {
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
        if (!conditions.hasBegun(nowMicros)) {
            return Code.NOT_YET_VALID;
        }
        code = ofStanding(standing, Slot.strict(slot));
        if (code != Code.ACCEPTED) {
            return code;
        }
        if (!scopeGrants(kind, Slot.scope(slot), owner, ask.permission())) {
            return Code.FORBIDDEN;
        }
        Conditions tokens = kind == KeyKind.PERSONAL && tenant != null ? tenant.tokens() : Conditions.NONE;
        return ofConditions(conditions, tokens, nowMicros, ask);
    }

    /** @param tokens what the tenant asks of a personal token */
    private static Code ofConditions(Conditions conditions, Conditions tokens, long nowMicros, Ask ask) {
        if (!conditions.permit(ask.permission())) {
            return Code.PERMISSION_NOT_ALLOWED;
        }
        if (!conditions.holdRoute(ask)) {
            return Code.ROUTE_NOT_ALLOWED;
        }
        if (!conditions.holdAddress(ask) || !tokens.holdAddress(ask)) {
            return Code.ADDRESS_NOT_ALLOWED;
        }
        if (!conditions.holdCountry(ask) || !tokens.holdCountry(ask)) {
            return Code.COUNTRY_NOT_ALLOWED;
        }
        return conditions.holdTime(nowMicros) ? Code.ACCEPTED : Code.OUTSIDE_HOURS;
    }

    private static Code ofStanding(Standing standing, boolean strict) {
        return switch (standing) {
            case STARTING -> Code.STARTING;
            case STALE -> Code.STALE;
            case LAPSED -> strict ? Code.STALE : Code.ACCEPTED;
            case LIVE -> Code.ACCEPTED;
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

    private static boolean scopeGrants(
            KeyKind kind, Scope scope, @Nullable PrincipalRecord owner, @Nullable String permission) {
        if (permission == null) {
            return true;
        }
        boolean granted = scope.grants(permission);
        if (kind == KeyKind.PERSONAL) {
            // Whatever was asked for when it was made, it never does more than its owner may do now.
            Scope ceiling = owner == null ? null : owner.ceiling();
            granted &= ceiling != null && ceiling.grants(permission);
        }
        return granted;
    }
}
