package io.keyledger.verifier;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.PrincipalRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What many credentials have in common: tenant, owner and pepper. Held once, and named by a number in each entry. Immutable
 * but for what its principals learn.
 *
 * @param pepper null when it is not in this edge's ring
 */
record Party(
        TenantId tenant,
        OwnerId owner,
        String pepperId,
        Principal tenantPlace,
        Principal ownerPlace,
        Peppers.@Nullable Pepper pepper) {

    boolean tenantEnabled() {
        PrincipalRecord known = tenantPlace.record();
        return known != null && known.enabled();
    }

    /** The person who owns it; one of another tenant owns nothing here. */
    @Nullable
    PrincipalRecord person() {
        PrincipalRecord known = ownerPlace.record();
        return known != null && known.tenant().equals(tenant) ? known : null;
    }

    /** The rest follows from these three. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Party p
                && owner.equals(p.owner)
                && tenant.equals(p.tenant)
                && pepperId.equals(p.pepperId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, owner, pepperId);
    }

    /** Names no pepper's bytes. */
    @Override
    public String toString() {
        return tenant + " " + owner + " " + pepperId;
    }
}
