package io.keyledger.command.ledger;

import io.keyledger.events.Event;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event that is on Kafka, acknowledged: its bytes and every view record it caused.
 *
 * @param key the key that it is about; null when it is about none
 * @param ends whether the key is refused because of it: revoked, expired, suspended or deleted
 * @param strict whether edges without a lease refuse the key
 * @param time when the fact came true
 * @param position of the bytes on the lifecycle topic
 * @param views where the view records stand that tell of it
 */
public record Published(
        String eventId,
        @Nullable KeyId key,
        boolean ends,
        boolean strict,
        Instant time,
        Place position,
        List<Place> views) {

    /** Whether a key is refused because of this event. */
    static boolean endsKey(Event event) {
        return switch (event) {
            case KeyRevoked _, KeyExpired _, KeySuspended _, KeyDeleted _ -> true;
            default -> false;
        };
    }

    /** One record of one topic. */
    public record Place(String topic, int partition, long offset) {}
}
