package io.keyledger.command.rotation;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.ApiKey.Grace;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Span;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.command.vault.Sealed;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a key a new secret. The old one stays good for {@code grace}, though never longer than the key.
 *
 * @param grace null = a day, or what the tenant allows if that is less; zero = the old secret ends at once
 * @param reach of the one who is shown the new secret
 * @param copy of the new secret, kept if the key is recoverable and the tenant still has such keys; null = it cannot be
 */
record RotateKey(
        KeyId keyId,
        @Nullable Span grace,
        NewVerifier verifier,
        Reach reach,
        @Nullable Sealed copy) implements KeyCommand.Bound {
    private static final Span DAY = Span.parse("PT24H");

    @Override
    public boolean creates() {
        return false;
    }

    /** A key has at most two good secrets at once, so a rotation waits for the last one's grace to end. */
    @Override
    public List<KeyEvent> decide(ApiKey key, TenantPolicy policy, Instant now) {
        ApiKey.Live live = ApiKey.live(key);
        reach.requireSecret(live.facts());
        if (live.suspended()) {
            throw new Refused(new Refusal.AlreadySuspended());
        }
        Facts facts = live.facts();
        Grace last = facts.grace();
        if (last != null) {
            throw new Refused(new Refusal.StillInGrace(last.endsAt()));
        }
        Instant end = graceEnd(facts, policy, now);
        KeyRotated rotated = new KeyRotated(
                keyId,
                facts.name(),
                verifier.credential(),
                facts.current(),
                end,
                copy != null && facts.recoverable() && policy.recoverable() ? Boolean.TRUE : null);
        return end.isAfter(now)
                ? List.of(rotated)
                : List.of(rotated, new KeyCredentialExpired(keyId, facts.name(), facts.current(), end));
    }

    private Instant graceEnd(Facts facts, TenantPolicy policy, Instant now) {
        Instant latest = policy.maxGrace().after(now);
        Instant end = (grace == null ? DAY : grace).after(now);
        if (end.isAfter(latest)) {
            if (grace != null) {
                throw new Refused(new Refusal.GraceTooLong(policy.maxGrace().toString()));
            }
            end = latest;
        }
        Instant expiresAt = facts.expiresAt();
        return expiresAt != null && expiresAt.isBefore(end) ? expiresAt : end;
    }
}
