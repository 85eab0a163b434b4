package io.keyledger.query.checkpoint;

import io.keyledger.events.Topics;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.time.Duration;
import java.util.function.IntToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameter {@code minPosition} of a reading request: the {@code position} of an answered command, which the answer must
 * not be older than.
 */
public final class MinPosition {
    public static final String NAME = "minPosition";

    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,17})");
    private static final int PARTITIONS = Topics.ALL.stream()
            .filter(t -> t.name().equals(Topics.LIFECYCLE))
            .findFirst()
            .orElseThrow()
            .partitions();

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
        @Nullable String text = parameters.matching(NAME, FORM, "the 'position' of an answer to a command");
        if (text == null) {
            return;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= PARTITIONS) {
            throw Parameters.invalid(NAME, "the 'position' of an answer to a command");
        }
        int partition = Integer.parseInt(matcher.group(1));
        long offset = Long.parseLong(matcher.group(2));
        try {
            if (!positions.await(() -> next.applyAsLong(partition) > offset, patience)) {
                throw new Refused(new Refusal.PositionNotReached(text));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(new Refusal.PositionNotReached(text));
        }
    }
}
