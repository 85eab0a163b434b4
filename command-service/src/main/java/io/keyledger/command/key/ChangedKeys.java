package io.keyledger.command.key;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes what commands have made of keys. */
final class ChangedKeys implements Rows<ChangedKeys.Row> {
    private static final String UPDATE = """
        update key set name = n.name, scope = n.scope, status = n.status, strict = n.strict,
            current_credential = n.current_credential, previous_credential = n.previous_credential,
            previous_until = n.previous_until, unique_name = n.unique_name,
            tenant_wide = coalesce(n.tenant_wide, key.tenant_wide),
            slot = case when n.unique_name is not null then key.slot end, due_at = n.due_at,
            usage_policy = n.usage_policy
        from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n(key_id, name, scope, status, strict, current_credential,
            previous_credential, previous_until, unique_name, tenant_wide, due_at, usage_policy)
        where key.key_id = n.key_id\
        """;

    /**
     * What a command has made of a key.
     *
     * @param uniqueName null when it holds none any more, and with it no slot
     * @param tenantWide whether the name is unique in the tenant; null when it is not a new one
     */
    record Row(
            TenantId tenant,
            Facts facts,
            String status,
            @Nullable String uniqueName,
            @Nullable Boolean tenantWide,
            @Nullable Instant dueAt) {}

    @Override
    public Step step() {
        return Step.CLAIM;
    }

    @Override
    public void write(Script script, List<Row> rows, Consumer<Row> turnedDown) {
        script.add(UPDATE, columns(rows));
    }

    private Columns<Row> columns(List<Row> rows) {
        return new Columns<>(rows)
                .text(row -> row.facts().keyId().value())
                .text(row -> row.facts().name())
                .text(row -> row.facts().scope().wire())
                .text(Row::status)
                .bool(row -> row.facts().strict())
                .text(row -> row.facts().current().value())
                .text(row -> row.facts().grace() == null
                        ? null
                        : row.facts().grace().credential().value())
                .time(row ->
                        row.facts().grace() == null ? null : row.facts().grace().endsAt())
                .text(Row::uniqueName)
                .bool(Row::tenantWide)
                .time(Row::dueAt)
                .text(row -> UsagePolicy.text(row.facts().usage()));
    }

    /** A new name may be taken. */
    @Override
    public boolean fitsGroup(Row row) {
        return row.tenantWide() == null;
    }

    @Override
    public void claim(JdbcTemplate jdbc, Row row) {
        boolean tenantWide = Boolean.TRUE.equals(row.tenantWide());
        if (tenantWide && row.uniqueName() != null) {
            Integer others = jdbc.queryForObject(
                    "select count(*)::int from key where tenant = ? and unique_name = ? and key_id <> ?",
                    Integer.class,
                    row.tenant().value(),
                    row.uniqueName(),
                    row.facts().keyId().value());
            if (others != null && others > 0) {
                throw new Refused(new Refusal.NameTaken("tenant"));
            }
        }
        try {
            jdbc.execute(UPDATE, (PreparedStatement s) -> {
                columns(List.of(row)).bind(s, 1);
                return s.executeUpdate();
            });
        } catch (DuplicateKeyException e) {
            throw new Refused(new Refusal.NameTaken(tenantWide ? "tenant" : "owner"));
        }
    }
}
