package io.keyledger.query.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.KeyUpdated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.query.web.Listing.Item;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The order of a key's history, from a real PostgreSQL. */
class HistoryOrderIT {
    private static final TenantId TENANT = new TenantId("t_acme");
    private static final KeyId KEY = new KeyId("key_01JDA7T3Y90000000000000000");
    private static final CredentialId CREDENTIAL = new CredentialId("abcdefghijkl");
    private static final Instant START = Instant.parse("2026-11-22T11:00:00Z");
    private static final String INSTANCE = "inst-01";

    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, String> hashes = new HashMap<>();
    private final Random random = new Random(1);

    private LoggedEvent event(String topic, String source, Instant time, Event event) {
        long sequence = sequences.merge(source, 1L, Long::sum);
        byte[] bytes = new CloudEvent(
                        Ids.uuid7(time, random.nextLong(), random.nextLong()),
                        source,
                        sequence,
                        hashes.getOrDefault(source, CloudEvent.GENESIS),
                        time,
                        time,
                        TENANT,
                        "key/" + KEY,
                        source,
                        CloudEvent.Actor.SYSTEM,
                        null,
                        event)
                .bytes();
        hashes.put(source, CloudEvent.hash(bytes));
        return LoggedEvent.read(topic, 0, 0, bytes);
    }

    private LoggedEvent ofKey(Instant time, Event event) {
        return event(Topics.LIFECYCLE, Sources.key(INSTANCE, KEY), time, event);
    }

    private LoggedEvent use(int lane, Instant time) {
        return event(
                Topics.ACTIVITY,
                Sources.edge(INSTANCE, "edge-1", "01jda7t3y9w8q6v5n4m3k2h1g0", Integer.toString(lane)),
                time,
                new KeyUsed(
                        KEY, CREDENTIAL, "k", Scope.READ_ONLY, null, "GET", "/", null, null, "edge-1", 1, time, time));
    }

    private static KeyCreated created() {
        return new KeyCreated(
                KEY, "k", null, KeyKind.KEY, Scope.READ_ONLY, new OwnerId("usr_1"), CREDENTIAL, false, null);
    }

    private static List<String> history(JdbcTemplate jdbc, int page) {
        EventQueries queries = new EventQueries(jdbc);
        List<String> all = new ArrayList<>();
        List<String> after = null;
        while (true) {
            List<Item> items = queries.ofKey(TENANT.value(), KEY.value(), after, page);
            items.forEach(i -> all.add(new String(i.json().bytes(), StandardCharsets.UTF_8)));
            if (items.size() < page) {
                return all;
            }
            after = items.getLast().key();
        }
    }

    private static String text(LoggedEvent event) {
        return new String(event.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void a_clock_that_was_set_back_does_not_turn_the_order_of_a_source_round() {
        LoggedEvent created = ofKey(START, created());
        LoggedEvent updated =
                ofKey(START.plusSeconds(60), new KeyUpdated(KEY, "k", null, Scope.ADMIN, false, List.of("scope")));
        LoggedEvent between = use(0, START.plusSeconds(30));
        LoggedEvent suspended = ofKey(START.plusSeconds(10), new KeySuspended(KEY, "k", List.of(CREDENTIAL), null));
        JdbcTemplate jdbc = TestDatabase.store();
        new Fold(jdbc).fold(List.of(created, updated, suspended, between), 10);
        assertThat(history(jdbc, 10)).containsExactly(text(created), text(between), text(updated), text(suspended));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void each_source_is_in_its_own_order_each_line_is_an_events_bytes_and_pages_change_nothing(long seed) {
        Random clocks = new Random(seed);
        List<LoggedEvent> all = new ArrayList<>(List.of(ofKey(START, created())));
        for (int i = 0; i < 300; i++) {
            // Up and down by seconds: as events of a second are written, and worse.
            Instant time = START.plusMillis(i * 100L + clocks.nextInt(5_000));
            all.add(
                    i % 10 == 0
                            ? ofKey(time, new KeyUpdated(KEY, "k", null, Scope.ADMIN, false, List.of("scope")))
                            : use(clocks.nextInt(3), time));
        }
        JdbcTemplate jdbc = TestDatabase.store();
        new Fold(jdbc)
                .fold(
                        all.stream()
                                .sorted(Comparator.comparing(LoggedEvent::topic))
                                .toList(),
                        17);
        List<String> history = history(jdbc, 1_000);
        assertThat(history)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(HistoryOrderIT::text).toList());
        Map<String, Long> last = new HashMap<>();
        for (String line : history) {
            LoggedEvent event = LoggedEvent.read("", 0, 0, line.getBytes(StandardCharsets.UTF_8));
            assertThat(event.sequence()).isEqualTo(last.getOrDefault(event.source(), 0L) + 1);
            last.put(event.source(), event.sequence());
        }
        assertThat(history(jdbc, 7)).isEqualTo(history);

        // Whoever has read up to some event goes on behind it, by its id alone.
        EventQueries queries = new EventQueries(jdbc);
        for (int i = 0; i < history.size(); i += 37) {
            LoggedEvent read = LoggedEvent.read("", 0, 0, history.get(i).getBytes(StandardCharsets.UTF_8));
            @Nullable List<String> place = queries.place(TENANT.value(), KEY.value(), read.id());
            assertThat(place).isNotNull();
            assertThat(queries.ofKey(TENANT.value(), KEY.value(), place, 1_000).stream()
                            .map(x -> new String(x.json().bytes(), StandardCharsets.UTF_8))
                            .toList())
                    .isEqualTo(history.subList(i + 1, history.size()));
            assertThat(queries.place("t_other", KEY.value(), read.id())).isNull();
        }
    }
}
