package io.keyledger.verifier;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.PrincipalRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What many credentials have in common: tenant, owner, pepper and usage policy. Held once, and named by a number in each
 * entry. Immutable but for what its principals learn.
 *
 * @param pepper null when it is not in this edge's ring
 * @param policy null = none
 * @param conditions of the policy, once they are {@link #ready}; {@link Conditions#NONE} without one
 */
record Party(
        TenantId tenant,
        OwnerId owner,
        String pepperId,
        Principal tenantPlace,
        Principal ownerPlace,
        Peppers.@Nullable Pepper pepper,
        @Nullable UsagePolicy policy,
        Conditions conditions) {

    /** Without conditions, to be looked for: {@link #ready} has them. */
    Party(
            TenantId tenant,
            OwnerId owner,
            String pepperId,
            Principal tenantPlace,
            Principal ownerPlace,
            Peppers.@Nullable Pepper pepper,
            @Nullable UsagePolicy policy) {
        this(
                tenant,
                owner,
                pepperId,
                tenantPlace,
                ownerPlace,
                pepper,
                policy == null || policy.isNone() ? null : policy,
                Conditions.NONE);
    }

    /** The same with the conditions of its policy. */
    Party ready() {
        return policy == null
                ? this
                : new Party(tenant, owner, pepperId, tenantPlace, ownerPlace, pepper, policy, new Conditions(policy));
    }

    /** The person who owns it; one of another tenant owns nothing here. */
    @Nullable
    PrincipalRecord person() {
        PrincipalRecord known = ownerPlace.record();
        return known != null && known.tenant().equals(tenant) ? known : null;
    }

    /** The rest follows from these four. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Party p
                && owner.equals(p.owner)
                && tenant.equals(p.tenant)
                && pepperId.equals(p.pepperId)
                && Objects.equals(policy, p.policy);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, owner, pepperId, policy);
    }

    /** Names no pepper's bytes. */
    @Override
    public String toString() {
        return tenant + " " + owner + " " + pepperId;
    }
}
