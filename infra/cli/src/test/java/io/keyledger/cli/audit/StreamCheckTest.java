package io.keyledger.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.cli.audit.StreamCheck.Alarm;
import io.keyledger.cli.audit.StreamCheck.Finding;
import io.keyledger.events.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCheckTest {
    private static final String PARTITION = "topic-0";

    private StreamCheck check = new StreamCheck();
    private long offset;

    /** A chain as a sound writer makes it. */
    static List<byte[]> chain(String source, int length) {
        List<byte[]> events = new ArrayList<>();
        String previous = CloudEvent.GENESIS;
        for (int i = 1; i <= length; i++) {
            byte[] event = "{\"prevhash\":\"%s\",\"sequence\":\"%020d\",\"source\":\"%s\"}"
                    .formatted(previous, i, source)
                    .getBytes(StandardCharsets.UTF_8);
            events.add(event);
            previous = CloudEvent.hash(event);
        }
        return events;
    }

    private List<Alarm> add(List<byte[]> events) {
        List<Alarm> alarms = new ArrayList<>();
        for (byte[] event : events) {
            Finding finding = check.add(PARTITION, offset++, event, false);
            if (finding != null) {
                alarms.add(finding.alarm());
            }
        }
        return alarms;
    }

    @Test
    void a_sound_stream_of_many_sources_raises_no_alarm() {
        List<List<byte[]>> chains = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            chains.add(new ArrayList<>(chain("s" + i, 30)));
        }
        List<byte[]> stream = new ArrayList<>();
        Random random = new Random(5);
        while (!chains.isEmpty()) {
            List<byte[]> one = chains.get(random.nextInt(chains.size()));
            stream.add(one.removeFirst());
            chains.removeIf(List::isEmpty);
        }
        assertThat(add(stream)).isEmpty();
        assertThat(check.missing()).isZero();
        assertThat(check.sources()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 8})
    void a_dropped_event_is_a_gap(int dropped) {
        List<byte[]> events = new ArrayList<>(chain("s", 10));
        events.remove(dropped);
        assertThat(add(events)).containsExactly(Alarm.GAP);
        assertThat(check.missing()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 9})
    void a_doubled_event_is_a_double(int doubled) {
        List<byte[]> events = new ArrayList<>(chain("s", 10));
        events.add(events.get(doubled));
        assertThat(add(events)).containsExactly(Alarm.DOUBLE);
    }

    @Test
    void two_events_that_are_swapped_are_a_gap_and_then_a_reorder_and_nothing_is_missing_in_the_end() {
        List<byte[]> events = new ArrayList<>(chain("s", 10));
        Collections.swap(events, 4, 5);
        // 6 came after 4; then 5; then 7, which follows 6 again.
        assertThat(add(events)).containsExactly(Alarm.GAP, Alarm.REORDER);
        assertThat(check.missing()).isZero();
    }

    @Test
    void a_late_event_comes_once() {
        List<byte[]> events = chain("s", 10);
        List<byte[]> stream = new ArrayList<>(events.subList(0, 3));
        stream.addAll(events.subList(7, 10));
        stream.addAll(List.of(events.get(5), events.get(5), events.get(3), events.get(6), events.get(4)));
        assertThat(add(stream))
                .containsExactly(Alarm.GAP, Alarm.REORDER, Alarm.DOUBLE, Alarm.REORDER, Alarm.REORDER, Alarm.REORDER);
        assertThat(check.missing()).isZero();
    }

    @Test
    void a_changed_event_is_found_by_the_next_one() {
        List<byte[]> events = new ArrayList<>(chain("s", 10));
        events.set(
                3,
                new String(events.get(3), StandardCharsets.UTF_8)
                        .replace("\"}", "\",\"x\":1}")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(add(events)).containsExactly(Alarm.CHANGED);
    }

    @Test
    void two_events_with_one_sequence_are_a_change() {
        List<byte[]> events = new ArrayList<>(chain("s", 3));
        events.add(new String(events.get(2), StandardCharsets.UTF_8)
                .replace("\"}", "\",\"x\":1}")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(add(events)).containsExactly(Alarm.CHANGED);
    }

    @Test
    void a_first_event_that_names_a_previous_one_is_a_change() {
        byte[] event = new String(chain("s", 1).getFirst(), StandardCharsets.UTF_8)
                .replace(CloudEvent.GENESIS, "1".repeat(64))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(add(List.of(event))).containsExactly(Alarm.CHANGED);
    }

    @Test
    void a_source_that_moves_to_another_partition_has_no_order_any_more() {
        List<byte[]> events = chain("s", 2);
        assertThat(add(events.subList(0, 1))).isEmpty();
        assertThat(check.add("topic-1", 0, events.get(1), false))
                .extracting(Finding::alarm)
                .isEqualTo(Alarm.REORDER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"source\":\"s\"}",
                "{\"prevhash\":\"0\",\"sequence\":\"x\",\"source\":\"s\"}",
                "{\"prevhash\":\"0\",\"sequence\":\"0\",\"source\":\"s\"}",
                "{\"prevhash\":\"0\",\"sequence\":\"99999999999999999999\",\"source\":\"s\"}",
                "{\"prevhash\":\"0\",\"sequence\":1,\"source\":\"s\"}"
            })
    void what_is_no_event_is_told_and_the_rest_goes_on(String text) {
        assertThat(add(List.of(text.getBytes(StandardCharsets.UTF_8)))).containsExactly(Alarm.UNREADABLE);
        assertThat(check.add(PARTITION, offset++, null, false))
                .extracting(Finding::alarm)
                .isEqualTo(Alarm.UNREADABLE);
        assertThat(add(chain("s", 3))).isEmpty();
    }

    @Test
    void where_the_broker_has_dropped_the_beginning_a_source_may_begin_in_its_middle() {
        List<byte[]> events = chain("s", 5);
        assertThat(check.add(PARTITION, 100, events.get(3), true)).isNull();
        assertThat(check.add(PARTITION, 101, events.get(4), true)).isNull();
        assertThat(check.missing()).isZero();
    }

    @Test
    void it_goes_on_from_its_state_as_if_it_had_never_stopped() {
        List<byte[]> stream = new ArrayList<>(chain("s", 40));
        stream.remove(10);
        stream.add(20, stream.get(5));
        Collections.swap(stream, 30, 31);
        List<Alarm> atOnce = add(stream);
        for (int cut = 0; cut <= stream.size(); cut++) {
            check = new StreamCheck();
            offset = 0;
            List<Alarm> alarms = new ArrayList<>(add(stream.subList(0, cut)));
            check = StreamCheck.of(check.state().lines().toList());
            assertThat(check.next(PARTITION)).isEqualTo(cut);
            alarms.addAll(add(stream.subList(cut, stream.size())));
            assertThat(alarms).isEqualTo(atOnce);
            assertThat(check.missing()).isEqualTo(1);
        }
    }

    @Test
    void a_state_that_is_not_whole_is_refused() {
        add(chain("a", 3));
        add(chain("b", 3));
        List<String> lines = check.state().lines().toList();
        for (List<String> broken : List.of(
                List.<String>of(),
                lines.subList(0, 2),
                lines.subList(1, 3),
                List.of("x"),
                List.of("{}"),
                List.of(lines.get(0), "{}", "{}"),
                List.of(lines.get(0).replace("\"version\":1", "\"version\":2"), lines.get(1), lines.get(2)))) {
            assertThatThrownBy(() -> StreamCheck.of(broken)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_log_that_was_cut_or_dropped_before_it_was_read_is_told_and_read_from_where_it_begins() {
        add(chain("s", 10));
        assertThat(check.resume(PARTITION, 0, 10)).isNull();
        assertThat(check.resume(PARTITION, 5, 12)).isNull();
        assertThat(Objects.requireNonNull(check.resume(PARTITION, 0, 7)).alarm())
                .isEqualTo(Alarm.LOST);
        assertThat(check.next(PARTITION)).isEqualTo(7);
        assertThat(Objects.requireNonNull(check.resume(PARTITION, 12, 20)).what())
                .contains("offsets 7 to 11 were dropped");
        assertThat(check.next(PARTITION)).isEqualTo(12);
        assertThat(check.resume("topic-1", 3, 20)).isNull();
        assertThat(check.next("topic-1")).isEqualTo(3);
    }
}
