package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CommandPosition.Place;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandPositionTest {
    @Test
    void what_is_written_is_read() {
        for (CommandPosition position : List.of(
                new CommandPosition(2, 41, List.of()),
                new CommandPosition(0, 0, List.of(new Place(Topics.CREDENTIALS, 5, 977))),
                new CommandPosition(
                        5,
                        999_999_999_999_999_999L,
                        List.of(new Place(Topics.CREDENTIALS, 0, 0), new Place(Topics.PRINCIPALS, 0, 12))))) {
            assertThat(CommandPosition.parse(position.text())).contains(position);
            assertThat(position.text()).matches(CommandPosition.FORM);
        }
        assertThat(new CommandPosition(
                                2,
                                41,
                                List.of(new Place(Topics.CREDENTIALS, 3, 977), new Place(Topics.PRINCIPALS, 0, 5)))
                        .text())
                .isEqualTo("2.41-c3.977-p0.5");
    }

    @Test
    void of_two_records_in_a_partition_the_last_one_is_named() {
        CommandPosition position = new CommandPosition(1, 9, List.of(new Place(Topics.CREDENTIALS, 3, 7)));
        assertThat(position.with(List.of(
                                new Place(Topics.CREDENTIALS, 3, 6),
                                new Place(Topics.CREDENTIALS, 4, 1),
                                new Place(Topics.CREDENTIALS, 3, 8)))
                        .text())
                .isEqualTo("1.9-c3.8-c4.1");
    }

    /** Those of before, which say nothing of the view, are positions still. */
    @Test
    void a_position_may_say_nothing_of_the_view() {
        assertThat(CommandPosition.parse("2.41")).contains(new CommandPosition(2, 41, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2.",
                ".2",
                "2.41-",
                "2.41-c",
                "2.41-c3",
                "2.41-x3.5",
                "6.1",
                "2.41-c6.1",
                "2.41-p1.1",
                "02.1",
                "2.01",
                "-1.2",
                "2.41-c3.977 ",
                "2.41c3.977",
                "9999.1",
                "2.9999999999999999999",
                "2.1-c0.1-c0.1-c0.1-c0.1-c0.1-c0.1-c0.1-c0.1-c0.1"
            })
    void anything_else_is_none(String text) {
        assertThat(CommandPosition.parse(text)).isEmpty();
    }
}
