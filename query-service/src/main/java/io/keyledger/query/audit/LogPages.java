package io.keyledger.query.audit;

import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the audit in the order of the log: of each partition by offset, the partitions merged by time as far as they are
 * known. One statement is one snapshot, so that a page and the position at its end belong together. Safe from any thread.
 */
public final class LogPages {
    /** How many events of one partition one statement looks at, at most, whatever the filter lets through. */
    private static final int SCAN = 2_000;
    /** How many statements one page may take, for filters that let little through: then it ends early, with a position. */
    private static final int STEPS = 20;

    private final JdbcTemplate jdbc;
    private final int fold;

    /** @param fold of the store; what another one has made is not looked at */
    public LogPages(JdbcTemplate jdbc, int fold) {
        this.jdbc = jdbc;
        this.fold = fold;
    }

    /** One event and the position after it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Placed(byte[] bytes, LogPosition after) {}

    /**
     * Events in the order of the log.
     *
     * @param end from where to go on: beyond all that was looked at, be it in the page or not
     * @param exhausted whether there was nothing more when it was read
     */
    record Page(List<Placed> events, LogPosition end, boolean exhausted) {}

    /**
     * The events from {@code from} on, at most {@code limit}.
     *
     * @throws Refused when the store has not come as far as {@code from}
     */
    Page page(Filter filter, LogPosition from, int limit) {
        List<Placed> events = new ArrayList<>();
        LogPosition position = from;
        for (int step = 0; step < STEPS; step++) {
            Page page = step(filter, position, limit - events.size());
            events.addAll(page.events);
            position = page.end;
            if (page.exhausted || events.size() == limit) {
                return new Page(events, position, page.exhausted);
            }
        }
        return new Page(events, position, false);
    }

    /** How many records the store has folded: goes up with each one, and by nothing else. */
    long folded() {
        Long sum = jdbc.queryForObject("select coalesce(sum(next_offset), 0) from checkpoint", Long.class);
        return sum == null ? 0 : sum;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(
            short place, long next, long offset, @Nullable Instant time, byte @Nullable [] bytes) {}

    private Page step(Filter filter, LogPosition from, int limit) {
        boolean filtered =
                filter.type() != null || filter.keyId() != null || filter.from() != null || filter.until() != null;
        int scan = filtered ? SCAN : Math.min(SCAN, limit);
        Map<Short, Deque<Row>> rows = new TreeMap<>();
        Map<Short, Long> ends = new TreeMap<>();
        for (Row row : rows(filter, from, scan)) {
            if (from.of(row.place) > row.next) {
                throw new Refused(new Refusal.CursorAhead());
            }
            ends.put(row.place, row.next);
            Deque<Row> of = rows.computeIfAbsent(row.place, _ -> new ArrayDeque<>());
            if (row.offset >= 0) {
                of.add(row);
            }
        }
        if (!ends.keySet().containsAll(from.next().keySet())) {
            throw new Refused(new Refusal.CursorAhead());
        }
        Map<Short, Long> next = new TreeMap<>(from.next());
        boolean exhausted = true;
        for (Map.Entry<Short, Deque<Row>> place : rows.entrySet()) {
            if (place.getValue().size() < scan) {
                // Behind its last row there is nothing of this tenant up to where the store has come.
                place.getValue().add(new Row(place.getKey(), 0, ends.getOrDefault(place.getKey(), 0L) - 1, null, null));
            } else {
                exhausted = false;
            }
        }
        List<Placed> events = new ArrayList<>();
        while (true) {
            rows.values().forEach(of -> skip(of, next));
            Deque<Row> first = null;
            for (Deque<Row> of : rows.values()) {
                if (!of.isEmpty() && (first == null || time(of).isBefore(time(first)))) {
                    first = of;
                }
            }
            if (first == null) {
                return new Page(events, new LogPosition(next), exhausted);
            }
            if (events.size() == limit) {
                return new Page(events, new LogPosition(next), false);
            }
            Row row = first.remove();
            if (row.bytes != null) {
                next.put(row.place, row.offset + 1);
                events.add(new Placed(row.bytes, new LogPosition(next)));
            }
        }
    }

    /** Goes beyond what the filter does not let through. */
    private static void skip(Deque<Row> rows, Map<Short, Long> next) {
        while (true) {
            Row row = rows.peek();
            if (row == null || row.bytes != null) {
                return;
            }
            rows.remove();
            next.merge(row.place, row.offset + 1, Math::max);
        }
    }

    private static Instant time(Deque<Row> rows) {
        Row row = rows.peek();
        return row == null || row.time == null ? Instant.MAX : row.time;
    }

    private List<Row> rows(Filter filter, LogPosition from, int scan) {
        StringBuilder sql = new StringBuilder("""
                select c.place, c.next_offset, a.log_offset, e.time, e.bytes
                from (select %s::smallint as place, next_offset from checkpoint where fold = %d) c
                left join unnest(?::smallint[], ?::bigint[]) as f (place, log_offset) on f.place = c.place
                left join lateral (
                    select log_offset, id from arrival
                    where tenant = ? and place = c.place and log_offset >= coalesce(f.log_offset, 0)
                    order by log_offset limit ?) a on true
                left join event e on e.id = a.id""".formatted(LogPlace.SQL, fold));
        List<Object> arguments = new ArrayList<>(List.of(
                from.next().keySet().toArray(Short[]::new),
                from.next().values().toArray(Long[]::new),
                filter.tenant(),
                scan));
        and(sql, arguments, " and e.time >= ?", utc(filter.from()));
        and(sql, arguments, " and e.time < ?", utc(filter.until()));
        and(sql, arguments, " and e.type = ?", filter.type());
        and(sql, arguments, " and e.key_id = ?", filter.keyId());
        sql.append(" order by c.place, a.log_offset");
        return jdbc.query(
                connection -> {
                    var statement = connection.prepareStatement(sql.toString());
                    for (int i = 0; i < arguments.size(); i++) {
                        Object argument = arguments.get(i);
                        switch (argument) {
                            case Short[] places ->
                                statement.setArray(i + 1, connection.createArrayOf("smallint", places));
                            case Long[] offsets ->
                                statement.setArray(i + 1, connection.createArrayOf("bigint", offsets));
                            default -> statement.setObject(i + 1, argument);
                        }
                    }
                    return statement;
                },
                (r, i) -> row(r));
    }

    private static Row row(ResultSet r) throws SQLException {
        short place = r.getShort(1);
        long next = r.getLong(2);
        long offset = r.getLong(3);
        if (r.wasNull()) {
            return new Row(place, next, -1, null, null);
        }
        OffsetDateTime time = r.getObject(4, OffsetDateTime.class);
        return new Row(place, next, offset, time == null ? null : time.toInstant(), r.getBytes(5));
    }

    private static void and(StringBuilder sql, List<Object> arguments, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            arguments.add(value);
        }
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }
}
