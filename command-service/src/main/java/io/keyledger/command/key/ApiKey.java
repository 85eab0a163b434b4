package io.keyledger.command.key;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevealed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySecretForgotten;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What decisions need to know of a key: the fold of its events. Once ended it never lives again, whatever follows.
 * Immutable.
 */
public sealed interface ApiKey {

    /** Nothing has happened yet. */
    record Absent() implements ApiKey {}

    /** Accepted, or suspended and able to come back. */
    record Live(Facts facts, boolean suspended) implements ApiKey {}

    /** Refused for ever. */
    record Ended(Facts facts, End how) implements ApiKey {}

    enum End {
        REVOKED,
        EXPIRED,
        /** Also out of lists and search. */
        DELETED
    }

    /**
     * What is known of a key that exists.
     *
     * @param expiresAt exclusive; null = never
     * @param current its newest credential
     * @param grace the credential before it, while that is still accepted, and when the key ended while it was
     * @param confirmed ids of the events that are known to hold at every edge
     * @param kept the credentials whose secret is kept, encrypted; only ones that are accepted
     * @param usage what it may be used for beyond its scope; null = all of that
     */
    record Facts(
            KeyId keyId,
            String name,
            @Nullable String description,
            KeyKind kind,
            Scope scope,
            OwnerId owner,
            boolean strict,
            @Nullable Instant expiresAt,
            CredentialId current,
            @Nullable Grace grace,
            Set<String> confirmed,
            Set<CredentialId> kept,
            @Nullable UsagePolicy usage) {

        /** The credentials that are accepted when the key is, or were when it ended, the oldest first. */
        public List<CredentialId> credentials() {
            return grace == null ? List.of(current) : List.of(grace.credential, current);
        }

        /** Whether the present secret can be shown again. */
        public boolean recoverable() {
            return kept.contains(current);
        }

        Facts updated(KeyUpdated e) {
            return new Facts(
                    keyId,
                    e.keyName(),
                    e.description(),
                    kind,
                    e.scope(),
                    owner,
                    e.strict(),
                    expiresAt,
                    current,
                    grace,
                    confirmed,
                    kept,
                    e.policy());
        }

        Facts rotated(KeyRotated e) {
            Set<CredentialId> after = new HashSet<>();
            if (Boolean.TRUE.equals(e.recoverable())) {
                after.addAll(kept);
                after.add(e.credentialId());
            }
            return new Facts(
                    keyId,
                    name,
                    description,
                    kind,
                    scope,
                    owner,
                    strict,
                    expiresAt,
                    e.credentialId(),
                    new Grace(e.replaces(), e.graceEndsAt()),
                    confirmed,
                    Set.copyOf(after),
                    usage);
        }

        Facts withoutGrace() {
            Set<CredentialId> after = new HashSet<>(kept);
            if (grace != null) {
                after.remove(grace.credential);
            }
            return new Facts(
                    keyId,
                    name,
                    description,
                    kind,
                    scope,
                    owner,
                    strict,
                    expiresAt,
                    current,
                    null,
                    confirmed,
                    Set.copyOf(after),
                    usage);
        }

        Facts withoutCopies() {
            return new Facts(
                    keyId,
                    name,
                    description,
                    kind,
                    scope,
                    owner,
                    strict,
                    expiresAt,
                    current,
                    grace,
                    confirmed,
                    Set.of(),
                    usage);
        }

        Facts confirmed(String cause) {
            Set<String> causes = new HashSet<>(confirmed);
            causes.add(cause);
            return new Facts(
                    keyId,
                    name,
                    description,
                    kind,
                    scope,
                    owner,
                    strict,
                    expiresAt,
                    current,
                    grace,
                    Set.copyOf(causes),
                    kept,
                    usage);
        }
    }

    /** A replaced credential and when it is over, exclusive. */
    record Grace(CredentialId credential, Instant endsAt) {}

    /** The state after {@code event}. Total: an event that cannot follow changes nothing. */
    static ApiKey evolve(ApiKey key, KeyEvent event) {
        return switch (event) {
            case KeyCreated e -> key instanceof Absent ? created(e) : key;
            case KeyUpdated e -> live(key, k -> new Live(k.facts.updated(e), k.suspended));
            case KeyRotated e -> live(key, k -> new Live(k.facts.rotated(e), k.suspended));
            case KeyCredentialExpired e ->
                live(
                        key,
                        k -> k.facts.grace != null && k.facts.grace.credential.equals(e.credentialId())
                                ? new Live(k.facts.withoutGrace(), k.suspended)
                                : k);
            case KeyRevoked _ -> live(key, k -> new Ended(k.facts.withoutCopies(), End.REVOKED));
            case KeyExpired _ -> live(key, k -> new Ended(k.facts.withoutCopies(), End.EXPIRED));
            case KeySuspended _ -> live(key, k -> new Live(k.facts, true));
            case KeyResumed _ -> live(key, k -> new Live(k.facts, false));
            case KeyRevealed _ -> key;
            case KeySecretForgotten _ -> live(key, k -> new Live(k.facts.withoutCopies(), k.suspended));
            case KeyDeleted _ ->
                switch (key) {
                    case Absent a -> a;
                    case Live k -> new Ended(k.facts.withoutCopies(), End.DELETED);
                    case Ended k -> new Ended(k.facts, End.DELETED);
                };
            case RevocationConfirmed e ->
                switch (key) {
                    case Absent a -> a;
                    case Live k -> new Live(k.facts.confirmed(e.cause()), k.suspended);
                    case Ended k -> new Ended(k.facts.confirmed(e.cause()), k.how);
                };
        };
    }

    /** The state after all of {@code events}. */
    static ApiKey evolve(ApiKey key, List<? extends KeyEvent> events) {
        ApiKey after = key;
        for (KeyEvent event : events) {
            after = evolve(after, event);
        }
        return after;
    }

    /**
     * What time alone has done to the key and is not in its events yet. Every decision is made on the state after it, so
     * that none depends on how soon a schedule runs.
     */
    static List<KeyEvent> overdue(ApiKey key, Instant now) {
        if (!(key instanceof Live(Facts f, boolean _))) {
            return List.of();
        }
        List<KeyEvent> events = new ArrayList<>();
        Grace grace = f.grace();
        Instant expiresAt = f.expiresAt();
        if (grace != null && !now.isBefore(grace.endsAt) && (expiresAt == null || grace.endsAt.isBefore(expiresAt))) {
            events.add(new KeyCredentialExpired(f.keyId(), f.name(), grace.credential, grace.endsAt));
            f = f.withoutGrace();
        }
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            events.add(new KeyExpired(f.keyId(), f.name(), f.credentials(), expiresAt));
        }
        return events;
    }

    /** When time will next do something to the key; null = never. */
    static @Nullable Instant dueAt(ApiKey key) {
        if (!(key instanceof Live(Facts f, boolean _))) {
            return null;
        }
        Grace grace = f.grace();
        Instant expiresAt = f.expiresAt();
        if (grace == null || expiresAt != null && expiresAt.isBefore(grace.endsAt)) {
            return expiresAt;
        }
        return grace.endsAt;
    }

    /**
     * The facts of a key that can still be used, for a decision that asks for one.
     *
     * @throws Refused when it does not exist or has ended
     */
    static Live live(ApiKey key) {
        return switch (key) {
            case Live k -> k;
            case Ended k when k.how != End.DELETED -> throw new Refused(new Refusal.NotActive(k.how.name()));
            case Ended _, Absent _ -> throw new Refused(new Refusal.NoSuchKey());
        };
    }

    /** The word for the state in answers. */
    static String status(ApiKey key) {
        return switch (key) {
            case Absent _ -> "ABSENT";
            case Live k -> k.suspended ? "SUSPENDED" : "ACTIVE";
            case Ended k -> k.how.name();
        };
    }

    /** The facts of a key that exists. */
    static Facts facts(ApiKey key) {
        return switch (key) {
            case Absent _ -> throw new Refused(new Refusal.NoSuchKey());
            case Live k -> k.facts;
            case Ended k -> k.facts;
        };
    }

    private static ApiKey live(ApiKey key, java.util.function.Function<Live, ApiKey> change) {
        return key instanceof Live k ? change.apply(k) : key;
    }

    private static Live created(KeyCreated e) {
        Facts facts = new Facts(
                e.keyId(),
                e.keyName(),
                e.description(),
                e.kind(),
                e.scope(),
                e.owner(),
                e.strict(),
                e.expiresAt(),
                e.credentialId(),
                null,
                Set.of(),
                Boolean.TRUE.equals(e.recoverable()) ? Set.of(e.credentialId()) : Set.of(),
                e.policy());
        return new Live(facts, false);
    }
}
