package io.keyledger.command.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "P90D, 2026-05-01T12:00:00Z",
        "p90d, 2026-05-01T12:00:00Z",
        "PT1H, 2026-01-31T13:00:00Z",
        "P1M, 2026-02-28T12:00:00Z",
        "P1W, 2026-02-07T12:00:00Z",
        "P1Y2M10DT12H, 2027-04-11T00:00:00Z",
        "PT0.000001S, 2026-01-31T12:00:00.000001Z"
    })
    void a_span_counts_by_the_calendar(String text, Instant end) {
        assertThat(Span.parse(text).after(NOON)).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "P", "PT", "P1DT", "90", "90D", "P-1D", "-P1D", "PT-1H", "P1.5D", "P 1D", "PT1H1D", "P1D ", "P١D"
            })
    void what_is_no_span_or_negative_is_refused(String text) {
        assertThatThrownBy(() -> Span.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P999999999Y", "P99999999999999D", "PT99999999999999999999H", "P2147483648M"})
    void what_is_too_long_to_count_ends_with_time_itself(String text) {
        assertThat(Span.parse(text).after(NOON)).isEqualTo(Span.END_OF_TIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P90D", "PT1H", "P1Y2M10DT12H30M", "PT0S", "P999999999Y"})
    void a_span_reads_back_as_what_it_writes(String text) {
        assertThat(Span.parse(text)).hasToString(text);
        assertThat(Span.parse(Span.parse(text).toString())).isEqualTo(Span.parse(text));
    }

    @Test
    void only_nothing_is_zero() {
        assertThat(Span.parse("PT0S").isZero()).isTrue();
        assertThat(Span.parse("P0D").isZero()).isTrue();
        assertThat(Span.parse("PT0.000001S").isZero()).isFalse();
        assertThat(Duration.between(NOON, Span.parse("PT24H").after(NOON))).isEqualTo(Duration.ofDays(1));
    }
}
