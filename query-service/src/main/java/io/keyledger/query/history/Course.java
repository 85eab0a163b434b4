package io.keyledger.query.history;

import io.keyledger.query.log.LoggedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** States one after the other, each as one event left it. Immutable. */
final class Course<S> {
    private final List<Step<S>> steps;

    private Course(List<Step<S>> steps) {
        this.steps = steps;
    }

    /** @param since inclusive; never before that of the step before it, whatever clocks did */
    record Step<S>(Instant since, S state, Cause cause) {}

    /**
     * The course that events make of it.
     *
     * @param events in the order of their source
     * @param fold the state after an event; null = there is none yet; the same one = the event means nothing to it
     */
    static <S> Course<S> of(List<LoggedEvent> events, BiFunction<@Nullable S, LoggedEvent, @Nullable S> fold) {
        List<Step<S>> steps = new ArrayList<>();
        S state = null;
        Instant since = Instant.MIN;
        for (LoggedEvent event : events) {
            since = event.time().isAfter(since) ? event.time() : since;
            S next = fold.apply(state, event);
            if (next != null && !next.equals(state)) {
                steps.add(new Step<>(since, next, Cause.of(event)));
            }
            state = next;
        }
        return new Course<>(List.copyOf(steps));
    }

    List<Step<S>> steps() {
        return steps;
    }

    /** Which step holds at that moment; -1 before the first. */
    int indexAt(Instant moment) {
        int low = 0;
        int high = steps.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (steps.get(middle).since().isAfter(moment)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low - 1;
    }

    /** The step of that number; null when there is none. */
    @Nullable
    Step<S> step(int index) {
        return index < 0 || index >= steps.size() ? null : steps.get(index);
    }

    /** What holds at that moment; null before the first step. */
    @Nullable
    S at(Instant moment) {
        Step<S> step = step(indexAt(moment));
        return step == null ? null : step.state();
    }

    /** The event since which this part of the state is what it is at that moment; null before the first step. */
    @Nullable
    Cause causeOf(Function<S, @Nullable Object> part, Instant moment) {
        int index = indexAt(moment);
        Step<S> step = step(index);
        if (step == null) {
            return null;
        }
        Object value = part.apply(step.state());
        while (index > 0 && Objects.equals(part.apply(steps.get(index - 1).state()), value)) {
            index--;
        }
        return steps.get(index).cause();
    }
}
