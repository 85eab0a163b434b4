package io.keyledger.query.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Topics;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Against a real PostgreSQL. */
class OldActivityIT {
    private static final List<String> TOTALS = List.of("use_day", "use_endpoint_day", "key_count", "key", "credential");

    private final List<LoggedEvent> log = Log.random(20261201, 25, 400);
    private final JdbcTemplate jdbc = TestDatabase.store();

    private List<String> rows(String sql) {
        return jdbc.query(sql, (row, _) -> String.valueOf(row.getString(1)));
    }

    private List<String> ids(boolean activity, Instant from) {
        return log.stream()
                .filter(e -> e.topic().equals(Topics.ACTIVITY) == activity
                        && !e.time().isBefore(from))
                .map(e -> e.id().toString())
                .sorted()
                .toList();
    }

    @Test
    void activity_ends_whole_with_the_addresses_folded_from_it_and_nothing_else_does() {
        new Fold(jdbc).fold(log, 100);
        List<List<String>> totals = TOTALS.stream()
                .map(t -> rows("select t::text from " + t + " t order by 1"))
                .toList();
        List<String> accepted = rows("select key_id || accepted || refused from key_use order by 1");
        assertThat(rows("select address from caller")).isNotEmpty();
        Instant later = log.stream()
                .map(LoggedEvent::time)
                .max(Instant::compareTo)
                .orElseThrow()
                .plus(Duration.ofDays(1));

        long taken = new OldActivity(jdbc).forget(later);

        assertThat(taken).isEqualTo(ids(true, Instant.MIN).size());
        assertThat(rows("select id::text from event order by 1")).isEqualTo(ids(false, Instant.MIN));
        assertThat(rows("select id::text from arrival where place >= 1000")).isEmpty();
        assertThat(rows("select id::text from arrival order by 1")).isEqualTo(ids(false, Instant.MIN));
        assertThat(rows("select address from caller")).isEmpty();
        assertThat(rows("select last_used_ip from key_use where last_used_ip is not null"))
                .isEmpty();
        assertThat(rows("select last_used_ip from credential_use where last_used_ip is not null"))
                .isEmpty();
        assertThat(rows("select name from use_address_day")).isEmpty();
        assertThat(TOTALS.stream()
                        .map(t -> rows("select t::text from " + t + " t order by 1"))
                        .toList())
                .isEqualTo(totals);
        assertThat(rows("select key_id || accepted || refused from key_use order by 1"))
                .isEqualTo(accepted);
        assertThat(new OldActivity(jdbc).forget(later)).isZero();
    }

    @Test
    void what_is_not_old_yet_stays() {
        new Fold(jdbc).fold(log, 100);
        List<Instant> times = log.stream()
                .filter(e -> e.topic().equals(Topics.ACTIVITY))
                .map(LoggedEvent::time)
                .sorted()
                .toList();
        Instant middle = times.get(times.size() / 2);
        new OldActivity(jdbc).forget(middle);
        assertThat(rows("select id::text from event where split_part(source, ':', 4) = 'edge' order by 1"))
                .isEqualTo(ids(true, middle));
        // A place that lies behind one that stays may be left for the next time; none is taken whose event is there.
        assertThat(rows("select id::text from arrival where place >= 1000")).containsAll(ids(true, middle));
    }
}
