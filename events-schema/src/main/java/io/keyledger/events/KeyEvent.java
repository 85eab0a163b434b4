package io.keyledger.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fact about one key, in the order of its source {@code key:<keyId>}. */
public sealed interface KeyEvent extends Event {
    KeyId keyId();

    String keyName();

    /**
     * The key exists and its first secret was shown, once.
     *
     * @param strict whether edges without a lease refuse it; else they go on for a bounded time
     * @param expiresAt exclusive; null = never
     * @param recoverable true when the secret is kept, encrypted, so that it can be shown again; else null
     * @param policy what the key may be used for beyond its scope; null = all of that
     */
    record KeyCreated(
            KeyId keyId,
            String keyName,
            @Nullable String description,
            KeyKind kind,
            Scope scope,
            OwnerId owner,
            CredentialId credentialId,
            boolean strict,
            @Nullable Instant expiresAt,
            @Nullable Boolean recoverable,
            @Nullable UsagePolicy policy)
            implements KeyEvent {

        /** Of a key without a usage policy. */
        public KeyCreated(
                KeyId keyId,
                String keyName,
                @Nullable String description,
                KeyKind kind,
                Scope scope,
                OwnerId owner,
                CredentialId credentialId,
                boolean strict,
                @Nullable Instant expiresAt,
                @Nullable Boolean recoverable) {
            this(keyId, keyName, description, kind, scope, owner, credentialId, strict, expiresAt, recoverable, null);
        }

        /** Of a key whose secret is not kept, and without a usage policy. */
        public KeyCreated(
                KeyId keyId,
                String keyName,
                @Nullable String description,
                KeyKind kind,
                Scope scope,
                OwnerId owner,
                CredentialId credentialId,
                boolean strict,
                @Nullable Instant expiresAt) {
            this(keyId, keyName, description, kind, scope, owner, credentialId, strict, expiresAt, null);
        }
    }

    /**
     * Name, description, scope or usage policy are other than before. Holds the values after it, whole.
     *
     * @param changed the names of the members that differ from before, sorted
     * @param policy what the key may be used for beyond its scope; null = all of that
     */
    record KeyUpdated(
            KeyId keyId,
            String keyName,
            @Nullable String description,
            Scope scope,
            boolean strict,
            List<String> changed,
            @Nullable UsagePolicy policy)
            implements KeyEvent {

        /** Of a key without a usage policy. */
        public KeyUpdated(
                KeyId keyId,
                String keyName,
                @Nullable String description,
                Scope scope,
                boolean strict,
                List<String> changed) {
            this(keyId, keyName, description, scope, strict, changed, null);
        }
    }

    /**
     * The key has a new secret.
     *
     * @param replaces the credential that is accepted until {@code graceEndsAt}, exclusive
     * @param recoverable true when the new secret is kept, encrypted, so that it can be shown again; else null, and then the
     *     old one is not kept any longer either
     */
    record KeyRotated(
            KeyId keyId,
            String keyName,
            CredentialId credentialId,
            CredentialId replaces,
            Instant graceEndsAt,
            @Nullable Boolean recoverable)
            implements KeyEvent {

        /** Of a new secret that is not kept. */
        public KeyRotated(
                KeyId keyId, String keyName, CredentialId credentialId, CredentialId replaces, Instant graceEndsAt) {
            this(keyId, keyName, credentialId, replaces, graceEndsAt, null);
        }
    }

    /** The grace of a replaced secret has ended: it is refused from here on, for ever; the key itself lives. */
    record KeyCredentialExpired(KeyId keyId, String keyName, CredentialId credentialId, Instant graceEndedAt)
            implements KeyEvent {}

    /** Every secret of the key is refused from here on, for ever. */
    record KeyRevoked(
            KeyId keyId,
            String keyName,
            List<CredentialId> credentialIds,
            RevocationReason reasonCode,
            @Nullable String reason)
            implements KeyEvent {}

    /** The key's time is over: every secret is refused from here on, for ever. */
    record KeyExpired(KeyId keyId, String keyName, List<CredentialId> credentialIds, Instant expiresAt)
            implements KeyEvent {}

    /** Refused until resumed. */
    record KeySuspended(
            KeyId keyId,
            String keyName,
            List<CredentialId> credentialIds,
            @Nullable String reason) implements KeyEvent {}

    record KeyResumed(
            KeyId keyId,
            String keyName,
            List<CredentialId> credentialIds,
            @Nullable String reason) implements KeyEvent {}

    /**
     * The kept secret of a recoverable key was asked for and is shown again: committed before it is.
     *
     * @param reason in the words of whoever is shown it; there always is one
     */
    record KeyRevealed(KeyId keyId, String keyName, CredentialId credentialId, String reason) implements KeyEvent {}

    /**
     * The key's secrets are not kept any longer: nobody can be shown them again. The key itself lives on.
     *
     * @param credentialIds whose secrets were kept
     */
    record KeySecretForgotten(
            KeyId keyId,
            String keyName,
            List<CredentialId> credentialIds,
            @Nullable String reason) implements KeyEvent {}

    /** Out of lists and search, and refused for ever; its history stays. */
    record KeyDeleted(
            KeyId keyId,
            String keyName,
            List<CredentialId> credentialIds,
            @Nullable String reason) implements KeyEvent {}

    /**
     * No edge that could still have accepted the key is left.
     *
     * @param cause the event id of the revocation, expiry, suspension or deletion that is confirmed
     */
    record RevocationConfirmed(KeyId keyId, String keyName, String cause, List<EdgeConfirmation> edges)
            implements KeyEvent {}

    /**
     * What one edge confirmed.
     *
     * @param millis from the commit of the cause to the edge's acknowledgement, as command-service saw it
     * @param lanes the last sequence of each activity lane of that boot: a use of the key with a higher one would be proof
     *     of a violation
     */
    record EdgeConfirmation(String edge, String boot, long millis, List<Long> lanes) {}
}
