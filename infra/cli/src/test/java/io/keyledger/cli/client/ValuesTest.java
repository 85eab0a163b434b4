package io.keyledger.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class ValuesTest {
    @Test
    void lengths_of_time_are_written_as_people_do_and_sent_as_iso_8601() {
        Values.Span span = new Values.Span();
        assertThat(span.convert("90d")).isEqualTo("P90D");
        assertThat(span.convert("2W")).isEqualTo("P14D");
        assertThat(span.convert("12h")).isEqualTo("PT12H");
        assertThat(span.convert("30m")).isEqualTo("PT30M");
        assertThat(span.convert("0s")).isEqualTo("PT0S");
        assertThat(span.convert("P1Y2M")).isEqualTo("P1Y2M");
        for (String wrong : new String[] {"", "90", "d", "-1d", "1y", "ninety days"}) {
            assertThatThrownBy(() -> span.convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void words_are_taken_in_any_case_and_sent_in_the_platforms_own() {
        assertThat(new Values.Scopes().convert("READ_ONLY")).isEqualTo("read-only");
        assertThat(new Values.Statuses().convert("active")).isEqualTo("ACTIVE");
        assertThatThrownBy(() -> new Values.Reasons().convert("because"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("compromised");
    }
}
