package io.keyledger.events.view;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that an edge has to know of one credential. Topic {@code keyledger.view.credentials.v1}; Kafka key = credential id,
 * partition = {@link #partition}, so that one position covers both credentials of a key.
 *
 * @param revision the key's sequence at which this was true; between two records of one credential a terminal state wins,
 *     then the higher revision
 * @param notAfter exclusive: the earlier of the key's expiry and the end of this credential's grace; null = never
 * @param expiresAt the key's expiry, for display; null = never
 * @param strict whether an edge without a lease refuses it
 * @param pepper id of the pepper of {@code verifier}
 * @param verifier base64url without padding of HMAC-SHA-256(pepper, "keyledger/verifier/v1" || 0x00 || whole key)
 * @param policy what the key may be used for beyond its scope; null = all of that
 */
public record CredentialRecord(
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
        String pepper,
        String verifier,
        @Nullable UsagePolicy policy) {

    /** Of a key that may be used for all that its scope says. */
    public CredentialRecord(
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
            String pepper,
            String verifier) {
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
                pepper,
                verifier,
                null);
    }

    /** Where a credential stands; only the first two can ever change again. */
    public enum State {
        ACTIVE,
        SUSPENDED,
        /** Replaced by a rotation, its grace over. */
        REPLACED,
        EXPIRED,
        REVOKED,
        DELETED;

        public boolean terminal() {
            return this != ACTIVE && this != SUSPENDED;
        }
    }

    /** The partition of all records of {@code key}; murmur-free on purpose, so that every language gets it right. */
    public static int partition(KeyId key, int partitions) {
        return Math.floorMod(key.value().hashCode(), partitions);
    }
}
