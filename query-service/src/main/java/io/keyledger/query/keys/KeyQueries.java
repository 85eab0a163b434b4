package io.keyledger.query.keys;

import io.keyledger.events.RecordJson;
import io.keyledger.query.keys.KeyJson.Used;
import io.keyledger.query.keys.KeyRow.Credential;
import io.keyledger.query.settings.RotationSchedule;
import io.keyledger.query.settings.SettingsStore;
import io.keyledger.query.web.Listing.Item;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads keys back from PostgreSQL. */
public final class KeyQueries {
    private static final String SELECT = "select " + KeyStore.COLUMNS
            + ", u.accepted, u.refused, u.last_used_at, u.last_used_ip"
            + " from key k left join key_use u on u.key_id = k.key_id where k.tenant = ? and k.status <> 'DELETED'";
    private static final int ACCEPTED = 25;

    private final JdbcTemplate jdbc;
    private final InstantSource clock;

    public KeyQueries(JdbcTemplate jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keys, newest first, that come after the one with id {@code after}. */
    List<Item> list(KeyFilter filter, @Nullable String after, int limit) {
        return connected(connection -> {
            Map<String, String> settings = SettingsStore.of(connection, filter.tenant());
            Instant now = clock.instant();
            KeyConditions conditions = KeyConditions.of(connection, filter, settings, now);
            StringBuilder sql = new StringBuilder(SELECT);
            List<Object> arguments = new ArrayList<>(List.of(filter.tenant()));
            conditions.and(sql, arguments);
            and(sql, arguments, " and k.key_id < ?", after);
            sql.append(" order by k.key_id desc limit ?");
            arguments.add(limit);
            return items(read(connection, sql.toString(), arguments, RotationSchedule.of(settings), now));
        });
    }

    /** The key, unless it is deleted, another tenant's, or none. */
    public @Nullable KeyJson one(String tenant, String keyId) {
        List<KeyJson> found = connected(connection -> read(
                connection,
                SELECT + " and k.key_id = ?",
                List.of(tenant, keyId),
                RotationSchedule.of(SettingsStore.of(connection, tenant)),
                clock.instant()));
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Whether the tenant has such a key, and it is not deleted. */
    public boolean has(String tenant, String keyId) {
        return !jdbc.queryForList(
                        "select 1 from key where key_id = ? and tenant = ? and status <> 'DELETED'", keyId, tenant)
                .isEmpty();
    }

    /** Whose key that is or was; null when the tenant has none of that id, and had none. */
    public @Nullable String ownerEver(String tenant, String keyId) {
        List<@Nullable String> found =
                jdbc.queryForList("select owner from key where key_id = ? and tenant = ?", String.class, keyId, tenant);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** These keys, but for those that are deleted, another tenant's, or none; by id. */
    static Map<String, KeyJson> byId(
            Connection connection, String tenant, Collection<String> ids, RotationSchedule schedule, Instant now)
            throws SQLException {
        Map<String, KeyJson> keys = new HashMap<>();
        List<Object> arguments = List.of(tenant, connection.createArrayOf("text", ids.toArray()));
        read(connection, SELECT + " and k.key_id = any (?)", arguments, schedule, now)
                .forEach(key -> keys.put(key.keyId().value(), key));
        return keys;
    }

    private static List<KeyJson> read(
            Connection connection, String sql, List<Object> arguments, RotationSchedule schedule, Instant now)
            throws SQLException {
        Map<String, KeyRow> rows = new LinkedHashMap<>();
        Map<String, Used> uses = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    KeyRow row = KeyStore.row(r, List.of());
                    rows.put(row.keyId().value(), row);
                    uses.put(
                            row.keyId().value(),
                            new Used(
                                    r.getLong(ACCEPTED),
                                    r.getLong(ACCEPTED + 1),
                                    KeyStore.timeOrNull(r, ACCEPTED + 2),
                                    r.getString(ACCEPTED + 3)));
                }
            }
        }
        Map<String, List<Credential>> credentials = KeyStore.credentials(connection, rows.keySet());
        List<KeyJson> keys = new ArrayList<>();
        rows.forEach((id, row) -> keys.add(KeyJson.of(
                row.with(credentials.getOrDefault(id, List.of())),
                uses.getOrDefault(id, new Used(0, 0, null, null)),
                schedule,
                now)));
        return keys;
    }

    private static List<Item> items(List<KeyJson> keys) {
        return keys.stream()
                .map(k -> new Item(
                        () -> RecordJson.bytes(k.brief()), List.of(k.keyId().value())))
                .toList();
    }

    private static void and(StringBuilder sql, List<Object> arguments, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            arguments.add(value);
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
