package io.keyledger.command.barrier;

import io.keyledger.command.barrier.EdgeRow.Standing;
import io.keyledger.events.RecordJson;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** The tables {@code edge} and {@code edge_feed}. */
final class EdgeStore {
    private final JdbcTemplate jdbc;
    private final TransactionOperations transactions;

    EdgeStore(DataSource dataSource, TransactionOperations transactions) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transactions = transactions;
    }

    List<EdgeRow> edges() {
        return jdbc.query("SELECT edge, boot, standing, ended_at, ended_machine, ended_uptime FROM edge", (row, _) -> {
            OffsetDateTime endedAt = row.getObject(4, OffsetDateTime.class);
            UUID machine = row.getObject(5, UUID.class);
            return new EdgeRow(
                    row.getString(1),
                    row.getString(2),
                    Standing.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                    endedAt == null ? null : endedAt.toInstant(),
                    machine == null ? null : new Uptime(machine, Duration.ofMillis(row.getLong(6))));
        });
    }

    /** The offset at which to go on reading acknowledgements, by partition. */
    Map<Integer, Long> feed() {
        Map<Integer, Long> feed = new TreeMap<>();
        jdbc.query("SELECT partition, next_offset FROM edge_feed", row -> {
            feed.put(row.getInt(1), row.getLong(2));
        });
        return feed;
    }

    /** Writes both, or neither: a position is never saved without the rows that what lies before it has caused. */
    void save(Collection<EdgeRow> rows, Map<Integer, Long> feed) {
        transactions.executeWithoutResult(_ -> {
            for (EdgeRow row : rows) {
                Uptime uptime = row.endedUptime();
                jdbc.update(
                        """
                        INSERT INTO edge (edge, boot, standing, ended_at, ended_machine, ended_uptime)
                        VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (edge) DO UPDATE
                        SET boot = excluded.boot, standing = excluded.standing, ended_at = excluded.ended_at,
                            ended_machine = excluded.ended_machine, ended_uptime = excluded.ended_uptime
                        """,
                        row.edge(),
                        row.boot(),
                        RecordJson.wire(row.standing()),
                        row.endedAt() == null ? null : OffsetDateTime.ofInstant(row.endedAt(), ZoneOffset.UTC),
                        uptime == null ? null : uptime.machine(),
                        uptime == null ? null : uptime.elapsed().toMillis());
            }
            feed.forEach((partition, offset) -> jdbc.update("""
                    INSERT INTO edge_feed (partition, next_offset) VALUES (?, ?)
                    ON CONFLICT (partition) DO UPDATE SET next_offset = excluded.next_offset
                    """, partition, offset));
        });
    }
}
