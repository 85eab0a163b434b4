package io.keyledger.query.readstore;

import io.keyledger.events.CloudEvent;
import io.keyledger.query.log.LogStore.Broken;
import io.keyledger.query.log.LoggedEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether an event follows the last one of its source. Pure. */
final class Chain {
    private Chain() {}

    /**
     * The last event of a source.
     *
     * @param orderedAt the latest time that it or one before it in the source has: its place in histories
     */
    record Link(long sequence, String hash, Instant orderedAt) {
        /** Of an event that follows that one. */
        static Link of(@Nullable Link before, LoggedEvent event) {
            return new Link(
                    event.sequence(),
                    event.hash(),
                    before == null || event.time().isAfter(before.orderedAt) ? event.time() : before.orderedAt);
        }
    }

    /**
     * True when the event is the next one, false when it is a repeat of one that is folded.
     *
     * @param last null when nothing of the source is folded
     * @param headGone whether the log has lost its beginning, so that a source may be seen from its middle on
     * @throws Broken when events are missing, or the chain does not hold
     */
    static boolean follows(@Nullable Link last, LoggedEvent event, boolean headGone) {
        if (last == null) {
            if (event.sequence() == 1 && !event.prevHash().equals(CloudEvent.GENESIS)) {
                throw broken(event, "the first event of %s names a previous one".formatted(event.source()));
            }
            if (event.sequence() != 1 && !headGone) {
                throw broken(
                        event,
                        "%s begins with sequence %d: events 1 to %d are missing"
                                .formatted(event.source(), event.sequence(), event.sequence() - 1));
            }
            return true;
        }
        if (event.sequence() < last.sequence()) {
            return false;
        }
        if (event.sequence() == last.sequence()) {
            if (!event.hash().equals(last.hash())) {
                throw broken(
                        event,
                        "%s has two different events with sequence %d".formatted(event.source(), event.sequence()));
            }
            return false;
        }
        if (event.sequence() > last.sequence() + 1) {
            throw broken(
                    event,
                    "%s has a hole: sequence %d follows %d"
                            .formatted(event.source(), event.sequence(), last.sequence()));
        }
        if (!event.prevHash().equals(last.hash())) {
            throw broken(
                    event,
                    "the chain of %s is broken: event %d does not name the hash of event %d"
                            .formatted(event.source(), event.sequence(), last.sequence()));
        }
        return true;
    }

    private static Broken broken(LoggedEvent event, String what) {
        return new Broken(event.topic(), event.partition(), event.offset(), what);
    }
}
