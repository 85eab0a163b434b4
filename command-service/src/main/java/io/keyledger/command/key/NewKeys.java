package io.keyledger.command.key;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Adds keys that were just created, in a slot that was guessed; who guesses wrong has one looked for, alone.
 *
 * @see KeyTable on slots
 */
final class NewKeys implements Rows<NewKeys.Row> {
    private static final int MAX_ATTEMPTS = 50;

    private static final String FREE_SLOT = """
        with held as materialized (select slot - ? as slot from key
            where tenant = ? and owner = ? and slot between ? + 1 and ? + %d),
        room as (select case when (select coalesce(max(slot), 0) from held) <= ? then ?
            else (select max(r) from generate_series(0, ?) r
                where r + (select count(*) from held where slot > r) <= ?) end as slots)
        select s from room, generate_series(1, room.slots) s
        where not exists (select from held where slot = s) order by random() limit 1\
        """.formatted(Room.SIZE);

    private static final String COLUMNS = """
        key_id, tenant, owner, name, kind, scope, status, strict, expires_at, current_credential, created_at,
            unique_name, tenant_wide, due_at, usage_policy, slot\
        """;

    private static final String INSERT_AT = """
        insert into key (%s) select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict do nothing\
        """.formatted(COLUMNS);

    /**
     * Nothing is inserted when the owner has slots above the limit: then the room is counted first. Of two that want the same,
     * the one that came first has it.
     */
    private static final String INSERT_AT_GUESS = """
        insert into key (%1$s)
        select %1$s from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            with ordinality as n(%1$s, above, top, place)
        where not exists (select from key k where k.tenant = n.tenant and k.owner = n.owner
                and k.slot between n.above and n.top)
            and (not n.tenant_wide or not exists (select from key k
                where k.tenant = n.tenant and k.unique_name = n.unique_name))
        order by place on conflict do nothing returning key_id\
        """.formatted(COLUMNS);

    /**
     * A key that was just created.
     *
     * @param room null for a key that needs no slot
     * @param guess the slot that is tried first
     */
    record Row(
            TenantId tenant,
            Facts facts,
            String status,
            Instant createdAt,
            @Nullable String uniqueName,
            boolean tenantWide,
            @Nullable Instant dueAt,
            @Nullable Room room,
            @Nullable Integer guess) {}

    @Override
    public Step step() {
        return Step.CLAIM;
    }

    @Override
    public void write(Script script, List<Row> rows, Consumer<Row> turnedDown) {
        script.add(
                INSERT_AT_GUESS,
                columns(rows)
                        .integer(Row::guess)
                        .integer(row -> row.room() == null
                                ? null
                                : (Integer) (row.room().last() + 1))
                        .integer(row -> row.room() == null
                                ? null
                                : (Integer) (row.room().base() + Room.SIZE)),
                found -> {
                    Set<String> inserted = new HashSet<>();
                    while (found.next()) {
                        inserted.add(found.getString(1));
                    }
                    rows.stream()
                            .filter(row -> !inserted.remove(row.facts().keyId().value()))
                            .forEach(turnedDown);
                });
    }

    private Columns<Row> columns(List<Row> rows) {
        return new Columns<>(rows)
                .text(row -> row.facts().keyId().value())
                .text(row -> row.tenant().value())
                .text(row -> row.facts().owner().value())
                .text(row -> row.facts().name())
                .text(row -> RecordJson.wire(row.facts().kind()))
                .text(row -> row.facts().scope().wire())
                .text(Row::status)
                .bool(row -> row.facts().strict())
                .time(row -> row.facts().expiresAt())
                .text(row -> row.facts().current().value())
                .time(Row::createdAt)
                .text(Row::uniqueName)
                .bool(Row::tenantWide)
                .time(Row::dueAt)
                .text(row -> UsagePolicy.text(row.facts().usage()));
    }

    @Override
    public void claim(JdbcTemplate jdbc, Row row) {
        String uniqueName = row.uniqueName();
        if (uniqueName != null && row.tenantWide() && isTaken(jdbc, row.tenant(), null, uniqueName)) {
            throw new Refused(new Refusal.NameTaken("tenant"));
        }
        Room room = row.room();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Integer slot = null;
            if (room != null) {
                slot = freeSlot(jdbc, row.tenant(), row.facts(), room);
                if (slot == null) {
                    throw new Refused(new Refusal.TooManyKeys(
                            row.facts().owner().value(),
                            room.limit(),
                            room.setting().wire()));
                }
            }
            if (insertAt(jdbc, row, slot)) {
                return;
            }
            String owner = row.facts().owner().value();
            if (uniqueName != null && isTaken(jdbc, row.tenant(), row.tenantWide() ? null : owner, uniqueName)) {
                throw new Refused(new Refusal.NameTaken(row.tenantWide() ? "tenant" : "owner"));
            }
            // Somebody else took the slot first: look for another.
        }
        throw new Refused(new Refusal.Conflict());
    }

    private boolean insertAt(JdbcTemplate jdbc, Row row, @Nullable Integer slot) {
        Columns<Row> columns = columns(List.of(row)).integer(_ -> slot);
        return Boolean.TRUE.equals(jdbc.execute(INSERT_AT, (PreparedStatement s) -> {
            columns.bind(s, 1);
            return s.executeUpdate() == 1;
        }));
    }

    private static @Nullable Integer freeSlot(JdbcTemplate jdbc, TenantId tenant, Facts f, Room room) {
        Integer slot = jdbc.query(
                FREE_SLOT,
                NewKeys::firstInt,
                room.base(),
                tenant.value(),
                f.owner().value(),
                room.base(),
                room.base(),
                room.limit(),
                room.limit(),
                room.limit(),
                room.limit());
        return slot == null ? null : (Integer) (slot + room.base());
    }

    /** Whether a key that can still be used has that name, of {@code owner} or, null, of any. */
    private static boolean isTaken(JdbcTemplate jdbc, TenantId tenant, @Nullable String owner, String uniqueName) {
        Boolean taken = jdbc.queryForObject(
                "select exists (select from key where tenant = ? and unique_name = ? and (?::text is null or owner ="
                        + " ?))",
                Boolean.class,
                tenant.value(),
                uniqueName,
                owner,
                owner);
        return Boolean.TRUE.equals(taken);
    }

    private static @Nullable Integer firstInt(ResultSet rows) throws SQLException {
        return rows.next() ? (Integer) rows.getInt(1) : null;
    }
}
