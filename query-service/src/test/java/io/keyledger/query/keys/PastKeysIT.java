package io.keyledger.query.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.RecordJson;
import io.keyledger.query.history.TestWorlds;
import io.keyledger.query.keys.KeyFilter.Restriction;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.query.web.Listing.Item;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The past as it is folded now, against the live rows of then; from a real PostgreSQL. */
class PastKeysIT {
    private static final String TENANT = "t_acme";
    private static final int PAGE = 4;

    /** What the live side showed at one moment. */
    private record Snapshot(Instant at, Map<String, @Nullable String> keys, Map<KeyFilter, List<String>> lists) {}

    private static List<KeyFilter> filters() {
        List<KeyFilter> filters = new ArrayList<>(List.of(KeyFilter.all(TENANT)));
        for (Status status : List.of(Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED, Status.REVOKED)) {
            filters.add(new KeyFilter(TENANT, null, status, null, null, null, null));
        }
        for (Restriction restriction : Restriction.values()) {
            filters.add(new KeyFilter(TENANT, null, null, null, null, null, null, restriction));
        }
        filters.add(new KeyFilter(TENANT, null, null, "read-only", null, null, null));
        filters.add(new KeyFilter(TENANT, null, null, null, "usr_1", null, null));
        filters.add(new KeyFilter(TENANT, "KEY 1", null, null, null, null, null));
        filters.add(new KeyFilter(TENANT, "k", null, null, null, null, null));
        filters.add(new KeyFilter(TENANT, "svc_ci", null, null, null, null, null));
        return filters;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keys_as_of_a_moment_are_what_the_live_rows_showed_at_it(long seed) {
        TestWorlds.Told world = TestWorlds.overHours(seed);
        JdbcTemplate jdbc = TestDatabase.store();
        Fold fold = new Fold(jdbc);
        List<Snapshot> snapshots = new ArrayList<>();
        int from = 0;
        for (int to = 40; to < world.events().size(); to += 97) {
            // A moment belongs to all that happened at it.
            while (to < world.events().size() - 1
                    && world.events()
                            .get(to)
                            .time()
                            .equals(world.events().get(to - 1).time())) {
                to++;
            }
            List<LoggedEvent> part = world.events().subList(from, to);
            fold.fold(part, 50);
            snapshots.add(snapshot(jdbc, part.getLast().time(), world.keys()));
            from = to;
        }
        fold.fold(world.events().subList(from, world.events().size()), 50);

        PastKeys past = new PastKeys(jdbc);
        assertThat(snapshots).hasSizeGreaterThan(5);
        for (Snapshot snapshot : snapshots) {
            snapshot.keys()
                    .forEach((id, json) -> assertThat(one(past, id, snapshot.at()))
                            .as("%s at %s", id, snapshot.at())
                            .isEqualTo(json));
            snapshot.lists()
                    .forEach((filter, items) -> assertThat(list(past, filter, snapshot.at()))
                            .as("%s at %s", filter, snapshot.at())
                            .isEqualTo(items));
        }
    }

    private static Snapshot snapshot(JdbcTemplate jdbc, Instant at, List<String> ids) {
        KeyQueries live = new KeyQueries(jdbc, () -> at);
        Map<String, @Nullable String> keys = new LinkedHashMap<>();
        for (String id : ids) {
            KeyJson key = live.one(TENANT, id);
            keys.put(id, key == null ? null : text(RecordJson.bytes(key)));
        }
        Map<KeyFilter, List<String>> lists = new LinkedHashMap<>();
        for (KeyFilter filter : filters()) {
            lists.put(
                    filter,
                    live.list(filter, null, 500).stream()
                            .map(i -> text(i.json().bytes()))
                            .toList());
        }
        return new Snapshot(at, keys, lists);
    }

    private static @Nullable String one(PastKeys past, String id, Instant at) {
        try {
            KeyJson key = past.one(TENANT, id, null, at);
            return key == null ? null : text(RecordJson.bytes(key));
        } catch (Refused e) {
            assertThat(e.refusal()).isInstanceOf(Refusal.NotYetCreated.class);
            return null;
        }
    }

    private static List<String> list(PastKeys past, KeyFilter filter, Instant at) {
        List<String> all = new ArrayList<>();
        String after = null;
        while (true) {
            List<Item> page = past.list(filter, at, after, PAGE);
            page.forEach(i -> all.add(text(i.json().bytes())));
            if (page.size() < PAGE) {
                return all;
            }
            after = page.getLast().key().getFirst();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void before_it_was_created_a_key_is_told_to_be_later_but_to_those_alone_who_may_know() {
        TestWorlds.Told world = TestWorlds.overHours(4);
        JdbcTemplate jdbc = TestDatabase.store();
        new Fold(jdbc).fold(world.events(), 100);
        PastKeys past = new PastKeys(jdbc);
        String id = world.keys().getFirst();
        Instant before = world.events().getFirst().time().minusSeconds(1);
        assertThatThrownBy(() -> past.one(TENANT, id, null, before))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.refusal()).isInstanceOf(Refusal.NotYetCreated.class));
        assertThat(past.one(TENANT, id, "usr_nobody", before)).isNull();
        assertThat(past.one("t_other", id, null, before)).isNull();
    }
}
