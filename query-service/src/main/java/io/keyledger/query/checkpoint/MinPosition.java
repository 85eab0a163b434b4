package io.keyledger.query.checkpoint;

import io.keyledger.events.CommandPosition;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.time.Duration;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The parameter {@code minPosition} of a reading request: the {@code position} of an answered command, which the answer must
 * not be older than.
 */
public final class MinPosition {
    public static final String NAME = "minPosition";

    private static final String ALLOWED = "the 'position' of an answer to a command";

    private final IntToLongFunction next;
    private final Positions positions;
    private final Duration patience;

    /**
     * The parameter's reader.
     *
     * @param next the next offset to fold, of a partition of the lifecycle topic
     */
    public MinPosition(IntToLongFunction next, Positions positions, Duration patience) {
        this.next = next;
        this.positions = positions;
        this.patience = patience;
    }

    /** Returns once the read store is beyond the position that the request names; at once when it names none. */
    public void await(Parameters parameters) {
        @Nullable String text = parameters.matching(NAME, CommandPosition.FORM, ALLOWED);
        if (text == null) {
            return;
        }
        CommandPosition position = CommandPosition.parse(text).orElseThrow(() -> Parameters.invalid(NAME, ALLOWED));
        try {
            if (!positions.await(() -> next.applyAsLong(position.partition()) > position.offset(), patience)) {
                throw new Refused(new Refusal.PositionNotReached(text));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(new Refusal.PositionNotReached(text));
        }
    }
}
