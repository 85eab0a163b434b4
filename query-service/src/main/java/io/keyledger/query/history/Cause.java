package io.keyledger.query.history;

import io.keyledger.query.log.LoggedEvent;
import java.time.Instant;

/**
 * The event by which something came to be as it is.
 *
 * @param by who did it, the CloudEvents {@code authid}
 */
record Cause(String eventId, String type, Instant at, String by) {
    static Cause of(LoggedEvent event) {
        return new Cause(event.id().toString(), event.type(), event.time(), event.actor());
    }
}
