package io.keyledger.query.console;

import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.query.console.access.LivePeople;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** People as an edge would know them, changed by the test. */
final class TestPeople implements LivePeople {
    private final Map<String, Set<Role>> people = new ConcurrentHashMap<>();
    volatile boolean withoutLease;

    void put(String userId, Set<Role> roles) {
        people.put(userId, Set.copyOf(roles));
    }

    /** Somebody of another tenant. */
    void put(String tenant, String userId, Set<Role> roles) {
        people.put(tenant + "/" + userId, Set.copyOf(roles));
    }

    void disable(String userId) {
        people.remove(userId);
    }

    @Override
    public @Nullable Standing of(OwnerId user, TenantId tenant) {
        if (withoutLease) {
            throw new Refused(new Refusal.NotReady());
        }
        Set<Role> roles =
                people.get(tenant.equals(TenantId.DEFAULT) ? user.value() : tenant.value() + "/" + user.value());
        return roles == null ? null : new Standing(roles, Grants.of(roles, RolePreset.CENTRAL));
    }
}
