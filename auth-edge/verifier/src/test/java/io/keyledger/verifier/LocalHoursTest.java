package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalHoursTest {
    /** With changes at night, at midnight, of half an hour, of a whole day, in the south, and none at all. */
    static final List<String> ZONES = List.of(
            "Europe/Zurich",
            "America/New_York",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "Africa/Casablanca",
            "UTC");

    private static final String[] TIMES = {
        "00:00", "00:30", "01:59", "02:00", "02:30", "03:00", "09:15", "18:00", "23:59"
    };

    static Hours random(Random random) {
        List<Day> days = new ArrayList<>();
        for (Day day : Day.values()) {
            if (random.nextInt(3) > 0) {
                days.add(day);
            }
        }
        return new Hours(
                random.nextInt(3) == 0 || days.isEmpty() ? null : days,
                TIMES[random.nextInt(TIMES.length)],
                random.nextInt(6) == 0 ? "24:00" : TIMES[random.nextInt(TIMES.length)],
                ZONES.get(random.nextInt(ZONES.size())));
    }

    /** As the words of {@link Hours} say it, with the calendar of the platform. */
    static boolean hold(Hours hours, Instant now) {
        ZonedDateTime local = now.atZone(ZoneId.of(hours.zone()));
        LocalTime from = LocalTime.parse(hours.from());
        boolean toTheEnd = hours.to().equals("24:00");
        LocalTime to = toTheEnd ? LocalTime.MIDNIGHT : LocalTime.parse(hours.to());
        LocalTime clock = local.toLocalTime();
        boolean today = isOn(hours.days(), local.getDayOfWeek().name());
        boolean yesterday = isOn(hours.days(), local.getDayOfWeek().minus(1).name());
        if (toTheEnd || from.isBefore(to)) {
            return today && !clock.isBefore(from) && (toTheEnd || clock.isBefore(to));
        }
        return today && !clock.isBefore(from) || yesterday && clock.isBefore(to);
    }

    private static boolean isOn(@Nullable List<Day> days, String day) {
        return days == null || days.contains(Day.valueOf(day));
    }

    /** Two days on either side of each change of the clocks from 2010 to 2027, and of some other days. */
    static List<Instant> around(ZoneId zone) {
        List<Instant> middles = new ArrayList<>(List.of(Instant.parse("2026-02-28T23:30:00Z")));
        Instant at = Instant.parse("2010-01-01T00:00:00Z");
        for (ZoneOffsetTransition next = zone.getRules().nextTransition(at);
                next != null && next.getInstant().isBefore(Instant.parse("2028-01-01T00:00:00Z"));
                next = zone.getRules().nextTransition(next.getInstant())) {
            middles.add(next.getInstant());
        }
        return middles;
    }

    @Test
    void each_minute_around_every_change_of_the_clocks_is_judged_as_the_wall_clock_says() {
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            Hours hours = random(random);
            LocalHours read = LocalHours.read(hours);
            assertThat(read).isNotNull();
            List<Instant> middles = around(ZoneId.of(hours.zone()));
            Instant middle = middles.get(random.nextInt(middles.size()));
            for (int minute = -48 * 60; minute < 48 * 60; minute++) {
                Instant now = middle.plusSeconds(minute * 60L);
                if (read.contain(now.getEpochSecond()) != hold(hours, now)) {
                    assertThat(read.contain(now.getEpochSecond()))
                            .as(hours + " at " + now)
                            .isEqualTo(hold(hours, now));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The clocks of Zurich skip 02:00 to 03:00 on 29 March 2026 and repeat it on 25 October.
        "02:00, 03:00, 2026-03-29T00:59:59Z, false",
        "02:00, 03:00, 2026-03-29T01:00:00Z, false",
        "02:00, 03:00, 2026-10-25T00:00:00Z, true",
        "02:00, 03:00, 2026-10-25T01:59:59Z, true",
        "02:00, 03:00, 2026-10-25T02:00:00Z, false",
        "22:00, 06:00, 2026-11-30T21:00:00Z, true",
        "22:00, 06:00, 2026-11-30T20:59:59Z, false",
        "22:00, 06:00, 2026-12-01T04:59:59Z, true",
        "22:00, 06:00, 2026-12-01T05:00:00Z, false",
        "00:00, 24:00, 2026-11-30T23:30:00Z, true",
        "08:00, 08:00, 2026-11-30T03:00:00Z, true",
    })
    void hours_are_those_of_the_clock_on_the_wall(String from, String to, Instant now, boolean held) {
        LocalHours hours = LocalHours.read(new Hours(null, from, to, "Europe/Zurich"));
        assertThat(hours).isNotNull();
        assertThat(hours.contain(now.getEpochSecond())).isEqualTo(held);
    }

    @Test
    void a_night_belongs_to_the_day_on_which_it_began() {
        LocalHours fridays = LocalHours.read(new Hours(List.of(Day.FRIDAY), "22:00", "06:00", "UTC"));
        assertThat(fridays).isNotNull();
        // 27 November 2026 is a Friday.
        assertThat(fridays.contain(Instant.parse("2026-11-28T05:59:59Z").getEpochSecond()))
                .isTrue();
        assertThat(fridays.contain(Instant.parse("2026-11-27T05:59:59Z").getEpochSecond()))
                .isFalse();
        assertThat(fridays.contain(Instant.parse("2026-11-28T22:00:00Z").getEpochSecond()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"24:00", "25:00", "7:00", "07:60", "07-00", "", "07:00 ", "\u0660\u0667:00"})
    void a_begin_that_is_no_time_of_day_means_nothing(String from) {
        assertThat(LocalHours.read(new Hours(null, from, "23:00", "UTC"))).isNull();
        assertThat(LocalHours.read(new Hours(null, "07:00", "23:00", "Europe/Nowhere")))
                .isNull();
    }
}
