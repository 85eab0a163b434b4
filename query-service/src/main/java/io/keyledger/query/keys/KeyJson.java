package io.keyledger.query.keys;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.query.keys.KeyRow.Ended;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.keys.KeyRow.Suspended;
import io.keyledger.query.settings.RotationSchedule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key as the API answers it, true at one instant.
 *
 * @param status as {@link Status}; EXPIRED from the instant of expiry on, whether or not the event has come
 * @param rotationDueAt when its secret is due to be replaced; null when the key has ended
 * @param credentials those that can be presented, newest last
 * @param requestCount accepted requests, exactly
 * @param refusedCount requests refused though the secret was the key's own, exactly
 * @param recoverable whether its present secret is kept and can be shown again, while the tenant has that switched on
 * @param policy what it may be used for beyond its scope; null = all of that, and in lists, where {@code restrictedBy} alone says
 *     what there is
 * @param restrictedBy the members that its policy has
 * @param effectiveAt since when no edge accepts it, confirmed by all of them; null until then
 */
public record KeyJson(
        KeyId keyId,
        String name,
        @Nullable String description,
        KeyKind kind,
        Scope scope,
        OwnerId owner,
        boolean strict,
        String status,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant rotationDueAt,
        boolean rotationOverdue,
        List<CredentialJson> credentials,
        @Nullable Instant lastUsedAt,
        @Nullable String lastUsedIp,
        long requestCount,
        long refusedCount,
        @Nullable Instant revokedAt,
        @Nullable String revokedBy,
        @Nullable String revokedReason,
        @Nullable RevocationReason revokedReasonCode,
        @Nullable Instant suspendedAt,
        @Nullable String suspendedReason,
        @Nullable Instant effectiveAt,
        boolean recoverable,
        @Nullable UsagePolicy policy,
        List<String> restrictedBy) {

    /** @param validUntil the end of its grace, exclusive; null while it is the present one */
    public record CredentialJson(
            CredentialId credentialId,
            Instant createdAt,
            @Nullable Instant validUntil) {}

    /** What counts the uses of a key. */
    record Used(
            long accepted,
            long refused,
            @Nullable Instant lastAt,
            @Nullable String lastIp) {}

    static KeyJson of(KeyRow k, Used used, RotationSchedule schedule, Instant now) {
        Status status = status(k, now);
        boolean live = status == Status.ACTIVE || status == Status.SUSPENDED;
        Instant due = live && k.kind() != KeyKind.BOOTSTRAP ? schedule.due(k.scope(), k.secretSince()) : null;
        Ended revoked = k.status() == Status.REVOKED ? k.ended() : null;
        Suspended suspended = live ? k.suspended() : null;
        return new KeyJson(
                k.keyId(),
                k.name(),
                k.description(),
                k.kind(),
                k.scope(),
                k.owner(),
                k.strict(),
                status.name(),
                k.createdAt(),
                k.createdBy(),
                k.updatedAt(),
                k.expiresAt(),
                due,
                due != null && !now.isBefore(due),
                k.credentials().stream()
                        .filter(c -> c.endedAt() == null && (c.validUntil() == null || now.isBefore(c.validUntil())))
                        .map(c -> new CredentialJson(c.credentialId(), c.createdAt(), c.validUntil()))
                        .toList(),
                used.lastAt(),
                used.lastIp(),
                used.accepted(),
                used.refused(),
                revoked == null ? null : revoked.at(),
                revoked == null ? null : revoked.by(),
                revoked == null ? null : revoked.reason(),
                revoked == null ? null : revoked.reasonCode(),
                suspended == null ? null : suspended.at(),
                suspended == null ? null : suspended.reason(),
                k.confirmedAt(),
                live && k.recoverable(),
                k.policy(),
                k.policy() == null
                        ? List.of()
                        : List.copyOf(RecordJson.toMap(k.policy()).keySet()));
    }

    /** As lists say it: a policy may be longer than all the rest. */
    KeyJson brief() {
        return new KeyJson(
                keyId,
                name,
                description,
                kind,
                scope,
                owner,
                strict,
                status,
                createdAt,
                createdBy,
                updatedAt,
                expiresAt,
                rotationDueAt,
                rotationOverdue,
                credentials,
                lastUsedAt,
                lastUsedIp,
                requestCount,
                refusedCount,
                revokedAt,
                revokedBy,
                revokedReason,
                revokedReasonCode,
                suspendedAt,
                suspendedReason,
                effectiveAt,
                recoverable,
                null,
                restrictedBy);
    }

    /** By the clock, not by the event alone: nobody is shown an expired key as active. */
    static Status status(KeyRow k, Instant now) {
        boolean over = k.expiresAt() != null && !now.isBefore(k.expiresAt());
        return over && (k.status() == Status.ACTIVE || k.status() == Status.SUSPENDED) ? Status.EXPIRED : k.status();
    }
}
