package io.keyledger.command.door;

import io.keyledger.command.people.Account;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.access.Grants;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Judgement;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key as the tables have it, found by one of its credentials.
 *
 * @param credentialId the one that was presented; its secret has matched
 * @param previousUntil exclusive
 * @param usage what it may be used for beyond its scope; null = all of that
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
        @Nullable UsagePolicy usage,
        @Nullable Account person) {
    private static final String PLATFORM = "platform:";
    private static final String NO_VERIFIER = "A".repeat(43);

    /** Whether a request may pass, by the rule that edges go by ({@link Judgement}). Pure. */
    Code judge(Ask ask, Instant now) {
        String permission = ask.permission();
        boolean platform = permission != null && permission.startsWith(PLATFORM);
        // No scope holds those; they are for bootstrap keys of the operator's own tenant.
        Code code = Judgement.of(
                new Credential(record()),
                tenantRecord(),
                personRecord(now),
                now,
                Standing.LIVE,
                platform ? ask.unsaid() : ask);
        return platform && code == Code.ACCEPTED && !(kind == KeyKind.BOOTSTRAP && tenant.equals(TenantId.DEFAULT))
                ? Code.FORBIDDEN
                : code;
    }

    /** As an edge would know it; its secret was compared before. */
    private CredentialRecord record() {
        return new CredentialRecord(
                credentialId,
                keyId,
                tenant,
                0,
                state(),
                kind,
                scope,
                owner,
                name,
                false,
                notAfter(),
                expiresAt,
                "none",
                NO_VERIFIER,
                usage);
    }

    private State state() {
        return switch (status) {
            case "ACTIVE" -> State.ACTIVE;
            case "SUSPENDED" -> State.SUSPENDED;
            case "EXPIRED" -> State.EXPIRED;
            case "REVOKED" -> State.REVOKED;
            default -> State.DELETED;
        };
    }

    /** Of the credential that was presented; it is over when the key names it no more. */
    private @Nullable Instant notAfter() {
        String presented = credentialId.value();
        if (presented.equals(current)) {
            return expiresAt;
        }
        return presented.equals(previous) && previousUntil != null ? previousUntil : Instant.EPOCH;
    }

    private PrincipalRecord tenantRecord() {
        return PrincipalRecord.tenant(
                tenant, 0, policy.enabled(), null, policy.tokenAddresses(), policy.tokenCountries());
    }

    private @Nullable PrincipalRecord personRecord(Instant now) {
        return person == null
                ? null
                : PrincipalRecord.user(
                        owner,
                        tenant,
                        0,
                        person.enabled(now),
                        List.of(),
                        Grants.of(person.roles(), policy.roles()).ceiling());
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

    /** What the owner of a personal token may do; null for any other key. */
    @Nullable
    Grants grants() {
        return kind == KeyKind.PERSONAL && person != null ? Grants.of(person.roles(), policy.roles()) : null;
    }
}
