package io.keyledger.query.usage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the counters back from PostgreSQL. */
public final class UsageQueries {
    private final JdbcTemplate jdbc;

    public UsageQueries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One UTC day.
     *
     * @param refusals by reason
     */
    record Day(String date, long accepted, long refused, Map<String, Long> refusals) {}

    /** Everything ever counted for a key or a credential. */
    record Total(
            String subject,
            long accepted,
            long refused,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedIp) {}

    /** The days with any request, of a key or of the whole tenant, both ends inclusive, oldest first. */
    List<Day> days(String tenant, @Nullable String keyId, LocalDate from, LocalDate to) {
        Map<LocalDate, Map<String, Long>> counts = new TreeMap<>();
        jdbc.query(
                "select day, outcome, count from use_day where tenant = ? and key_id = ? and day between ? and ?"
                        + " order by day, outcome",
                r -> {
                    counts.computeIfAbsent(r.getObject(1, LocalDate.class), day -> new TreeMap<>())
                            .put(r.getString(2), r.getLong(3));
                },
                tenant,
                keyId == null ? Uses.WHOLE_TENANT : keyId,
                from,
                to);
        List<Day> days = new ArrayList<>();
        counts.forEach((day, outcomes) -> {
            Long accepted = outcomes.remove(Uses.ACCEPTED);
            long refused = outcomes.values().stream().mapToLong(Long::longValue).sum();
            days.add(new Day(day.toString(), accepted == null ? 0 : accepted, refused, outcomes));
        });
        return days;
    }

    /** The totals of a key and of each of its credentials that was ever used. */
    List<Total> totals(String keyId) {
        return jdbc.query(
                "select subject, accepted, refused, last_used_at, last_used_ip from use_total where key_id = ?"
                        + " order by subject",
                (r, i) -> total(r),
                keyId);
    }

    /** How many keys of the tenant stand where, by their events. */
    Map<String, Long> keysByStatus(String tenant, Instant now) {
        Map<String, Long> counts = new TreeMap<>();
        jdbc.query(
                """
                select case when status in ('ACTIVE', 'SUSPENDED') and expires_at <= ? then 'EXPIRED' else status end,
                  count(*) from key where tenant = ? and status <> 'DELETED' group by 1""",
                r -> {
                    counts.put(r.getString(1), r.getLong(2));
                },
                now.atOffset(java.time.ZoneOffset.UTC),
                tenant);
        return counts;
    }

    private static Total total(ResultSet r) throws SQLException {
        OffsetDateTime lastUsedAt = r.getObject(4, OffsetDateTime.class);
        return new Total(
                r.getString(1),
                r.getLong(2),
                r.getLong(3),
                lastUsedAt == null ? null : lastUsedAt.toInstant(),
                r.getString(5));
    }
}
