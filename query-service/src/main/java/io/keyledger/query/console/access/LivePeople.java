package io.keyledger.query.console.access;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.query.web.Refused;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people may do at this moment: the same memory that keys are judged by, so that a change is effective at once. */
public interface LivePeople {

    /** @param roles of this moment */
    record Standing(Set<Role> roles, Grants grants) {}

    /**
     * How the person stands; null when there is none, or they are disabled.
     *
     * @throws Refused when this cannot be known now: nobody may do anything then
     */
    @Nullable
    Standing of(OwnerId user, TenantId tenant);
}
