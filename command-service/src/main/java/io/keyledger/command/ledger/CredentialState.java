package io.keyledger.command.ledger;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What edges have to know of one credential, but for its verifier. The components are those of {@link CredentialRecord}. */
record CredentialState(
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
                expiresAt);
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
                expiresAt);
    }

    /** The credential that takes this one's place. */
    CredentialState successor(CredentialId id, long newRevision) {
        return new CredentialState(
                id, keyId, tenant, newRevision, state, kind, scope, owner, keyName, strict, expiresAt, expiresAt);
    }

    CredentialState named(String newName, Scope newScope, boolean newStrict, long newRevision) {
        return new CredentialState(
                credentialId,
                keyId,
                tenant,
                newRevision,
                state,
                kind,
                newScope,
                owner,
                newName,
                newStrict,
                notAfter,
                expiresAt);
    }

    CredentialRecord with(String pepper, String verifier) {
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
                verifier);
    }
}
