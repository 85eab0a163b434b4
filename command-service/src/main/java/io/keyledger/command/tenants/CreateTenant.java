package io.keyledger.command.tenants;

import io.keyledger.command.policy.Preset;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;

/** Makes a tenant, with the policy it starts from. */
record CreateTenant(TenantId tenant, String name, Preset preset) {
    static final String NAME = "tenant.create";

    TenantCreated decide() {
        return new TenantCreated(tenant, name, preset.wire());
    }
}
