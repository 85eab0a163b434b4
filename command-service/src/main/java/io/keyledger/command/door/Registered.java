package io.keyledger.command.door;

import io.keyledger.command.people.Account;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as the tables have it, found by one of its credentials.
 *
 * @param credentialId the one that was presented; its secret has matched
 * @param previousUntil exclusive
 * @param person the owner, when that is a person of this tenant
 */
record Registered(
        KeyId keyId,
        CredentialId credentialId,
        TenantId tenant,
        OwnerId owner,
        String name,
        KeyKind kind,
        Scope scope,
        String status,
        @Nullable Instant expiresAt,
        String current,
        @Nullable String previous,
        @Nullable Instant previousUntil,
        TenantPolicy policy,
        @Nullable Account person) {
    private static final String PLATFORM = "platform:";

    /** Whether a request may pass: state, tenant switch, owner, time, permission, in this order. Pure. */
    Code judge(String permission, Instant now) {
        switch (status) {
            case "ACTIVE" -> {
                // Goes on below.
            }
            case "SUSPENDED" -> {
                return Code.SUSPENDED;
            }
            case "EXPIRED" -> {
                return Code.EXPIRED;
            }
            case "REVOKED" -> {
                return Code.REVOKED;
            }
            default -> {
                return Code.DELETED;
            }
        }
        if (!policy.enabled() && kind != KeyKind.BOOTSTRAP) {
            return Code.DISABLED;
        }
        if (person == null ? kind == KeyKind.PERSONAL : !person.enabled(now)) {
            return Code.DISABLED;
        }
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return Code.EXPIRED;
        }
        if (!isCurrent(now)) {
            return Code.REPLACED;
        }
        return holds(permission) ? Code.ACCEPTED : Code.FORBIDDEN;
    }

    /**
     * Whether this is where the tenant is served. Pure.
     *
     * @param host the tenant's own host name that was asked; null = the address of all tenants that have none of their own,
     *     and always of the operator's, who must not be locked out by a name
     */
    boolean servedAt(@Nullable String host) {
        String own = policy.host();
        return host == null ? own == null || tenant.equals(TenantId.DEFAULT) : host.equals(own);
    }

    private boolean isCurrent(Instant now) {
        String presented = credentialId.value();
        return presented.equals(current)
                || presented.equals(previous) && previousUntil != null && now.isBefore(previousUntil);
    }

    /** The platform itself is for bootstrap keys of its operator's own tenant. */
    private boolean holds(String permission) {
        return permission.startsWith(PLATFORM)
                ? kind == KeyKind.BOOTSTRAP && tenant.equals(TenantId.DEFAULT)
                : scope.grants(permission) && ownerHolds(permission);
    }

    /** A personal token never does more than its owner may do now. */
    private boolean ownerHolds(String permission) {
        Grants owned = grants();
        if (owned == null) {
            return true;
        }
        Scope ceiling = owned.ceiling();
        return ceiling != null && ceiling.grants(permission);
    }

    /** What the owner of a personal token may do; null for any other key. */
    @Nullable
    Grants grants() {
        return kind == KeyKind.PERSONAL && person != null ? Grants.of(person.roles(), policy.roles()) : null;
    }
}
