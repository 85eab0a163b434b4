package io.keyledger.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A wrong median would be a wrong promise. */
class FiguresTest {
    @Test
    void the_median_is_the_middle_one_or_the_mean_of_both() {
        assertThat(Figures.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4.0);
        assertThat(Figures.median(List.of(9.0, 1.0, 4.0, 2.0))).isEqualTo(3.0);
        assertThat(Figures.median(List.of())).isNaN();
    }

    @Test
    void a_percentile_is_a_value_that_was_measured() {
        long[] thousand = LongStream.rangeClosed(1, 1_000).toArray();
        assertThat(Figures.percentile(thousand, 50)).isEqualTo(500);
        assertThat(Figures.percentile(thousand, 99)).isEqualTo(990);
        assertThat(Figures.percentile(thousand, 100)).isEqualTo(1_000);
        assertThat(Figures.percentile(new long[] {7}, 50)).isEqualTo(7);
    }

    @Test
    void nothing_measured_is_no_figure() {
        assertThatThrownBy(() -> Figures.percentile(new long[0], 50)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_table_is_markdown_with_numbers_in_line() {
        Table table = new Table("what", "per second");
        table.row("create", 12345.6);
        table.row("ratio", 0.541);
        assertThat(table).hasToString("""
                        | what   | per second |
                        |--------|-----------:|
                        | create |     12,346 |
                        | ratio  |       0.54 |
                        """);
    }
}
