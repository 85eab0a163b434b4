package io.keyledger.command.key;

import static io.keyledger.command.key.Keys.FIRST;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NAME;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.SECOND;
import static io.keyledger.command.key.Keys.after;
import static io.keyledger.command.key.Keys.created;
import static io.keyledger.command.key.Keys.rotated;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCredentialExpired;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.requirements.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {

    @Row({"S1-59", "S3-24", "S2-24"})
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatever_follows_its_end_a_key_never_lives_again(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            ApiKey key = new ApiKey.Absent();
            boolean ended = false;
            for (KeyEvent event : Keys.randomLog(random, 12)) {
                key = ApiKey.evolve(key, event);
                assertThat(ended && key instanceof ApiKey.Live)
                        .as("seed %d", seed)
                        .isFalse();
                ended |= key instanceof ApiKey.Ended;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void what_time_has_done_is_written_once_and_leaves_nothing_due(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            ApiKey key = ApiKey.evolve(new ApiKey.Absent(), Keys.randomLog(random, 8));
            Instant now = NOON.plus(Duration.ofMinutes(random.nextInt(-90, 90)));
            Instant due = ApiKey.dueAt(key);
            List<KeyEvent> overdue = ApiKey.overdue(key, now);
            assertThat(overdue.isEmpty()).as("seed %d", seed).isEqualTo(due == null || now.isBefore(due));
            ApiKey settled = ApiKey.evolve(key, overdue);
            assertThat(ApiKey.overdue(settled, now)).isEmpty();
            Instant next = ApiKey.dueAt(settled);
            assertThat(next == null || next.isAfter(now)).isTrue();
        }
    }

    @Test
    void an_event_before_the_creation_changes_nothing() {
        for (KeyEvent event : Keys.randomLog(new Random(5), 200)) {
            if (!(event instanceof KeyEvent.KeyCreated)) {
                assertThat(ApiKey.evolve(new ApiKey.Absent(), event)).isEqualTo(new ApiKey.Absent());
            }
        }
    }

    @Row({"S1-71", "S3-15"})
    @Test
    void a_key_expires_at_the_instant_it_names_and_not_before() {
        ApiKey key = after(created(NOON));
        assertThat(ApiKey.overdue(key, NOON.minusNanos(1000))).isEmpty();
        assertThat(ApiKey.overdue(key, NOON)).containsExactly(new KeyExpired(KEY, NAME, List.of(FIRST), NOON));
    }

    @Row("S1-39")
    @Test
    void a_replaced_secret_ends_with_its_grace_and_the_key_lives_on() {
        ApiKey key = after(created(), rotated(NOON));
        assertThat(ApiKey.facts(key).credentials()).containsExactly(FIRST, SECOND);
        assertThat(ApiKey.overdue(key, NOON)).containsExactly(new KeyCredentialExpired(KEY, NAME, FIRST, NOON));
        ApiKey settled = ApiKey.evolve(key, ApiKey.overdue(key, NOON));
        assertThat(ApiKey.facts(settled).credentials()).containsExactly(SECOND);
        assertThat(ApiKey.status(settled)).isEqualTo("ACTIVE");
    }

    @Test
    void after_a_long_absence_the_grace_ends_first_and_then_the_key() {
        ApiKey key = after(created(NOON.plusSeconds(60)), rotated(NOON));
        assertThat(ApiKey.overdue(key, NOON.plusSeconds(3600)))
                .containsExactly(
                        new KeyCredentialExpired(KEY, NAME, FIRST, NOON),
                        new KeyExpired(KEY, NAME, List.of(SECOND), NOON.plusSeconds(60)));
    }

    @Row("S1-05")
    @Test
    void a_key_without_an_expiry_never_expires() {
        assertThat(ApiKey.dueAt(after(created()))).isNull();
        assertThat(ApiKey.overdue(after(created()), Instant.parse("9999-12-31T23:59:59Z")))
                .isEmpty();
    }
}
