package io.keyledger.query.keys;

import io.keyledger.query.keys.KeyFilter.Watch;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.settings.RotationSchedule;
import io.keyledger.query.settings.SettingsStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Lists of keys in any of their orders, forth and back, and how many there are. */
public final class KeyLists {
    /** Up to which number keys are counted one by one. */
    public static final int COUNTED = 1000;

    private static final int EXPORT_PAGE = 500;

    private final JdbcTemplate jdbc;
    private final InstantSource clock;

    public KeyLists(JdbcTemplate jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Where a page begins or ends: the key there, and what it is sorted by, as PostgreSQL writes it.
     *
     * @param back whether the page before it is meant
     */
    public record Place(String value, String keyId, boolean back) {}

    /**
     * One page.
     *
     * @param next where the page after it begins; null when it is the last one
     * @param previous null when it is the first one
     */
    public record Page(
            List<KeyJson> keys,
            @Nullable Place next,
            @Nullable Place previous) {}

    private record Found(String keyId, String value) {
        Place place(boolean back) {
            return new Place(value, keyId, back);
        }
    }

    /** The keys after, or before, {@code place}; the first ones when it is null. */
    public Page page(KeyFilter filter, KeySort sort, boolean descending, @Nullable Place place, int limit) {
        return connected(connection -> {
            Map<String, String> settings = SettingsStore.of(connection, filter.tenant());
            Instant now = clock.instant();
            boolean back = place != null && place.back();
            List<Found> found = find(connection, filter, settings, now, sort, descending ^ back, place, limit + 1);
            boolean more = found.size() > limit;
            List<Found> page = new ArrayList<>(more ? found.subList(0, limit) : found);
            if (back) {
                Collections.reverse(page);
            }
            boolean before = place != null && (!back || more);
            boolean after = back || more;
            Map<String, KeyJson> keys = KeyQueries.byId(
                    connection,
                    filter.tenant(),
                    page.stream().map(Found::keyId).toList(),
                    RotationSchedule.of(settings),
                    now);
            List<KeyJson> rows = new ArrayList<>();
            for (Found f : page) {
                KeyJson key = keys.get(f.keyId());
                if (key != null) {
                    rows.add(key);
                }
            }
            return new Page(
                    rows,
                    after && !page.isEmpty() ? page.getLast().place(false) : null,
                    before && !page.isEmpty() ? page.getFirst().place(true) : null);
        });
    }

    private static List<Found> find(
            Connection connection,
            KeyFilter filter,
            Map<String, String> settings,
            Instant now,
            KeySort sort,
            boolean descending,
            @Nullable Place place,
            int limit)
            throws SQLException {
        KeyConditions conditions = KeyConditions.of(connection, filter, settings, now);
        StringBuilder sql = new StringBuilder("select k.key_id, (")
                .append(sort.expression())
                .append(")::text")
                .append(from(conditions, sort));
        List<Object> arguments = new ArrayList<>(List.of(filter.tenant()));
        conditions.and(sql, arguments);
        if (place != null) {
            sql.append(" and (%s, %s) %s (?::%s, ?)"
                    .formatted(sort.expression(), sort.id(), descending ? "<" : ">", sort.type()));
            arguments.add(place.value());
            arguments.add(place.keyId());
        }
        String direction = descending ? " desc" : "";
        sql.append(" order by ")
                .append(sort.expression())
                .append(direction)
                .append(", ")
                .append(sort.id())
                .append(direction)
                .append(" limit ?");
        arguments.add(limit);
        List<Found> found = new ArrayList<>();
        query(connection, sql.toString(), arguments, r -> found.add(new Found(r.getString(1), r.getString(2))));
        return found;
    }

    private static String from(KeyConditions conditions, @Nullable KeySort sort) {
        boolean use = conditions.aboutUse() || sort != null && sort.byUse();
        return " from key k"
                + (use ? " join key_use u on u.key_id = k.key_id and u.tenant = k.tenant" : "")
                + " where k.tenant = ? and k.status <> 'DELETED'";
    }

    /** How many keys there are, up to {@code most}: counting stops there. */
    public long count(KeyFilter filter, int most) {
        return connected(connection -> {
            Map<String, String> settings = SettingsStore.of(connection, filter.tenant());
            KeyConditions conditions = KeyConditions.of(connection, filter, settings, clock.instant());
            StringBuilder sql = new StringBuilder("select count(*) from (select 1").append(from(conditions, null));
            List<Object> arguments = new ArrayList<>(List.of(filter.tenant()));
            conditions.and(sql, arguments);
            sql.append(" limit ?) as c");
            arguments.add(most);
            long[] count = new long[1];
            query(connection, sql.toString(), arguments, r -> count[0] = r.getLong(1));
            return count[0];
        });
    }

    /** How many keys there are to look after, each number up to {@link #COUNTED}. */
    public Map<Watch, Long> toWatch(String tenant) {
        Map<Watch, Long> counts = new EnumMap<>(Watch.class);
        for (Watch watch : Watch.values()) {
            counts.put(watch, count(KeyFilter.all(tenant).with(watch), COUNTED));
        }
        return counts;
    }

    /** The live keys that the filter finds, oldest first, at most {@code limit}: what can be revoked. */
    public List<KeyJson> live(KeyFilter filter, int limit) {
        List<KeyJson> live = new ArrayList<>();
        Place place = null;
        do {
            Page page = page(filter, KeySort.CREATED, false, place, EXPORT_PAGE);
            page.keys().stream().filter(KeyLists::isLive).forEach(live::add);
            place = page.next();
        } while (place != null && live.size() < limit);
        return live.size() > limit ? live.subList(0, limit) : live;
    }

    /** Those of these keys that there are. */
    public List<KeyJson> named(String tenant, List<String> keyIds) {
        return connected(connection -> {
            Map<String, KeyJson> found = KeyQueries.byId(
                    connection,
                    tenant,
                    keyIds,
                    RotationSchedule.of(SettingsStore.of(connection, tenant)),
                    clock.instant());
            List<KeyJson> keys = new ArrayList<>();
            for (String id : keyIds) {
                KeyJson key = found.get(id);
                if (key != null) {
                    keys.add(key);
                }
            }
            return keys;
        });
    }

    /** Whether it can be used, or could after a resumption. */
    public static boolean isLive(KeyJson key) {
        return key.status().equals(Status.ACTIVE.name()) || key.status().equals(Status.SUSPENDED.name());
    }

    /** Hands over every key that the filter finds, page by page: neither memory nor a connection is held meanwhile. */
    public void each(KeyFilter filter, KeySort sort, boolean descending, Consumer<KeyJson> reader) {
        Place place = null;
        do {
            Page page = page(filter, sort, descending, place, EXPORT_PAGE);
            page.keys().forEach(reader);
            place = page.next();
        } while (place != null);
    }

    /** @param status as it is by the clock */
    public record Count(String status, String scope, String kind, long count) {}

    /** How many keys there are of each sort. */
    public record Counts(List<Count> counts) {
        public long total() {
            return counts.stream().mapToLong(Count::count).sum();
        }

        public Map<String, Long> byStatus() {
            Map<String, Long> sums = new TreeMap<>();
            counts.forEach(c -> sums.merge(c.status(), c.count(), Long::sum));
            return sums;
        }

        public long of(@Nullable String status, @Nullable String scope) {
            return counts.stream()
                    .filter(c -> (status == null || c.status().equals(status))
                            && (scope == null || c.scope().equals(scope)))
                    .mapToLong(Count::count)
                    .sum();
        }
    }

    /** How many keys each tenant has, those that are deleted left out: for the operator of them all. */
    public Map<String, Long> perTenant() {
        Map<String, Long> counts = new HashMap<>();
        jdbc.query("select tenant, sum(count) from key_count where status <> 'DELETED' group by tenant", r -> {
            counts.put(r.getString(1), r.getLong(2));
        });
        return counts;
    }

    /** The numbers of keys, from counters: exact, however many there are. */
    public Counts counts(String tenant) {
        Object now = KeyConditions.utc(clock.instant());
        Map<List<String>, Long> sums =
                new TreeMap<>((a, b) -> String.join("\n", a).compareTo(String.join("\n", b)));
        // Expired by the clock, and the event has not come yet: these are few, and never there for long.
        jdbc.query(
                """
                select status, scope, kind, count from key_count where tenant = ? and status <> 'DELETED'
                union all
                select s.status, k.scope, k.kind, s.sign * count(*) from key k,
                  lateral (values (k.status, -1), ('EXPIRED', 1)) as s (status, sign)
                where k.tenant = ? and k.status in ('ACTIVE', 'SUSPENDED') and coalesce(k.expires_at, 'infinity') <= ?
                group by s.status, k.scope, k.kind, s.sign""",
                r -> {
                    sums.merge(List.of(r.getString(1), r.getString(2), r.getString(3)), r.getLong(4), Long::sum);
                },
                tenant,
                tenant,
                now);
        List<Count> counts = new ArrayList<>();
        sums.forEach((sort, count) -> {
            if (count != 0) {
                counts.add(new Count(sort.get(0), sort.get(1), sort.get(2), count));
            }
        });
        return new Counts(counts);
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private static void query(Connection connection, String sql, List<Object> arguments, RowReader reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    reader.read(result);
                }
            }
        }
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T connected(Work<T> work) {
        T result = jdbc.execute((Connection connection) -> work.with(connection));
        if (result == null) {
            throw new IllegalStateException("no result");
        }
        return result;
    }
}
