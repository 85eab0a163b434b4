package io.keyledger.query.keys;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key as lists and pages show it, but for what depends on the hour and on its uses.
 *
 * @param sequence of the key's last event
 * @param secretSince when the present secret was made: what a rotation schedule counts from
 * @param credentials all that the key ever had, in the order in which they were made
 * @param ended why and when it ended; null while it may be used
 * @param confirmedAt when no edge was left that could accept it; null until then
 * @param recoverable whether its present secret is kept and can be shown again
 * @param policy what it may be used for beyond its scope; null = all of that
 */
public record KeyRow(
        KeyId keyId,
        String tenant,
        long sequence,
        String name,
        @Nullable String description,
        KeyKind kind,
        Scope scope,
        OwnerId owner,
        boolean strict,
        Status status,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        @Nullable Instant expiresAt,
        Instant secretSince,
        List<Credential> credentials,
        @Nullable Ended ended,
        @Nullable Suspended suspended,
        @Nullable Instant confirmedAt,
        boolean recoverable,
        @Nullable UsagePolicy policy) {

    /** This row with other credentials: they lie in a table of their own. */
    KeyRow with(List<Credential> others) {
        return new KeyRow(
                keyId,
                tenant,
                sequence,
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
                secretSince,
                others,
                ended,
                suspended,
                confirmedAt,
                recoverable,
                policy);
    }

    /** Where a key stands, by its events; one whose expiry has passed is expired even before the event says so. */
    public enum Status {
        ACTIVE,
        SUSPENDED,
        EXPIRED,
        REVOKED,
        /** Out of lists and search; its history stays. */
        DELETED
    }

    /**
     * One secret's public part.
     *
     * @param validUntil the end of its grace, exclusive; null while it is not replaced
     * @param endedAt when its grace was over; null until then
     */
    public record Credential(
            CredentialId credentialId,
            Instant createdAt,
            @Nullable Instant validUntil,
            @Nullable Instant endedAt) {}

    public record Ended(
            Instant at,
            String by,
            @Nullable String reason,
            @Nullable RevocationReason reasonCode) {}

    public record Suspended(Instant at, @Nullable String reason) {}
}
