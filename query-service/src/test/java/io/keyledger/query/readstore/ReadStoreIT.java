package io.keyledger.query.readstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.Topics;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Against a real PostgreSQL. */
class ReadStoreIT {
    private static final List<String> FOLDED = List.of(
            "source",
            "event",
            "key",
            "key_count",
            "key_use",
            "credential",
            "credential_use",
            "caller",
            "use_day",
            "use_endpoint_day",
            "use_address_day",
            "setting",
            "tenant");

    private static Map<String, List<String>> content(JdbcTemplate jdbc) {
        Map<String, List<String>> content = new TreeMap<>();
        for (String table : FOLDED) {
            content.put(table, jdbc.queryForList("select t::text from " + table + " t order by 1", String.class));
        }
        return content;
    }

    /** G11, with batches of other sizes and topics that interleave otherwise; beyond the bounds of names and callers, too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void however_the_log_arrives_the_rows_end_the_same(long seed) {
        List<LoggedEvent> log = Log.random(seed, 25, 400);
        JdbcTemplate one = TestDatabase.store();
        new Fold(one).fold(log, 500);
        Map<String, List<String>> rows = content(one);
        assertThat(rows).allSatisfy((table, content) -> {
            if (!List.of("setting", "tenant").contains(table)) {
                assertThat(content).as(table).isNotEmpty();
            }
        });
        for (int size : List.of(1, 7, 50)) {
            JdbcTemplate other = TestDatabase.store();
            new Fold(other).fold(Log.interleaved(log, seed + size), size);
            assertThat(content(other)).isEqualTo(rows);
        }
    }

    @Test
    void a_store_of_a_lower_fold_is_emptied_and_one_of_this_fold_is_not() {
        List<LoggedEvent> log = Log.random(9, 10);
        JdbcTemplate jdbc = TestDatabase.store();
        Fold fold = new Fold(jdbc);
        fold.fold(log, 100);
        Map<String, List<String>> rows = content(jdbc);
        assertThat(fold.store().renew()).isFalse();
        assertThat(content(jdbc)).isEqualTo(rows);
        jdbc.update("update checkpoint set fold = fold - 1");
        assertThat(fold.store().renew()).isTrue();
        assertThat(content(jdbc))
                .allSatisfy((table, content) -> assertThat(content).as(table).isEmpty());
        new Fold(jdbc).fold(log, 100);
        assertThat(content(jdbc)).isEqualTo(rows);
    }

    @Test
    void a_program_with_a_lower_fold_writes_nothing() {
        JdbcTemplate jdbc = TestDatabase.store();
        Fold fold = new Fold(jdbc);
        fold.fold(Log.random(4, 3), 100);
        Map<String, List<String>> rows = content(jdbc);
        jdbc.update("update checkpoint set fold = fold + 1");
        assertThat(fold.store().renew()).isFalse();
        assertThatThrownBy(() -> fold.store().positions(List.of(new TopicPartition(Topics.LIFECYCLE, 0))))
                .isInstanceOf(ReadStore.OtherFold.class);
        assertThatThrownBy(() -> fold.fold(Log.random(5, 3), 100)).isInstanceOf(RuntimeException.class);
        assertThat(content(jdbc)).isEqualTo(rows);
    }
}
