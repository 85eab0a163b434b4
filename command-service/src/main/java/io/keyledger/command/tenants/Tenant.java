package io.keyledger.command.tenants;

import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tenant as lists show it. */
record Tenant(TenantId tenant, String name, String preset, Instant createdAt) {

    Map<String, @Nullable Object> body() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("tenantId", tenant.value());
        body.put("name", name);
        body.put("preset", preset);
        body.put("createdAt", RecordJson.time(createdAt));
        return body;
    }
}
