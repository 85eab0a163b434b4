package io.keyledger.events.view;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What edges have to know of one credential, but for its verifier: what {@link ViewFold} makes of a key's events. The components are
 * those of {@link CredentialRecord}.
 */
public record CredentialState(
        CredentialId credentialId,
        KeyId keyId,
        TenantId tenant,
        long revision,
        State state,
        KeyKind kind,
        Scope scope,
        OwnerId owner,
        String keyName,
        boolean strict,
        @Nullable Instant notAfter,
        @Nullable Instant expiresAt,
        @Nullable UsagePolicy policy) {

    /** Of a key without a usage policy. */
    public CredentialState(
            CredentialId credentialId,
            KeyId keyId,
            TenantId tenant,
            long revision,
            State state,
            KeyKind kind,
            Scope scope,
            OwnerId owner,
            String keyName,
            boolean strict,
            @Nullable Instant notAfter,
            @Nullable Instant expiresAt) {
        this(
                credentialId,
                keyId,
                tenant,
                revision,
                state,
                kind,
                scope,
                owner,
                keyName,
                strict,
                notAfter,
                expiresAt,
                null);
    }

    CredentialState in(State newState, long newRevision) {
        return new CredentialState(
                credentialId,
                keyId,
                tenant,
                newRevision,
                newState,
                kind,
                scope,
                owner,
                keyName,
                strict,
                notAfter,
                expiresAt,
                policy);
    }

    CredentialState until(Instant newNotAfter, long newRevision) {
        return new CredentialState(
                credentialId,
                keyId,
                tenant,
                newRevision,
                state,
                kind,
                scope,
                owner,
                keyName,
                strict,
                notAfter == null || newNotAfter.isBefore(notAfter) ? newNotAfter : notAfter,
                expiresAt,
                policy);
    }

    /** The credential that takes this one's place. */
    CredentialState successor(CredentialId id, long newRevision) {
        return new CredentialState(
                id,
                keyId,
                tenant,
                newRevision,
                state,
                kind,
                scope,
                owner,
                keyName,
                strict,
                expiresAt,
                expiresAt,
                policy);
    }

    CredentialState updated(KeyUpdated event, long newRevision) {
        return new CredentialState(
                credentialId,
                keyId,
                tenant,
                newRevision,
                state,
                kind,
                event.scope(),
                owner,
                event.keyName(),
                event.strict(),
                notAfter,
                expiresAt,
                event.policy());
    }

    public CredentialRecord with(String pepper, String verifier) {
        return new CredentialRecord(
                credentialId,
                keyId,
                tenant,
                revision,
                state,
                kind,
                scope,
                owner,
                keyName,
                strict,
                notAfter,
                expiresAt,
                pepper,
                verifier,
                policy);
    }
}
