package io.keyledger.edge.core;

import io.keyledger.events.TenantId;
import io.keyledger.verifier.Carriers.Presented;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One request to decide about.
 *
 * @param permission what it needs; null = any live key will do
 * @param path its query string, if there is one, is not kept
 * @param ip of the client, as far as a trusted party says
 * @param tenants those whose keys may be used for it
 */
public record AuthRequest(
        Presented presented,
        @Nullable String permission,
        @Nullable String method,
        @Nullable String path,
        @Nullable String ip,
        @Nullable String userAgent,
        @Nullable String requestId,
        Predicate<TenantId> tenants) {

    /** A request for which the keys of every tenant may be used. */
    public AuthRequest(
            Presented presented,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            @Nullable String userAgent,
            @Nullable String requestId) {
        this(presented, permission, method, path, ip, userAgent, requestId, _ -> true);
    }
}
