package io.keyledger.query.audit;

import io.keyledger.events.RecordJson;
import io.keyledger.query.web.Cursor;
import io.keyledger.query.web.Listing.Item;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads events back from PostgreSQL, each list in one total order: time, then source, then sequence. In histories the time is
 * that of the event or of one before it in its source, if that is later: the order of a source, which its sequences and
 * hashes prove, is the order of its events here, too, whatever clocks did. Between sources nothing proves an order.
 */
public final class EventQueries {
    /** How many parts the sort key of an event has. */
    public static final int KEY_SIZE = 3;

    private static final String SELECT = "select bytes, time, source, sequence from event where tenant = ?";
    private static final String HISTORY =
            "select bytes, ordered_at, source, sequence from event where tenant = ? and key_id = ?";

    private final JdbcTemplate jdbc;

    public EventQueries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What the audit is asked for; null = any.
     *
     * @param from inclusive
     * @param until exclusive
     * @param type short name
     * @param actor who did it; only {@link FullText} knows
     * @param address where it came from; only {@link FullText} knows
     * @param reason why a request was refused, or what was given as the reason; only {@link FullText} knows
     */
    public record Filter(
            String tenant,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable String type,
            @Nullable String keyId,
            @Nullable String actor,
            @Nullable String address,
            @Nullable String reason) {

        /** Whether only {@link FullText} can answer it. */
        public boolean takesSearch() {
            return actor != null || address != null || reason != null;
        }
    }

    /** Events, newest first, that come after the one with the sort key {@code after}. */
    public List<Item> newestFirst(Filter filter, @Nullable List<String> after, int limit) {
        StringBuilder sql = new StringBuilder(SELECT);
        List<Object> arguments = new ArrayList<>(List.of(filter.tenant()));
        and(sql, arguments, " and time >= ?", utc(filter.from()));
        and(sql, arguments, " and time < ?", utc(filter.until()));
        and(sql, arguments, " and type = ?", filter.type());
        and(sql, arguments, " and key_id = ?", filter.keyId());
        after(sql, arguments, "time", '<', after);
        sql.append(" order by time desc, source desc, sequence desc limit ?");
        arguments.add(limit);
        return jdbc.query(sql.toString(), (r, i) -> item(r), arguments.toArray());
    }

    /** All that happened to a key and with it, oldest first. */
    public List<Item> ofKey(String tenant, String keyId, @Nullable List<String> after, int limit) {
        StringBuilder sql = new StringBuilder(HISTORY);
        List<Object> arguments = new ArrayList<>(List.of(tenant, keyId));
        after(sql, arguments, "ordered_at", '>', after);
        sql.append(" order by ordered_at, source, sequence limit ?");
        arguments.add(limit);
        return jdbc.query(sql.toString(), (r, i) -> item(r), arguments.toArray());
    }

    /** The sort key in {@link #ofKey} of an event of that key; null when it has no such event. */
    @Nullable
    List<String> place(String tenant, String keyId, UUID event) {
        List<List<String>> found = jdbc.query(
                HISTORY + " and id = ?",
                (r, i) -> sortKey(r.getObject(2, OffsetDateTime.class).toInstant(), r.getString(3), r.getLong(4)),
                tenant,
                keyId,
                event);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** What happened to a key, but for its uses and refusals: newest first, at most {@code limit} events. */
    public List<byte[]> lifecycle(String tenant, String keyId, int limit) {
        return jdbc.query(
                "select bytes from event where tenant = ? and key_id = ? and type not in ('key.used', 'auth.failed')"
                        + " order by time desc, source desc, sequence desc limit ?",
                (r, i) -> r.getBytes(1),
                tenant,
                keyId,
                limit);
    }

    /** The sort key of an event, as cursors hold it. */
    public static List<String> sortKey(Instant time, String source, long sequence) {
        return List.of(RecordJson.time(time), source, Long.toString(sequence));
    }

    private static Item item(ResultSet r) throws SQLException {
        byte[] bytes = r.getBytes(1);
        return new Item(
                () -> bytes, sortKey(r.getObject(2, OffsetDateTime.class).toInstant(), r.getString(3), r.getLong(4)));
    }

    private static void after(
            StringBuilder sql, List<Object> arguments, String time, char direction, @Nullable List<String> after) {
        if (after == null) {
            return;
        }
        sql.append(" and (")
                .append(time)
                .append(", source, sequence) ")
                .append(direction)
                .append(" (?, ?, ?)");
        try {
            arguments.add(Instant.parse(after.get(0)).atOffset(ZoneOffset.UTC));
            arguments.add(after.get(1));
            arguments.add(Long.parseLong(after.get(2)));
        } catch (DateTimeException | NumberFormatException e) {
            throw Cursor.refused();
        }
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
