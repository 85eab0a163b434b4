package io.keyledger.query.keys;

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
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.query.keys.KeyRow.Credential;
import io.keyledger.query.keys.KeyRow.Ended;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.keys.KeyRow.Suspended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folds a key's events into its row. Pure, so rebuilding the read store is replaying the log. */
public final class KeyProjection {
    private KeyProjection() {}

    /** What the envelope says beside the fact. */
    public record Circumstances(String tenant, long sequence, Instant time, String actor) {}

    /**
     * The row after {@code event}.
     *
     * @throws IllegalStateException when the key has no row and the event does not create it
     */
    public static KeyRow project(@Nullable KeyRow before, KeyEvent event, Circumstances at) {
        return switch (event) {
            case KeyCreated e -> created(e, at);
            case KeyUpdated e ->
                new Next(existing(before, e), at)
                        .touched()
                        .described(e.keyName(), e.description(), e.scope(), e.strict())
                        .restricted(e.policy())
                        .row();
            case KeyRotated e -> {
                Next next = new Next(existing(before, e), at).touched();
                next.secretSince = at.time();
                next.credentials = rotated(next.credentials, e, at.time());
                next.recoverable = Boolean.TRUE.equals(e.recoverable());
                yield next.row();
            }
            case KeyCredentialExpired e -> {
                Next next = new Next(existing(before, e), at);
                next.credentials = ended(next.credentials, e.credentialId(), e.graceEndedAt());
                yield next.row();
            }
            case KeyRevoked e ->
                new Next(existing(before, e), at)
                        .touched()
                        .ended(Status.REVOKED, at.time(), e.reason(), e.reasonCode())
                        .row();
            case KeyExpired e ->
                new Next(existing(before, e), at)
                        .touched()
                        .ended(Status.EXPIRED, e.expiresAt(), null, null)
                        .row();
            case KeySuspended e -> {
                Next next = new Next(existing(before, e), at).touched();
                next.status = Status.SUSPENDED;
                next.suspended = new Suspended(at.time(), e.reason());
                next.confirmedAt = null;
                yield next.row();
            }
            case KeyResumed e -> {
                Next next = new Next(existing(before, e), at).touched();
                next.status = Status.ACTIVE;
                next.suspended = null;
                next.confirmedAt = null;
                yield next.row();
            }
            case KeyDeleted e -> {
                Next next = new Next(existing(before, e), at).touched();
                yield (next.ended == null ? next.ended(Status.DELETED, at.time(), e.reason(), null) : next.deleted())
                        .row();
            }
            case KeyRevealed e -> new Next(existing(before, e), at).row();
            case KeySecretForgotten e -> {
                Next next = new Next(existing(before, e), at).touched();
                next.recoverable = false;
                yield next.row();
            }
            case RevocationConfirmed e -> {
                Next next = new Next(existing(before, e), at);
                next.confirmedAt = at.time();
                yield next.row();
            }
        };
    }

    private static KeyRow created(KeyCreated e, Circumstances at) {
        return new KeyRow(
                e.keyId(),
                at.tenant(),
                at.sequence(),
                e.keyName(),
                e.description(),
                e.kind(),
                e.scope(),
                e.owner(),
                e.strict(),
                Status.ACTIVE,
                at.time(),
                at.actor(),
                at.time(),
                e.expiresAt(),
                at.time(),
                List.of(new Credential(e.credentialId(), at.time(), null, null)),
                null,
                null,
                null,
                Boolean.TRUE.equals(e.recoverable()),
                some(e.policy()));
    }

    /** A policy that narrows nothing is none. */
    private static @Nullable UsagePolicy some(@Nullable UsagePolicy policy) {
        return policy == null || policy.isNone() ? null : policy;
    }

    private static KeyRow existing(@Nullable KeyRow before, KeyEvent event) {
        if (before == null) {
            throw new IllegalStateException("%s of %s comes before its key.created"
                    .formatted(event.getClass().getSimpleName(), event.keyId()));
        }
        return before;
    }

    private static List<Credential> rotated(List<Credential> credentials, KeyRotated e, Instant time) {
        List<Credential> after = new ArrayList<>();
        for (Credential c : credentials) {
            after.add(
                    c.credentialId().equals(e.replaces())
                            ? new Credential(c.credentialId(), c.createdAt(), e.graceEndsAt(), c.endedAt())
                            : c);
        }
        after.add(new Credential(e.credentialId(), time, null, null));
        return List.copyOf(after);
    }

    private static List<Credential> ended(List<Credential> credentials, CredentialId id, Instant at) {
        return credentials.stream()
                .map(c -> c.credentialId().equals(id) ? new Credential(id, c.createdAt(), c.validUntil(), at) : c)
                .toList();
    }

    /** A row on its way from one event to the next; only what the event says is changed. */
    private static final class Next {
        private final KeyRow before;
        private final Circumstances at;
        private String name;
        private @Nullable String description;
        private Scope scope;
        private boolean strict;
        private Status status;
        private Instant updatedAt;
        private Instant secretSince;
        private List<Credential> credentials;
        private @Nullable Ended ended;
        private @Nullable Suspended suspended;
        private @Nullable Instant confirmedAt;
        private boolean recoverable;
        private @Nullable UsagePolicy policy;

        Next(KeyRow before, Circumstances at) {
            this.before = before;
            this.at = at;
            this.name = before.name();
            this.description = before.description();
            this.scope = before.scope();
            this.strict = before.strict();
            this.status = before.status();
            this.updatedAt = before.updatedAt();
            this.secretSince = before.secretSince();
            this.credentials = before.credentials();
            this.ended = before.ended();
            this.suspended = before.suspended();
            this.confirmedAt = before.confirmedAt();
            this.recoverable = before.recoverable();
            this.policy = before.policy();
        }

        Next touched() {
            updatedAt = at.time();
            return this;
        }

        Next described(String newName, @Nullable String newDescription, Scope newScope, boolean newStrict) {
            name = newName;
            description = newDescription;
            scope = newScope;
            strict = newStrict;
            return this;
        }

        Next restricted(@Nullable UsagePolicy newPolicy) {
            policy = some(newPolicy);
            return this;
        }

        Next ended(Status how, Instant when, @Nullable String reason, @Nullable RevocationReason reasonCode) {
            status = how;
            ended = new Ended(when, at.actor(), reason, reasonCode);
            suspended = null;
            confirmedAt = null;
            recoverable = false;
            return this;
        }

        /** Why it ended first stays. */
        Next deleted() {
            status = Status.DELETED;
            return this;
        }

        KeyRow row() {
            return new KeyRow(
                    before.keyId(),
                    before.tenant(),
                    at.sequence(),
                    name,
                    description,
                    before.kind(),
                    scope,
                    before.owner(),
                    strict,
                    status,
                    before.createdAt(),
                    before.createdBy(),
                    updatedAt,
                    before.expiresAt(),
                    secretSince,
                    credentials,
                    ended,
                    suspended,
                    confirmedAt,
                    recoverable,
                    policy);
        }
    }
}
