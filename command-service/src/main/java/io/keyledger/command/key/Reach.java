package io.keyledger.command.key;

import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody may go with keys: which scopes they give, and whose secrets they may come by. Whoever has a key's secret
 * can do what the key can, so a decision that shows one asks here.
 *
 * @param widest scope of a key that they may make or have the secret of; null = none
 * @param ceiling scope of the widest personal token that they can have; null = none
 * @param self whose personal tokens are theirs; null = nobody's
 * @param usage the policy of the key that they ask with; null = it has none, or a person asks
 */
public record Reach(
        @Nullable Scope widest,
        @Nullable Scope ceiling,
        @Nullable OwnerId self,
        @Nullable UsagePolicy usage) {

    /** Of an administrator's key, which is nobody's own. */
    public static final Reach ADMINISTRATOR = new Reach(Scope.ADMIN, Scope.ADMIN, null);

    /** Of somebody who asks without a usage policy. */
    public Reach(@Nullable Scope widest, @Nullable Scope ceiling, @Nullable OwnerId self) {
        this(widest, ceiling, self, null);
    }

    /** The same under that policy. */
    public Reach under(@Nullable UsagePolicy policy) {
        return new Reach(widest, ceiling, self, policy);
    }

    /**
     * A key under a policy gives no more than it has: that very policy. Whether another one is narrower is not asked.
     *
     * @throws Refused when that would be another policy than the one under which is asked
     */
    public void requireUsage(@Nullable UsagePolicy policy) {
        if (usage != null && !Objects.equals(usage, policy)) {
            throw new Refused(new Refusal.PolicyOfCaller());
        }
    }

    /** @throws Refused when a key of that scope would do more than the one who asks may */
    public void requireScope(Scope scope) {
        if (widest != null && scope.compareTo(widest) <= 0) {
            return;
        }
        if (scope == Scope.ADMIN && ceiling == Scope.ADMIN) {
            throw new Refused(new Refusal.AdminScopeReserved());
        }
        throw new Refused(new Refusal.ScopeAboveCeiling(widest == null ? "none" : widest.wire()));
    }

    /** @throws Refused when the secret of that key is not for the one who asks */
    public void requireSecret(Facts key) {
        requireUsage(key.usage());
        if (key.kind() == KeyKind.PERSONAL) {
            if (!key.owner().equals(self)) {
                throw new Refused(new Refusal.PersonNeeded());
            }
            return;
        }
        if (key.kind() == KeyKind.BOOTSTRAP) {
            throw new Refused(new Refusal.BootstrapKey());
        }
        if (widest == null || key.scope().compareTo(widest) > 0) {
            throw new Refused(new Refusal.AdminScopeReserved());
        }
    }
}
