package io.keyledger.command.tenants;

import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as lists show it.
 *
 * @param people how many accounts there are
 */
record Tenant(TenantId tenant, String name, String preset, Instant createdAt, TenantPolicy policy, long people) {

    Map<String, @Nullable Object> body() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("tenantId", tenant.value());
        body.put("name", name);
        body.put("preset", preset);
        body.put("createdAt", RecordJson.time(createdAt));
        body.put("host", policy.host());
        body.put("enabled", policy.enabled());
        body.put("selfService", policy.selfService());
        body.put("users", people);
        return body;
    }
}
