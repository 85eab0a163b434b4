package io.keyledger.faults;

import io.keyledger.faults.Kind.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What is broken when, all of it from a seed: the same seed gives the same faults. Pure. */
final class Schedule {
    private static final List<Duration> JUMPS =
            List.of(Duration.ofSeconds(3), Duration.ofSeconds(90), Duration.ofMinutes(5));

    private Schedule() {}

    /** Each possible kind of the lane once, briefly, in an order by the seed. */
    static List<Fault> once(long seed, Lane lane, Set<Kind> possible) {
        Random random = new Random(seed ^ lane.name().hashCode());
        List<Kind> kinds = kinds(lane, possible);
        Collections.shuffle(kinds, random);
        return kinds.stream()
                .map(kind -> fault(kind, random, between(random, 300, 900), between(random, 1_500, 3_000)))
                .toList();
    }

    /**
     * Faults until so much time is over, more of the short ones; one in ten holds longer than a lease.
     *
     * @param length of pauses and faults together; what healing takes comes on top
     */
    static List<Fault> until(long seed, Lane lane, Set<Kind> possible, Duration length) {
        Random random = new Random(seed ^ lane.name().hashCode());
        List<Kind> kinds = kinds(lane, possible);
        List<Fault> faults = new ArrayList<>();
        Duration used = Duration.ZERO;
        while (used.compareTo(length) < 0 && !kinds.isEmpty()) {
            Duration hold = random.nextInt(10) == 0 ? between(random, 31_000, 40_000) : between(random, 200, 12_000);
            Fault fault = fault(kinds.get(random.nextInt(kinds.size())), random, between(random, 500, 8_000), hold);
            faults.add(fault);
            used = used.plus(fault.before()).plus(fault.hold());
        }
        return faults;
    }

    private static List<Kind> kinds(Lane lane, Set<Kind> possible) {
        return new ArrayList<>(
                possible.stream().filter(kind -> kind.lane() == lane).sorted().toList());
    }

    private static Fault fault(Kind kind, Random random, Duration before, Duration hold) {
        return new Fault(kind, 1 + random.nextInt(Stage.EDGES), before, hold, JUMPS.get(random.nextInt(JUMPS.size())));
    }

    private static Duration between(Random random, int from, int to) {
        return Duration.ofMillis(random.nextInt(from, to));
    }
}
