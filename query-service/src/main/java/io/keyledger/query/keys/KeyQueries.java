package io.keyledger.query.keys;

import io.keyledger.events.RecordJson;
import io.keyledger.query.keys.KeyJson.Used;
import io.keyledger.query.keys.KeyRow.Credential;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.settings.RotationSchedule;
import io.keyledger.query.settings.SettingsStore;
import io.keyledger.query.web.Listing.Item;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads keys back from PostgreSQL. */
public final class KeyQueries {
    private static final String SELECT = "select " + KeyStore.COLUMNS
            + ", u.accepted, u.refused, u.last_used_at, u.last_used_ip"
            + " from key k left join use_total u on u.subject = k.key_id where k.tenant = ? and k.status <> 'DELETED'";
    private static final int ACCEPTED = 23;

    private final JdbcTemplate jdbc;
    private final InstantSource clock;

    public KeyQueries(JdbcTemplate jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Which keys are asked for; null = any.
     *
     * @param search part of name, id or owner, in any case
     */
    record Filter(
            String tenant,
            @Nullable String search,
            @Nullable Status status,
            @Nullable String scope,
            @Nullable String owner) {}

    /** Keys, newest first, that come after the one with id {@code after}. */
    List<Item> list(Filter filter, @Nullable String after, int limit) {
        return connected(connection -> {
            Map<String, String> settings = SettingsStore.of(connection, filter.tenant());
            Instant now = clock.instant();
            StringBuilder sql = new StringBuilder(SELECT);
            List<Object> arguments = new ArrayList<>(List.of(filter.tenant()));
            if (filter.search() != null) {
                String text = filter.search().toLowerCase(Locale.ROOT);
                sql.append(" and (strpos(lower(k.name), ?) > 0 or strpos(lower(k.key_id), ?) > 0"
                        + " or strpos(lower(k.owner), ?) > 0)");
                arguments.addAll(List.of(text, text, text));
            }
            status(filter.status(), settings, now, sql, arguments);
            and(sql, arguments, " and k.scope = ?", filter.scope());
            and(sql, arguments, " and k.owner = ?", filter.owner());
            and(sql, arguments, " and k.key_id < ?", after);
            sql.append(" order by k.key_id desc limit ?");
            arguments.add(limit);
            return items(read(connection, sql.toString(), arguments, RotationSchedule.of(settings), now));
        });
    }

    /** The key, unless it is deleted, another tenant's, or none. */
    @Nullable
    KeyJson one(String tenant, String keyId) {
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

    /** Whether the tenant has such a key, or had. */
    public boolean everHad(String tenant, String keyId) {
        return !jdbc.queryForList("select 1 from key where key_id = ? and tenant = ?", keyId, tenant)
                .isEmpty();
    }

    private static void status(
            @Nullable Status status,
            Map<String, String> settings,
            Instant now,
            StringBuilder sql,
            List<Object> arguments) {
        if (status == null) {
            if ("true".equals(settings.get(SettingsStore.HIDE_REVOKED))) {
                sql.append(" and k.status <> 'REVOKED'");
            }
            return;
        }
        Object time = now.atOffset(ZoneOffset.UTC);
        switch (status) {
            case ACTIVE, SUSPENDED -> {
                sql.append(" and k.status = ? and (k.expires_at is null or k.expires_at > ?)");
                arguments.addAll(List.of(status.name(), time));
            }
            case EXPIRED -> {
                sql.append(" and (k.status = 'EXPIRED' or k.status in ('ACTIVE', 'SUSPENDED') and k.expires_at <= ?)");
                arguments.add(time);
            }
            case REVOKED, DELETED -> {
                sql.append(" and k.status = ?");
                arguments.add(status.name());
            }
        }
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
                .map(k -> new Item(() -> RecordJson.bytes(k), List.of(k.keyId().value())))
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
