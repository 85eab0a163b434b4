package io.keyledger.command.eventstore;

import io.keyledger.events.Ids;
import java.time.Instant;
import org.axonframework.common.IdentifierFactory;

/** Makes the identifiers of Axon's messages UUIDv7; found by Axon through {@code META-INF/services}. */
public final class EventIds extends IdentifierFactory {

    @Override
    public String generateIdentifier() {
        return Ids.newEventId(Instant.now());
    }
}
