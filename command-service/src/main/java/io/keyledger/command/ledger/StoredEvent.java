package io.keyledger.command.ledger;

import io.keyledger.command.eventstore.StoredJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.Event;
import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.util.Map;
import org.axonframework.eventhandling.DomainEventData;
import org.jspecify.annotations.Nullable;

/**
 * One event as the event store holds it.
 *
 * @param aggregate a key id, {@code settings:<tenant>}, {@code tenant:<tenant>} or {@code user:<userId>}
 * @param sequence from 1
 */
record StoredEvent(
        String id,
        String aggregate,
        long sequence,
        Instant time,
        TenantId tenant,
        Actor actor,
        @Nullable String requestId,
        Event event) {
    private static final String SETTINGS = "settings:";
    private static final String TENANT = "tenant:";
    private static final String USER = "user:";
    private static final String USAGE = "usage:";

    static StoredEvent of(DomainEventData<?> stored) {
        Map<String, String> metadata =
                StoredJson.metadata((String) stored.getMetaData().getData());
        String tenant = metadata.get("tenant");
        if (tenant == null) {
            throw new IllegalArgumentException("event " + stored.getEventIdentifier() + " has no tenant");
        }
        String authType = metadata.get("authtype");
        String authId = metadata.get("authid");
        return new StoredEvent(
                stored.getEventIdentifier(),
                stored.getAggregateIdentifier(),
                stored.getSequenceNumber() + 1,
                stored.getTimestamp(),
                new TenantId(tenant),
                authType == null || authId == null ? Actor.SYSTEM : new Actor(authType, authId),
                metadata.get("requestId"),
                StoredJson.event(stored.getPayload().getType().getName(), (String)
                        stored.getPayload().getData()));
    }

    String source(String instance) {
        if (aggregate.startsWith(SETTINGS)) {
            return Sources.settings(instance, new TenantId(aggregate.substring(SETTINGS.length())));
        }
        if (aggregate.startsWith(TENANT)) {
            return Sources.tenant(instance, new TenantId(aggregate.substring(TENANT.length())));
        }
        if (aggregate.startsWith(USER)) {
            return Sources.user(instance, new OwnerId(aggregate.substring(USER.length())));
        }
        if (aggregate.startsWith(USAGE)) {
            return Sources.usage(instance, aggregate.substring(USAGE.length()));
        }
        return Sources.key(instance, new KeyId(aggregate));
    }

    /** The event in its public form, next in its source after the one whose hash is {@code prevHash}. */
    CloudEvent publicForm(String instance, String prevHash, Instant now) {
        int colon = aggregate.indexOf(':');
        String subject = colon < 0 ? "key/" + aggregate : aggregate.replace(':', '/');
        String partitionKey = colon < 0 ? aggregate : aggregate.substring(colon + 1);
        return new CloudEvent(
                id,
                source(instance),
                sequence,
                prevHash,
                time,
                now,
                tenant,
                subject,
                partitionKey,
                actor,
                requestId,
                event);
    }
}
