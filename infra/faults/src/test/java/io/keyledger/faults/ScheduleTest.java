package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.faults.Kind.Lane;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    @ParameterizedTest
    @EnumSource
    void the_same_seed_gives_the_same_faults_and_another_one_others(Lane lane) {
        List<Fault> faults = Schedule.until(7, lane, ALL, Duration.ofMinutes(10));
        assertThat(Schedule.until(7, lane, ALL, Duration.ofMinutes(10))).isEqualTo(faults);
        assertThat(Schedule.until(8, lane, ALL, Duration.ofMinutes(10))).isNotEqualTo(faults);
    }

    @ParameterizedTest
    @EnumSource
    void a_short_run_does_each_possible_kind_once(Lane lane) {
        Set<Kind> possible = EnumSet.complementOf(EnumSet.of(Kind.KILL_BROKER, Kind.FULL_DISK));
        assertThat(Schedule.once(7, lane, possible))
                .extracting(Fault::kind)
                .containsExactlyInAnyOrderElementsOf(
                        possible.stream().filter(kind -> kind.lane() == lane).toList());
    }

    @ParameterizedTest
    @EnumSource
    void a_long_run_does_every_kind_and_lasts_as_long_as_it_should(Lane lane) {
        List<Fault> faults = Schedule.until(7, lane, ALL, Duration.ofMinutes(30));
        assertThat(faults)
                .extracting(Fault::kind)
                .containsAll(ALL.stream().filter(kind -> kind.lane() == lane).toList());
        Duration length =
                faults.stream().map(fault -> fault.before().plus(fault.hold())).reduce(Duration.ZERO, Duration::plus);
        assertThat(length).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(31));
    }

    @Test
    void nothing_is_done_where_nothing_is_possible() {
        assertThat(Schedule.until(7, Lane.SURROUNDINGS, Set.of(), Duration.ofMinutes(30)))
                .isEmpty();
    }
}
