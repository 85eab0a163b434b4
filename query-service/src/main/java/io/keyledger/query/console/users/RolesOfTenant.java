package io.keyledger.query.console.users;

import io.keyledger.events.TenantId;
import io.keyledger.events.access.RolePreset;
import io.keyledger.query.settings.SettingsStore;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which set of roles a tenant has, as far as the read store knows. */
@Component
public class RolesOfTenant {
    private final JdbcTemplate jdbc;

    RolesOfTenant(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public RolePreset preset(TenantId tenant) {
        Map<String, String> settings = jdbc.execute((Connection c) -> SettingsStore.of(c, tenant.value()));
        RolePreset preset =
                settings == null ? null : RolePreset.ofWire(settings.getOrDefault(SettingsStore.ROLES_PRESET, ""));
        return preset == null ? RolePreset.CENTRAL : preset;
    }

    public List<RoleWords> words(TenantId tenant) {
        return RoleWords.all(preset(tenant));
    }
}
