package io.keyledger.query.history;

import io.keyledger.events.RecordJson;
import io.keyledger.query.log.LoggedEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the uses and refusals of a key in the order of their time, a page at a time: neither memory nor a connection is held
 * for longer than a page takes.
 */
public final class UseReader {
    private static final int PAGE = 1_000;

    private static final String SELECT = """
            select bytes, time, source, sequence from event
            where tenant = ? and key_id = ? and type in ('key.used', 'auth.failed') and time >= ? and time < ?
            and (time, source, sequence) > (?, ?, ?) order by time, source, sequence limit ?""";

    private static final String KEYS_IN_USE = """
            select distinct key_id from use_day where tenant = ? and key_id > ? and day >= ? and day <= ?
            order by key_id limit ?""";

    private static final String KEYS_OF =
            "select key_id from key where tenant = ? and owner = ? and key_id > ? order by key_id limit ?";

    private static final String SIBLINGS = """
            select k.key_id, k.name, k.status, k.scope, u.last_used_at, coalesce(u.accepted, 0) from key k
            left join key_use u on u.key_id = k.key_id where k.tenant = ? and k.owner = ? and k.key_id <> ?
            order by u.last_used_at desc nulls last, k.key_id limit 100""";

    private final JdbcTemplate jdbc;

    public UseReader(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Place(Instant time, String source, long sequence) {}

    /**
     * Hands them to {@code reader} until it has enough.
     *
     * @param from inclusive
     * @param until exclusive
     * @param reader whether it takes more
     * @return false when the reader did not
     */
    boolean each(String tenant, String keyId, Instant from, Instant until, Predicate<LoggedEvent> reader) {
        Place place = new Place(from, "", 0);
        while (true) {
            List<LoggedEvent> page = new ArrayList<>();
            List<Place> places = new ArrayList<>();
            jdbc.query(
                    SELECT,
                    row -> {
                        page.add(LoggedEvent.read("", -1, -1, row.getBytes(1)));
                        places.add(new Place(
                                row.getObject(2, OffsetDateTime.class).toInstant(), row.getString(3), row.getLong(4)));
                    },
                    tenant,
                    keyId,
                    utc(from),
                    utc(until),
                    utc(place.time()),
                    place.source(),
                    place.sequence(),
                    PAGE);
            for (LoggedEvent event : page) {
                if (!reader.test(event)) {
                    return false;
                }
            }
            if (page.size() < PAGE) {
                return true;
            }
            place = places.getLast();
        }
    }

    /** Keys that were used or refused on one of the days of the window, by id, after {@code after}. */
    List<String> keysInUse(String tenant, Instant from, Instant until, String after, int limit) {
        return jdbc.query(
                KEYS_IN_USE,
                (row, _) -> row.getString(1),
                tenant,
                after,
                utc(from).toLocalDate(),
                utc(until).toLocalDate(),
                limit);
    }

    /** Keys that an owner has or had, by id, after {@code after}. */
    List<String> keysOf(String tenant, String owner, String after, int limit) {
        return jdbc.query(KEYS_OF, (row, _) -> row.getString(1), tenant, owner, after, limit);
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    /** Whose key that is or was; null when the tenant has and had none of that id. */
    @Nullable
    String ownerOf(String tenant, String keyId) {
        List<@Nullable String> found =
                jdbc.queryForList("select owner from key where tenant = ? and key_id = ?", String.class, tenant, keyId);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The other keys of an owner, the last used first, at most a hundred. */
    List<Map<String, @Nullable Object>> siblings(String tenant, String owner, String but) {
        return jdbc.query(
                SIBLINGS,
                (row, _) -> {
                    OffsetDateTime used = row.getObject(5, OffsetDateTime.class);
                    Map<String, @Nullable Object> key = new LinkedHashMap<>();
                    key.put("keyId", row.getString(1));
                    key.put("keyName", row.getString(2));
                    key.put("status", row.getString(3));
                    key.put("scope", row.getString(4));
                    key.put("lastUsedAt", used == null ? null : RecordJson.time(used.toInstant()));
                    key.put("requestCount", row.getLong(6));
                    return key;
                },
                tenant,
                owner,
                but);
    }
}
