package io.keyledger.query.console.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpansTest {

    @ParameterizedTest
    @CsvSource({
        "90, P90D",
        "90 days, P90D",
        "1 day, P1D",
        "2 weeks, P14D",
        "12 h, PT12H",
        "12 hours, PT12H",
        "30 min, PT30M",
        "3 months, P3M",
        "1 Year, P1Y",
        "P90D, P90D",
        "soon, soon",
        "-5, -5"
    })
    void a_span_is_read_as_people_write_it(String text, String iso) {
        assertThat(Spans.parse(text)).isEqualTo(iso);
    }

    @ParameterizedTest
    @CsvSource({
        "P90D, 90 days",
        "P1D, 1 day",
        "PT12H, 12 hours",
        "PT30M, 30 minutes",
        "P3M, 3 months",
        "P1Y, 1 year",
        "P1Y6M, P1Y6M"
    })
    void a_span_is_said_in_words_and_read_back(String iso, String words) {
        assertThat(Spans.say(iso)).isEqualTo(words);
        assertThat(Spans.parse(words)).isEqualTo(iso);
    }
}
