package io.keyledger.query.usage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
    public record Day(String date, long accepted, long refused, Map<String, Long> refusals) {}

    /** Everything ever counted for a key or a credential. */
    public record Total(
            String subject,
            long accepted,
            long refused,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedIp) {}

    /** The days with any request, of a key or of the whole tenant, both ends inclusive, oldest first. */
    public List<Day> days(String tenant, @Nullable String keyId, LocalDate from, LocalDate to) {
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

    /** The total of a key; zeros when it was never used. */
    Total total(String keyId) {
        List<Total> found = jdbc.query(
                "select key_id, accepted, refused, last_used_at, last_used_ip from key_use where key_id = ?",
                (r, i) -> total(r),
                keyId);
        return found.isEmpty() ? new Total(keyId, 0, 0, null, null) : found.getFirst();
    }

    /** The totals of each credential of a key that was ever used. */
    public List<Total> credentials(String keyId) {
        return jdbc.query(
                "select credential_id, accepted, refused, last_used_at, last_used_ip from credential_use where key_id = ?"
                        + " order by credential_id",
                (r, i) -> total(r),
                keyId);
    }

    /**
     * Accepted requests of each of the keys on each of the days, oldest first: as many numbers a key as there are days.
     *
     * @param to the last day
     */
    public Map<String, long[]> byDay(String tenant, Collection<String> keyIds, LocalDate to, int days) {
        Map<String, long[]> counts = new HashMap<>();
        keyIds.forEach(id -> counts.put(id, new long[days]));
        LocalDate from = to.minusDays(days - 1L);
        jdbc.query(
                """
                select key_id, day, count from use_day
                where tenant = ? and key_id = any (?) and day between ? and ? and outcome = 'accepted'""",
                r -> {
                    long[] row = counts.get(r.getString(1));
                    if (row != null) {
                        row[(int) ChronoUnit.DAYS.between(from, r.getObject(2, LocalDate.class))] = r.getLong(3);
                    }
                },
                tenant,
                keyIds.toArray(String[]::new),
                from,
                to);
        return counts;
    }

    /** How often each of the keys was refused at a rate or a quota on these days, both ends inclusive; never = not in there. */
    public Map<String, Long> atLimit(String tenant, Collection<String> keyIds, LocalDate from, LocalDate to) {
        Map<String, Long> counts = new HashMap<>();
        jdbc.query(
                """
                select key_id, sum(count) from use_day
                where tenant = ? and key_id = any (?) and day between ? and ? and outcome in ('rate-limited', 'quota-exceeded')
                group by key_id""",
                r -> {
                    counts.put(r.getString(1), r.getLong(2));
                },
                tenant,
                keyIds.toArray(String[]::new),
                from,
                to);
        return counts;
    }

    /**
     * Requests of one hour.
     *
     * @param from its beginning
     */
    public record Hour(Instant from, long accepted, long refused) {}

    /** The hours from that of {@code from} to that of {@code to}, with those without a request, oldest first. */
    public List<Hour> hours(String tenant, @Nullable String keyId, Instant from, Instant to) {
        Instant first = from.truncatedTo(ChronoUnit.HOURS);
        int size = (int) ChronoUnit.HOURS.between(first, to) + 1;
        long[] accepted = new long[size];
        long[] refused = new long[size];
        jdbc.query(
                "select day, outcome, hours from use_day where tenant = ? and key_id = ? and day between ? and ?",
                r -> {
                    Instant midnight = r.getObject(1, LocalDate.class)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
                    long[] target = r.getString(2).equals(Uses.ACCEPTED) ? accepted : refused;
                    Long[] counts = (Long[]) r.getArray(3).getArray();
                    int offset = (int) ChronoUnit.HOURS.between(first, midnight);
                    for (int hour = 0; hour < counts.length; hour++) {
                        int index = offset + hour;
                        if (index >= 0 && index < size) {
                            target[index] += counts[hour];
                        }
                    }
                },
                tenant,
                keyId == null ? Uses.WHOLE_TENANT : keyId,
                LocalDate.ofInstant(first, ZoneOffset.UTC),
                LocalDate.ofInstant(to, ZoneOffset.UTC));
        List<Hour> hours = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            hours.add(new Hour(first.plus(i, ChronoUnit.HOURS), accepted[i], refused[i]));
        }
        return hours;
    }

    /**
     * An endpoint or an address and its requests.
     *
     * @param name null for all those that are not counted by name
     */
    public record Named(@Nullable String name, long accepted, long refused) {
        public long requests() {
            return accepted + refused;
        }
    }

    /** What was asked for on these days, most requests first, the rest together at the end. */
    public List<Named> endpoints(String tenant, @Nullable String keyId, LocalDate from, LocalDate to, int limit) {
        return named("use_endpoint_day", tenant, keyId, from, to, limit);
    }

    /** Who asked on these days, as {@link #endpoints}. */
    public List<Named> addresses(String tenant, @Nullable String keyId, LocalDate from, LocalDate to, int limit) {
        return named("use_address_day", tenant, keyId, from, to, limit);
    }

    /** The sums of all rows are exact, whatever the limit. */
    private List<Named> named(
            String table, String tenant, @Nullable String keyId, LocalDate from, LocalDate to, int limit) {
        String key = keyId == null ? Uses.WHOLE_TENANT : keyId;
        // Beyond the bound there can be names for a moment, of two batches at once.
        List<Named> all = jdbc.query(
                """
                select name, sum(accepted), sum(refused) from (
                  select case when name <> '' and row_number() over (partition by day order by name = '' desc, md5(name), name)
                    <= ? + 1 then name else '' end as name, accepted, refused
                  from %s where tenant = ? and key_id = ? and day between ? and ?) as n
                group by name order by name = '', sum(accepted) + sum(refused) desc, name""".formatted(table),
                (r, i) -> new Named(r.getString(1), r.getLong(2), r.getLong(3)),
                UsageStore.bound(key),
                tenant,
                key,
                from,
                to);
        List<Named> named = new ArrayList<>();
        long accepted = 0;
        long refused = 0;
        for (Named n : all) {
            if (named.size() < limit && !UsageStore.OTHER.equals(n.name())) {
                named.add(n);
            } else {
                accepted += n.accepted();
                refused += n.refused();
            }
        }
        if (accepted + refused > 0) {
            named.add(new Named(null, accepted, refused));
        }
        return named;
    }

    /**
     * Who used a credential.
     *
     * @param address "-" when it was not told; {@code agent} likewise
     * @param endpoint what was asked for the last time
     */
    public record Caller(
            String keyId, String credentialId, String address, String agent, String endpoint, Instant lastAt) {}

    /** Who used these keys since then, the last ones first. */
    public List<Caller> callers(Collection<String> keyIds, Instant since, int limit) {
        return jdbc.query(
                """
                select key_id, credential_id, address, agent, endpoint, last_at from caller
                where key_id = any (?) and last_at >= ? order by last_at desc, last_event desc limit ?""",
                (r, i) -> new Caller(
                        r.getString(1),
                        r.getString(2),
                        r.getString(3),
                        r.getString(4),
                        r.getString(5),
                        r.getObject(6, OffsetDateTime.class).toInstant()),
                keyIds.toArray(String[]::new),
                since.atOffset(ZoneOffset.UTC),
                limit);
    }

    /** A key and its accepted requests of some days. */
    public record Top(String keyId, long accepted) {}

    private static final int FIRST_LOOK = 64;
    private static final int LAST_LOOK = 4096;

    /**
     * The keys with the most accepted requests on these days, by looking at the most used ones of each day. A key that is
     * among those of no day has at most the sum of the last ones looked at: when that is not below what was found, twice as
     * many are looked at.
     */
    public List<Top> topKeys(String tenant, LocalDate from, LocalDate to, int limit) {
        for (int look = FIRST_LOOK; ; look *= 2) {
            List<Top> found = new ArrayList<>();
            long[] bound = {0};
            int each = look;
            jdbc.query(
                    """
                    with day as (select d::date as day from generate_series(?::date, ?::date, '1 day') as d),
                    best as materialized (
                      select b.day, b.key_id, b.count, b.rank from day cross join lateral (
                        select u.day, u.key_id, u.count, row_number() over (order by u.count desc) as rank from use_day u
                        where u.tenant = ? and u.day = day.day and u.outcome = 'accepted' and u.key_id <> ''
                        order by u.count desc limit ?) as b)
                    (select u.key_id, sum(u.count) from use_day u
                     where u.tenant = ? and u.key_id in (select key_id from best) and u.day between ? and ?
                       and u.outcome = 'accepted'
                     group by u.key_id order by 2 desc, 1 limit ?)
                    union all
                    (select null, coalesce(sum(count), 0) from best where rank = ?)""",
                    r -> {
                        String keyId = r.getString(1);
                        if (keyId == null) {
                            bound[0] = r.getLong(2);
                        } else {
                            found.add(new Top(keyId, r.getLong(2)));
                        }
                    },
                    from,
                    to,
                    tenant,
                    each,
                    tenant,
                    from,
                    to,
                    limit,
                    each);
            boolean certain =
                    bound[0] == 0 || found.size() == limit && found.getLast().accepted() >= bound[0];
            if (certain || look >= LAST_LOOK) {
                return found;
            }
        }
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
