package io.keyledger.query.history;

import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.events.view.ViewFold;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Judgement;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decides about a credential whose secret has matched, at an edge that has no doubt about its view. The rule itself is the
 * edge's, {@link Judgement}. Not for more than one thread.
 */
final class Facts {
    /** Nothing is compared with it: that the secret was the credential's own is where a judgement begins. */
    private static final String NO_VERIFIER = "A".repeat(43);

    private final CredentialState credential;
    private final PrincipalRecord tenant;
    private final @Nullable PrincipalRecord owner;
    private @Nullable Credential compiled;

    /** @param tenant null when nothing is known of it yet, and then its keys are on */
    Facts(CredentialState credential, @Nullable PrincipalRecord tenant, @Nullable PrincipalRecord owner) {
        this.credential = credential;
        this.tenant = tenant == null ? ViewFold.unknown(credential.tenant(), 0) : tenant;
        this.owner = owner;
    }

    CredentialState credential() {
        return credential;
    }

    PrincipalRecord tenant() {
        return tenant;
    }

    @Nullable
    PrincipalRecord owner() {
        return owner;
    }

    /** What an edge with these facts answers, but for limits. */
    Code code(Instant at, Ask ask) {
        Credential made = compiled;
        if (made == null) {
            made = new Credential(credential.with("none", NO_VERIFIER));
            compiled = made;
        }
        return Judgement.of(made, tenant, owner, at, Standing.LIVE, ask);
    }

    Facts withPolicy(@Nullable UsagePolicy policy) {
        return with(credential.kind(), credential.scope(), credential.expiresAt(), policy);
    }

    Facts withScope(Scope scope) {
        return with(credential.kind(), scope, credential.expiresAt(), credential.policy());
    }

    Facts withKind(KeyKind kind) {
        return with(kind, credential.scope(), credential.expiresAt(), credential.policy());
    }

    /** Ends then, if not before. */
    Facts withEnd(Instant end) {
        Instant before = credential.expiresAt();
        return with(
                credential.kind(),
                credential.scope(),
                before == null || end.isBefore(before) ? end : before,
                credential.policy());
    }

    private Facts with(KeyKind kind, Scope scope, @Nullable Instant expiresAt, @Nullable UsagePolicy policy) {
        CredentialState c = credential;
        Instant notAfter = c.notAfter();
        if (expiresAt != null && (notAfter == null || expiresAt.isBefore(notAfter))) {
            notAfter = expiresAt;
        }
        return new Facts(
                new CredentialState(
                        c.credentialId(),
                        c.keyId(),
                        c.tenant(),
                        c.revision(),
                        c.state(),
                        kind,
                        scope,
                        c.owner(),
                        c.keyName(),
                        c.strict(),
                        notAfter,
                        expiresAt,
                        policy),
                tenant,
                owner);
    }

    /** With the tenant's switch like this. */
    Facts withSwitch(boolean enabled) {
        PrincipalRecord t = tenant;
        return new Facts(
                credential,
                PrincipalRecord.tenant(
                        t.tenant(),
                        t.revision(),
                        enabled,
                        t.activityGranularity(),
                        t.tokenAddresses(),
                        t.tokenCountries()),
                owner);
    }

    /** With the person who owns it let in, if there is one. */
    Facts withOwnerLetIn() {
        PrincipalRecord o = owner;
        return o == null
                ? this
                : new Facts(
                        credential,
                        tenant,
                        PrincipalRecord.user(
                                o.user(),
                                o.tenant(),
                                o.revision(),
                                true,
                                o.roles() == null ? List.of() : o.roles(),
                                o.ceiling()));
    }
}
