package io.keyledger.command.tenants;

import io.keyledger.command.key.KeyTable;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The row of each tenant, written in the transaction that appends its event. */
@Component
class TenantTable {
    private final JdbcTemplate jdbc;

    TenantTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether there was none of that id; waits for a transaction that is adding it right now. */
    boolean add(Tenant tenant) {
        return jdbc.update(
                        """
                        insert into tenant (tenant, name, preset, policy, created_at) values (?, ?, ?, ?::jsonb, ?)
                        on conflict do nothing""",
                        tenant.tenant().value(),
                        tenant.name(),
                        tenant.preset(),
                        new String(CanonicalJson.bytes(tenant.policy().texts()), StandardCharsets.UTF_8),
                        tenant.createdAt().atOffset(ZoneOffset.UTC))
                == 1;
    }

    boolean exists(TenantId tenant) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from tenant where tenant = ?)", Boolean.class, tenant.value()));
    }

    /** Those after {@code after} in the order of their ids, at most {@code limit}. */
    List<Tenant> list(String after, int limit) {
        return jdbc.query(
                """
                select tenant, name, preset, created_at, policy::text,
                       (select count(*) from person p where p.tenant = t.tenant)
                from tenant t where tenant collate "C" > ?
                order by tenant collate "C" limit ?""",
                (row, _) -> new Tenant(
                        new TenantId(row.getString(1)),
                        row.getString(2),
                        row.getString(3),
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        KeyTable.policy(row.getString(5)),
                        row.getLong(6)),
                after,
                limit);
    }
}
