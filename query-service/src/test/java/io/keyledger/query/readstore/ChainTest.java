package io.keyledger.query.readstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.query.log.Log;
import io.keyledger.query.log.LogStore.Broken;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Chain.Link;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainTest {
    private static final List<LoggedEvent> SOURCE = oneSource();

    @Test
    void a_sound_log_holds_from_the_first_event_to_the_last() {
        Map<String, Link> links = new HashMap<>();
        for (LoggedEvent event : Log.random(7, 30)) {
            assertThat(Chain.follows(links.get(event.source()), event, false)).isTrue();
            links.put(event.source(), Link.of(links.get(event.source()), event));
        }
    }

    @Test
    void a_repeat_is_skipped() {
        Link last = Link.of(null, SOURCE.get(2));
        assertThat(Chain.follows(last, SOURCE.get(2), false)).isFalse();
        assertThat(Chain.follows(last, SOURCE.get(0), false)).isFalse();
    }

    @Test
    void a_hole_is_told_with_topic_and_offset() {
        LoggedEvent third = SOURCE.get(2);
        assertThatThrownBy(() -> Chain.follows(Link.of(null, SOURCE.get(0)), third, false))
                .isInstanceOf(Broken.class)
                .hasMessageContaining(third.topic() + "-" + third.partition())
                .hasMessageContaining("offset " + third.offset())
                .hasMessageContaining("hole");
    }

    @Test
    void a_changed_event_breaks_the_chain_at_the_next_one() {
        Link changed = new Link(2, "0".repeat(64), Instant.EPOCH);
        assertThatThrownBy(() -> Chain.follows(changed, SOURCE.get(2), false))
                .isInstanceOf(Broken.class)
                .hasMessageContaining("chain");
    }

    @Test
    void two_events_with_one_sequence_are_told() {
        Link other = new Link(3, "0".repeat(64), Instant.EPOCH);
        assertThatThrownBy(() -> Chain.follows(other, SOURCE.get(2), false))
                .isInstanceOf(Broken.class)
                .hasMessageContaining("two different");
    }

    @Test
    void a_source_that_begins_in_the_middle_is_a_hole_unless_the_log_has_lost_its_head() {
        assertThatThrownBy(() -> Chain.follows(null, SOURCE.get(1), false)).isInstanceOf(Broken.class);
        assertThat(Chain.follows(null, SOURCE.get(1), true)).isTrue();
    }

    private static List<LoggedEvent> oneSource() {
        Map<String, List<LoggedEvent>> sources = new HashMap<>();
        for (LoggedEvent event : Log.random(1, 60)) {
            List<LoggedEvent> events = sources.computeIfAbsent(event.source(), s -> new ArrayList<>());
            events.add(event);
            if (events.size() == 3) {
                return events;
            }
        }
        throw new AssertionError("no source with three events");
    }
}
