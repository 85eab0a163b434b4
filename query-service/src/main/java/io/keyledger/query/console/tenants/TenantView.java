package io.keyledger.query.console.tenants;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as command-service tells it.
 *
 * @param host its own host name; null for one that is served where all are that have none
 * @param enabled whether its keys are switched on
 * @param selfService whether it is licensed for keys that people make themselves
 * @param keys as far as they are folded here, deleted ones left out
 */
public record TenantView(
        String id,
        String name,
        String preset,
        @Nullable String host,
        boolean enabled,
        boolean selfService,
        long users,
        long keys,
        @Nullable String createdAt) {

    static TenantView of(Map<String, Object> tenant, Map<String, Long> keys) {
        String id = text(tenant, "tenantId");
        return new TenantView(
                id,
                text(tenant, "name"),
                text(tenant, "preset"),
                tenant.get("host") instanceof String host ? host : null,
                Boolean.TRUE.equals(tenant.get("enabled")),
                Boolean.TRUE.equals(tenant.get("selfService")),
                tenant.get("users") instanceof Number n ? n.longValue() : 0,
                keys.getOrDefault(id, 0L),
                tenant.get("createdAt") instanceof String at ? at : null);
    }

    private static String text(Map<String, Object> tenant, String name) {
        return Objects.toString(tenant.get(name), "");
    }

    /** The preset, in words. */
    public String presetWords() {
        return TenantsPage.PRESETS.getOrDefault(preset, preset);
    }
}
