package io.keyledger.command.dispatch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a committed command has come to, and what its answer still waits for. Holds no secret.
 *
 * @param status of the answer when nothing is pending
 * @param body of the answer, but for what the edges say
 * @param eventId the event whose effect is awaited
 * @param strict policy of the key
 */
public record Result(int status, Map<String, @Nullable Object> body, Await await, String eventId, boolean strict) {

    /** What the answer says about the edges. */
    public enum Await {
        /** {@code usable}: whether every edge knows what is new. */
        USABLE,
        /** {@code effective}: whether no edge is left that could still accept; names those that are. */
        EFFECTIVE,
        /** Nothing. */
        NOTHING
    }
}
