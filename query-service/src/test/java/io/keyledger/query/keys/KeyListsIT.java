package io.keyledger.query.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.query.keys.KeyFilter.Restriction;
import io.keyledger.query.keys.KeyFilter.Watch;
import io.keyledger.query.keys.KeyLists.Page;
import io.keyledger.query.keys.KeyLists.Place;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Fold;
import io.keyledger.query.readstore.TestDatabase;
import io.keyledger.requirements.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Against a real PostgreSQL, over the keys of a random log. */
class KeyListsIT {
    private static final String TENANT = "t_acme";
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final int PAGE = 7;

    private static JdbcTemplate jdbc;
    private static KeyLists lists;
    private static List<KeyJson> all;

    @BeforeAll
    static void fold() {
        jdbc = TestDatabase.store();
        new Fold(jdbc).fold(Log.random(11, 160), 300);
        // Times as they come to be over a year: many alike, some none, some just past and not settled yet.
        jdbc.execute("""
                update key set
                  created_at = timestamptz '2026-11-22 12:00Z' - (ascii(right(key_id, 1)) % 7) * interval '20 days',
                  secret_since = timestamptz '2026-11-22 12:00Z' - (('x' || left(md5(key_id), 4))::bit(16)::int % 130) * interval '1 day',
                  expires_at = case ('x' || right(md5(key_id), 4))::bit(16)::int % 4 when 0 then null
                    else timestamptz '2026-11-22 12:00Z' + (('x' || right(md5(key_id), 4))::bit(16)::int % 80 - 20) * interval '1 day' end,
                  name = case when key_id ~ '[13579]$' then 'SIEM 100% _Export ' || right(key_id, 3) else name end,
                  kind = case when key_id ~ '7$' then 'PERSONAL' else kind end""");
        jdbc.execute("""
                update key_use set last_used_at = last_used_at
                  - (('x' || left(md5(key_id), 4))::bit(16)::int % 50) * interval '1 day' where last_used_at is not null""");
        jdbc.execute("""
                update key_use set accepted = 0, refused = 0, last_used_at = null, last_used_ip = null
                where key_id ~ '[258]$'""");
        jdbc.execute("update key set status = 'SUSPENDED' where status = 'ACTIVE' and key_id ~ '4$'");
        // The log's tenant began with a preset that hides revoked keys.
        hideRevoked("false");
        jdbc.execute("truncate key_count");
        jdbc.execute("insert into key_count select tenant, status, scope, kind, count(*) from key group by 1, 2, 3, 4");
        lists = new KeyLists(jdbc, () -> NOW);
        all = new ArrayList<>();
        lists.each(KeyFilter.all(TENANT), KeySort.CREATED, false, all::add);
    }

    private static void hideRevoked(String value) {
        jdbc.update("""
                insert into setting (tenant, name, value, changed_at) values (?, 'keys.hideRevoked', ?, now())
                on conflict (tenant, name) do update set value = excluded.value""", TENANT, value);
    }

    private static List<KeyFilter> filters() {
        List<KeyFilter> filters = new ArrayList<>();
        filters.add(KeyFilter.all(TENANT));
        for (Status status : Status.values()) {
            filters.add(new KeyFilter(TENANT, null, status, null, null, null, null));
        }
        for (Scope scope : Scope.values()) {
            filters.add(new KeyFilter(TENANT, null, null, scope.wire(), null, null, null));
        }
        for (Watch watch : Watch.values()) {
            filters.add(KeyFilter.all(TENANT).with(watch));
            filters.add(new KeyFilter(TENANT, "siem", null, "admin", null, null, watch));
        }
        for (String search : List.of(
                "siem",
                "SIEM 100%",
                "_",
                "k",
                "zz",
                "Si",
                "export 0",
                "USR_1",
                "key_01jda7t3y9",
                "000012",
                "nothing at all",
                "%%%",
                "\\\\\\")) {
            filters.add(new KeyFilter(TENANT, search, null, null, null, null, null));
        }
        filters.add(new KeyFilter(TENANT, null, null, null, "usr_1", null, null));
        for (Restriction restriction : Restriction.values()) {
            filters.add(new KeyFilter(TENANT, null, null, null, null, null, null, restriction));
            filters.add(new KeyFilter(TENANT, null, Status.EXPIRED, null, null, null, null, restriction));
            filters.add(new KeyFilter(TENANT, null, null, null, null, null, Watch.NO_EXPIRY, restriction));
        }
        filters.add(new KeyFilter(TENANT, null, null, null, "usr_1", KeyKind.PERSONAL, null));
        filters.add(new KeyFilter(TENANT, "key", Status.ACTIVE, "read-only", "usr_2", KeyKind.KEY, Watch.EXPIRING));
        return filters;
    }

    /** What a filter means, said once more in another way. */
    private static Predicate<KeyJson> meaning(KeyFilter f) {
        return k -> {
            Status status = f.status();
            boolean live = KeyLists.isLive(k);
            Watch watch = f.watch();
            Instant month = NOW.minus(Duration.ofDays(30));
            return (f.search() == null || found(k, f.search().toLowerCase(Locale.ROOT)))
                    && (status == null || k.status().equals(status.name()))
                    && (f.scope() == null || k.scope().wire().equals(f.scope()))
                    && (f.owner() == null || k.owner().value().equals(f.owner()))
                    && (f.kind() == null || k.kind() == f.kind())
                    && restricted(f, k)
                    && (watch == null
                            || live
                                    && switch (watch) {
                                        case NEVER_USED -> k.lastUsedAt() == null;
                                        case UNUSED ->
                                            k.lastUsedAt() == null
                                                    ? !k.createdAt().isAfter(month)
                                                    : !k.lastUsedAt().isAfter(month)
                                                            && !k.createdAt().isAfter(month);
                                        case EXPIRING ->
                                            k.expiresAt() != null
                                                    && !k.expiresAt().isAfter(NOW.plus(Duration.ofDays(30)));
                                        case OVERDUE -> k.rotationOverdue();
                                        case NO_EXPIRY -> k.expiresAt() == null;
                                    });
        };
    }

    private static boolean restricted(KeyFilter f, KeyJson k) {
        Restriction restriction = f.restriction();
        if (restriction == null) {
            return true;
        }
        List<String> by = k.restrictedBy();
        boolean limited = by.contains("rates") || by.contains("quotas");
        boolean conditional = by.stream().anyMatch(m -> !m.equals("rates") && !m.equals("quotas"));
        boolean placed = by.contains("addresses") || by.contains("countries");
        boolean usable = f.status() != null || KeyLists.isLive(k);
        return switch (restriction) {
            case LIMITS -> limited;
            case CONDITIONS -> conditional;
            case NO_LIMITS -> !limited && usable;
            case NO_CONDITIONS -> !conditional && usable;
            case ANYWHERE -> !placed && usable;
        };
    }

    private static boolean found(KeyJson k, String search) {
        String name = k.name().toLowerCase(Locale.ROOT);
        if (search.length() < 3) {
            return name.startsWith(search);
        }
        return name.contains(search)
                || k.keyId().value().toLowerCase(Locale.ROOT).contains(search)
                || k.owner().value().toLowerCase(Locale.ROOT).contains(search);
    }

    private static Comparator<KeyJson> order(KeySort sort) {
        Comparator<KeyJson> id = Comparator.comparing(k -> k.keyId().value());
        Comparator<KeyJson> order = switch (sort) {
            case CREATED -> Comparator.comparing(KeyJson::createdAt);
            case NAME -> Comparator.comparing(k -> k.name().toLowerCase(Locale.ROOT));
            case LAST_USED ->
                Comparator.comparing(KeyJson::lastUsedAt, Comparator.nullsFirst(Comparator.naturalOrder()));
            case EXPIRES -> Comparator.comparing(KeyJson::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()));
            case REQUESTS -> Comparator.comparing(KeyJson::requestCount);
        };
        return order.thenComparing(id);
    }

    private static List<String> ids(List<KeyJson> keys) {
        return keys.stream().map(k -> k.keyId().value()).toList();
    }

    @Test
    void the_log_has_keys_of_every_sort() {
        for (KeyFilter filter : filters()) {
            boolean none = filter.status() == Status.DELETED
                    || List.of("zz", "nothing at all", "%%%", "\\\\\\", "_").contains(String.valueOf(filter.search()))
                    || filter.scope() != null && filter.search() != null;
            if (!none) {
                assertThat(all.stream().filter(meaning(filter)))
                        .as("%s", filter)
                        .isNotEmpty();
            }
        }
    }

    @Row("S3-13")
    @ParameterizedTest
    @EnumSource(KeySort.class)
    void paging_visits_each_key_that_is_meant_once_and_in_order_forth_and_back(KeySort sort) {
        for (KeyFilter filter : filters()) {
            for (boolean descending : new boolean[] {false, true}) {
                Comparator<KeyJson> order = descending ? order(sort).reversed() : order(sort);
                List<String> expected =
                        ids(all.stream().filter(meaning(filter)).sorted(order).toList());
                List<List<String>> pages = new ArrayList<>();
                List<@Nullable Place> previous = new ArrayList<>();
                Place place = null;
                do {
                    Page page = lists.page(filter, sort, descending, place, PAGE);
                    pages.add(ids(page.keys()));
                    previous.add(page.previous());
                    place = page.next();
                } while (place != null);
                assertThat(pages.stream().flatMap(List::stream).toList())
                        .as("%s by %s", filter, sort)
                        .isEqualTo(expected);
                assertThat(previous.getFirst()).isNull();
                for (int i = pages.size() - 1; i > 0; i--) {
                    Page back = lists.page(filter, sort, descending, previous.get(i), PAGE);
                    assertThat(ids(back.keys()))
                            .as("back in %s by %s", filter, sort)
                            .isEqualTo(pages.get(i - 1));
                    assertThat(back.next()).isNotNull();
                    assertThat(back.previous() == null).isEqualTo(i == 1);
                }
                assertThat(lists.count(filter, 1000)).isEqualTo(expected.size());
            }
        }
    }

    @Test
    void a_tenant_that_hides_revoked_keys_sees_them_only_when_it_asks_for_them() {
        KeyFilter revoked = new KeyFilter(TENANT, null, Status.REVOKED, null, null, null, null);
        long some = lists.count(revoked, 1000);
        hideRevoked("true");
        try {
            assertThat(lists.count(KeyFilter.all(TENANT), 1000)).isEqualTo(all.size() - some);
            assertThat(lists.count(revoked, 1000)).isEqualTo(some).isPositive();
        } finally {
            hideRevoked("false");
        }
    }

    @Test
    void numbers_of_keys_are_those_of_the_list() {
        Map<String, Long> expected = new HashMap<>();
        all.forEach(k -> expected.merge(k.status() + k.scope().wire() + k.kind(), 1L, Long::sum));
        Map<String, Long> counted = new HashMap<>();
        lists.counts(TENANT).counts().forEach(c -> counted.put(c.status() + c.scope() + c.kind(), c.count()));
        assertThat(counted).isEqualTo(expected);
        lists.toWatch(TENANT)
                .forEach((watch, count) -> assertThat(count)
                        .as("%s", watch)
                        .isEqualTo(all.stream()
                                .filter(meaning(KeyFilter.all(TENANT).with(watch)))
                                .count()));
    }

    @Test
    void counters_equal_counts_after_every_batch() {
        JdbcTemplate store = TestDatabase.store();
        Fold fold = new Fold(store);
        List<LoggedEvent> log = Log.random(3, 60);
        for (int from = 0; from < log.size(); from += 40) {
            fold.fold(log.subList(from, Math.min(log.size(), from + 40)), 40);
            assertThat(store.queryForList(
                            "select (tenant, status, scope, kind, count)::text from key_count order by 1",
                            String.class))
                    .isEqualTo(store.queryForList(
                            "select (tenant, status, scope, kind, count(*))::text from key group by tenant, status, scope, kind"
                                    + " order by 1",
                            String.class));
            assertThat(store.queryForObject(
                            "select count(*) from key k where not exists (select from key_use u where u.key_id = k.key_id)",
                            Long.class))
                    .isZero();
        }
    }

    @Test
    void another_tenants_keys_are_in_no_list() {
        assertThat(lists.page(KeyFilter.all("t_other"), KeySort.NAME, false, null, PAGE)
                        .keys())
                .isEmpty();
        assertThat(lists.counts("t_other").total()).isZero();
        assertThat(lists.named("t_other", ids(all))).isEmpty();
        assertThat(lists.named(TENANT, ids(all))).isEqualTo(all);
    }
}
