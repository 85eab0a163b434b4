package io.keyledger.query.settings;

import java.sql.Connection;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads settings back from PostgreSQL. */
public final class SettingsQueries {
    private final JdbcTemplate jdbc;

    public SettingsQueries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What is set for a tenant, by name. */
    public Map<String, String> of(String tenant) {
        Map<String, String> settings = jdbc.execute((Connection connection) -> SettingsStore.of(connection, tenant));
        return settings == null ? Map.of() : settings;
    }
}
