package io.keyledger.events.policy;

import io.keyledger.events.UsagePolicy.Day;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Days of the week as people name them: in runs. */
final class Week {
    private static final List<Day> DAYS = List.of(Day.values());
    private static final int RUN = 3;

    private Week() {}

    /** From the one to the other, both inclusive, over the end of the week if need be. */
    static Set<Day> run(Day first, Day last) {
        Set<Day> days = EnumSet.of(last);
        for (Day day = first; day != last; day = next(day)) {
            days.add(day);
        }
        return days;
    }

    private static Day next(Day day) {
        return DAYS.get((DAYS.indexOf(day) + 1) % DAYS.size());
    }

    /** The days by name, in their order, three and more that follow each other as one run. */
    static List<String> names(List<Day> days, Function<Day, String> name, String to) {
        List<String> parts = new ArrayList<>();
        List<Day> run = new ArrayList<>();
        for (Day day : DAYS) {
            if (days.contains(day)) {
                run.add(day);
            }
            if (!days.contains(day) || day == DAYS.getLast()) {
                if (run.size() >= RUN) {
                    parts.add(name.apply(run.getFirst()) + to + name.apply(run.getLast()));
                } else {
                    run.forEach(d -> parts.add(name.apply(d)));
                }
                run.clear();
            }
        }
        return parts;
    }
}
