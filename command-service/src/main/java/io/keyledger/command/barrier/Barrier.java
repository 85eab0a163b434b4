package io.keyledger.command.barrier;

import io.keyledger.events.CommandPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Waits until what was just committed is where it must be: at every edge that could still decide without it. */
public interface Barrier {

    /**
     * Waits, at most for {@code patience}, for the effect of one committed event. To be called after the commit, never
     * inside the transaction. What is still pending afterwards is followed in the background.
     *
     * @param eventId the event whose effect is awaited: the last one that the command appended
     * @param strict whether the key is refused by edges without a lease
     */
    Outcome await(String eventId, boolean strict, Duration patience);

    /** How far it has come by now; empty when there is no such event. */
    Optional<Outcome> status(String barrierId);

    /**
     * How far one event has come.
     *
     * @param barrierId the event's id
     * @param position of the event and of the view records that tell of it, see {@link CommandPosition}; empty while it is
     *     not published
     * @param effective whether no edge is left that could decide without it; once true, it stays true
     * @param edges those that have confirmed
     * @param pending those that have not and could still decide without it
     * @param harmlessAt when the last pending one refuses by itself, its lease being over; null when that is not known yet
     *     or nothing is pending
     */
    record Outcome(
            String barrierId,
            String position,
            boolean effective,
            List<Confirmed> edges,
            List<Pending> pending,
            @Nullable Instant harmlessAt) {}

    /**
     * The word of one edge.
     *
     * @param millis from the commit to the edge's acknowledgement, as seen here
     * @param lanes by activity lane, the last sequence of that boot at that moment
     */
    record Confirmed(String edge, String boot, long millis, List<Long> lanes) {}

    /** An edge that has not confirmed, and why: {@code not-published}, {@code not-acknowledged} or {@code no-lease}. */
    record Pending(String edge, String reason) {}
}
