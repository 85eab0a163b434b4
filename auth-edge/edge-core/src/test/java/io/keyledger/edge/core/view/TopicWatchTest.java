package io.keyledger.edge.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TopicWatchTest {
    @Test
    void a_topic_is_told_once_when_its_id_is_another_one() {
        Uuid first = Uuid.randomUuid();
        Uuid second = Uuid.randomUuid();
        Uuid other = Uuid.randomUuid();
        try (TopicWatch watch = new TopicWatch(Map.of(), List.of("a", "b"))) {
            assertThat(watch.changed(Map.of("a", first, "b", other))).isEmpty();
            assertThat(watch.changed(Map.of("a", first, "b", other))).isEmpty();
            // Away for a moment between the two: it is still the one that was known before.
            assertThat(watch.changed(Map.of("b", other))).isEmpty();
            assertThat(watch.changed(Map.of("a", second, "b", other))).containsExactly("a");
            assertThat(watch.changed(Map.of("a", second, "b", other))).isEmpty();
        }
    }
}
