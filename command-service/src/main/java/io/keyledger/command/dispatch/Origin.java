package io.keyledger.command.dispatch;

import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * Who wants something, in which tenant, and by which request.
 *
 * @param repeat set when the request came with an Idempotency-Key
 */
public record Origin(
        TenantId tenant,
        Actor actor,
        @Nullable String requestId,
        @Nullable Repeat repeat) {

    /** The platform itself, acting on a key of {@code tenant}. */
    public static Origin system(TenantId tenant) {
        return new Origin(tenant, Actor.SYSTEM, null, null);
    }

    /** The same origin, its repeat narrowed to one part of what was asked for. */
    public Origin part(String name) {
        return new Origin(tenant, actor, requestId, repeat == null ? null : repeat.part(name));
    }
}
