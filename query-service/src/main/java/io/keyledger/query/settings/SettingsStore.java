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
import org.jspecify.annotations.Nullable;

/** Tenants and their settings in PostgreSQL, as text, the last value wins; in the caller's transaction. */
public final class SettingsStore {
    private static final String PUT = """
            insert into setting (tenant, name, value, changed_at)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[])
            on conflict (tenant, name) do update set value = excluded.value, changed_at = excluded.changed_at""";

    private static final String PUT_TENANT = """
            insert into tenant (tenant, name, preset, created_at)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[])""";

    /** Whether the default list leaves revoked keys out. */
    public static final String HIDE_REVOKED = "keys.hideRevoked";

    /** Which of the built-in sets of roles the tenant has. */
    public static final String ROLES_PRESET = "roles.preset";

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

    /** What a tenant's preset says and its changes say over it, by name; what was unset is not there. */
    public static Map<String, String> of(Connection connection, String tenant) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select null, preset from tenant where tenant = ?
                union all select name, value from setting where tenant = ?""")) {
            statement.setString(1, tenant);
            statement.setString(2, tenant);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String name = result.getString(1);
                    String value = result.getString(2);
                    if (name != null) {
                        set(settings, name, value);
                    } else {
                        begin(settings, value);
                    }
                }
            }
        }
        return settings;
    }

    /** What {@link #of} says after these events: the tenant's own, and the changes of its settings, in their order. */
    public static Map<String, String> after(List<LoggedEvent> events) {
        Map<String, String> settings = new HashMap<>();
        for (LoggedEvent event : events) {
            switch (event.data()) {
                case SettingsChanged e -> e.changes().forEach(c -> set(settings, c.name(), c.to()));
                case TenantCreated e -> begin(settings, e.preset());
                case null, default -> {}
            }
        }
        return settings;
    }

    private static void begin(Map<String, String> settings, @Nullable String preset) {
        if ("strict-s2".equals(preset)) {
            settings.putIfAbsent(HIDE_REVOKED, "true");
            settings.putIfAbsent("keys.nameRule", "strict");
            settings.putIfAbsent("console.wording", "access-keys");
        } else if ("hub-s3".equals(preset)) {
            settings.putIfAbsent(ROLES_PRESET, "separated");
            settings.putIfAbsent("keys.enabled", "false");
        }
    }

    private static void set(Map<String, String> settings, String name, @Nullable String value) {
        if (value == null) {
            settings.remove(name);
        } else {
            settings.put(name, value);
        }
    }
}
