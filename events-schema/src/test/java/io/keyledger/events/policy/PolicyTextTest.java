package io.keyledger.events.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTextTest {
    @Test
    void each_part_is_read_back_from_its_short_form() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(29);
        List<String> zones = List.of("UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires");
        for (int i = 0; i < 5_000; i++) {
            Of of = List.of(Of.values()).get(random.nextInt(2));
            Rate rate = new Rate(1 + random.nextLong(1L << 40), 1 + random.nextLong(40) * step(random), of);
            assertThat(PolicyText.rate(PolicyText.of(rate), of)).isEqualTo(rate);
            Quota quota = new Quota(
                    1 + random.nextLong(1L << 40),
                    List.of(Period.values()).get(random.nextInt(4)),
                    zones.get(random.nextInt(3)),
                    of);
            assertThat(PolicyText.quota(PolicyText.of(quota), of)).isEqualTo(quota);
            List<Day> days = new ArrayList<>(List.of(Day.values()));
            days.removeIf(d -> random.nextBoolean());
            Hours hours = new Hours(
                    days.isEmpty() ? null : days,
                    "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60)),
                    random.nextInt(9) == 0 ? "24:00" : "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60)),
                    zones.get(random.nextInt(3)));
            assertThat(PolicyText.hours(PolicyText.of(hours))).isEqualTo(hours);
            Route route = new Route(
                    random.nextBoolean() ? null : List.of("DELETE", "GET").subList(0, 1 + random.nextInt(2)),
                    "/orders/*/" + random.nextInt(9));
            assertThat(PolicyText.route(PolicyText.of(route))).isEqualTo(route);
            Instant moment = Instant.ofEpochMilli(1_700_000_000_000L + random.nextLong(1L << 40));
            assertThat(PolicyText.moment(PolicyText.of(moment))).isEqualTo(moment);
        }
    }

    private static long step(RandomGenerator random) {
        return new long[] {1, 60, 3_600, 86_400}[random.nextInt(4)];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100/10s|100/10s",
                "100/min|100/1m",
                "100 / 60s|100/1m",
                "10'000/h|10000/1h",
                "10,000/1d|10000/1d",
                "5/90m|5/90m"
            })
    void a_rate_is_written_with_the_largest_unit(String typed, String shown) {
        assertThat(PolicyText.of(PolicyText.rate(typed, Of.KEY))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mon-fri 8:00-18:00 Europe/Zurich|mon-fri 08:00-18:00 Europe/Zurich",
                "Saturday,sun 00:00-24:00|sat,sun 00:00-24:00 UTC",
                "fri-mon 22:00-06:00 UTC|mon,fri-sun 22:00-06:00 UTC",
                "09:00-17:00 Asia/Tokyo|09:00-17:00 Asia/Tokyo"
            })
    void hours_are_written_in_one_form(String typed, String shown) {
        assertThat(PolicyText.of(PolicyText.hours(typed))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-12-01T08:00|2026-12-01T08:00:00Z",
                "2026-12-01 08:00|2026-12-01T08:00:00Z",
                "2026-12-01T08:00:30.25|2026-12-01T08:00:30.250Z",
                "2026-12-01T08:00:00+01:00|2026-12-01T07:00:00Z",
                "2026-12-01T08:00:00z|2026-12-01T08:00:00Z"
            })
    void a_moment_is_UTC_unless_it_says_otherwise(String typed, Instant meant) {
        assertThat(PolicyText.moment(typed)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1", "::ffff:192.0.2.1/128"})
    void an_address_or_a_range_is_taken_as_it_is(String text) {
        assertThat(PolicyText.address(" " + text + " ")).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate 100",
                "rate /10s",
                "rate 0/10s",
                "rate 100/0s",
                "rate 100/10",
                "rate 1e3/s",
                "rate -1/s",
                "rate 99999999999999999999/s",
                "quota 10",
                "quota 10/year",
                "quota 0/day",
                "quota 10/day@Mars/Phobos",
                "hours mon-fri",
                "hours mon-fri 25:00-26:00 UTC",
                "hours never 08:00-18:00",
                "hours 08:00-18:00 Zurich",
                "hours mon-tue-wed 08:00-18:00",
                "hours mon 24:00-06:00 UTC",
                "hours mon 08:60-18:00 UTC",
                "route orders",
                "route GET orders",
                "route G3T /orders",
                "route GET /or ders",
                "address 10/8",
                "address 192.0.2.0/33",
                "address 2001:db8::/129",
                "address example.org",
                "address 300.0.0.1",
                "country XX",
                "country CHE",
                "moment tomorrow",
                "moment 2026-13-01T08:00",
                "zone CET+1"
            })
    void what_cannot_be_read_is_named_and_the_form_is_told(String line) {
        String kind = line.substring(0, line.indexOf(' '));
        String text = line.substring(line.indexOf(' ') + 1);
        assertThatThrownBy(() -> read(kind, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("“")
                .hasMessageContaining("write");
    }

    private static Object read(String kind, String text) {
        return switch (kind) {
            case "rate" -> PolicyText.rate(text, Of.KEY);
            case "quota" -> PolicyText.quota(text, Of.KEY);
            case "hours" -> PolicyText.hours(text);
            case "route" -> PolicyText.route(text);
            case "address" -> PolicyText.address(text);
            case "country" -> PolicyText.country(text);
            case "zone" -> PolicyText.zone(text);
            default -> PolicyText.moment(text);
        };
    }
}
