package io.keyledger.query.settings;

import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.query.log.Columns;
import io.keyledger.query.log.LoggedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tenants and their settings in PostgreSQL, as text, the last value wins; in the caller's transaction. */
public final class SettingsStore {
    private static final String PUT = """
            insert into setting (tenant, name, value, changed_at)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[])
            on conflict (tenant, name) do update set value = excluded.value, changed_at = excluded.changed_at""";

    private static final String PUT_TENANT = """
            insert into tenant (tenant, name, preset, created_at)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[])""";

    private SettingsStore() {}

    public static void fold(Connection connection, List<LoggedEvent> events) throws SQLException {
        for (LoggedEvent event : events) {
            switch (event.data()) {
                case SettingsChanged e -> {
                    Columns rows = new Columns("text", "text", "text", "timestamptz");
                    e.changes().forEach(c -> rows.add(event.tenant(), c.name(), c.to(), event.time()));
                    rows.execute(connection, PUT);
                }
                case TenantCreated e -> {
                    Columns rows = new Columns("text", "text", "text", "timestamptz");
                    rows.add(e.tenant().value(), e.tenantName(), e.preset(), event.time());
                    rows.execute(connection, PUT_TENANT);
                }
                case null, default -> {}
            }
        }
    }

    /** The settings of a tenant that were ever changed, by name; one that was unset is not there. */
    public static Map<String, String> of(Connection connection, String tenant) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select name, value from setting where tenant = ? and value is not null")) {
            statement.setString(1, tenant);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    settings.put(result.getString(1), result.getString(2));
                }
            }
        }
        return settings;
    }

    /** The preset that a tenant was created with; {@code "default"} when no event has told. */
    public static String preset(Connection connection, String tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select preset from tenant where tenant = ?")) {
            statement.setString(1, tenant);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getString(1) : "default";
            }
        }
    }
}
