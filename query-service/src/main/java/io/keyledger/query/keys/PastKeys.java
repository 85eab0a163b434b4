package io.keyledger.query.keys;

import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import io.keyledger.query.keys.KeyFilter.Restriction;
import io.keyledger.query.keys.KeyJson.Used;
import io.keyledger.query.keys.KeyProjection.Circumstances;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.log.PastEvents;
import io.keyledger.query.settings.RotationSchedule;
import io.keyledger.query.settings.SettingsStore;
import io.keyledger.query.web.Listing.Item;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keys as they stood at a moment, inclusive: their events up to it, folded by {@link KeyProjection} as the live rows are, and
 * what was counted up to it. Settings that have a say in how a key is shown are those of that moment as well.
 *
 * <p>A list looks at every key that the tenant had made by then, {@value #CHUNK} at a time: memory is bounded, and the time
 * grows with the number of keys and not with the length of the answer.
 */
public final class PastKeys {
    private static final int CHUNK = 200;
    private static final int RUN = 3;

    private static final String CANDIDATES = """
            select key_id from key where tenant = ? and created_at <= ? and (?::text is null or owner = ?)
            and (?::text is null or key_id < ?) order by key_id desc limit ?""";

    /** Whole days and whole hours are counted already; of the hour that the moment is in, the events are. */
    private static final String COUNTS = """
            with past as (
              select outcome = 'accepted' as accepted, count as n from use_day
              where tenant = ? and key_id = ? and day < ?
              union all
              select outcome = 'accepted', (select coalesce(sum(h), 0) from unnest(hours[1:?]) as h) from use_day
              where tenant = ? and key_id = ? and day = ?
              union all
              select type = 'key.used', (convert_from(bytes, 'UTF8')::jsonb -> 'data' ->> 'count')::bigint from event
              where tenant = ? and key_id = ? and type in ('key.used', 'auth.failed') and time >= ? and time <= ?)
            select coalesce(sum(n) filter (where accepted), 0), coalesce(sum(n) filter (where not accepted), 0) from past""";

    private static final String LAST = """
            select bytes from event where tenant = ? and key_id = ? and type = 'key.used' and time = (
              select time from event where tenant = ? and key_id = ? and type = 'key.used' and time <= ?
              order by time desc limit 1)
            order by id::text collate "C" desc limit 1""";

    private final JdbcTemplate jdbc;

    public PastKeys(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The key as it stood; null when it was deleted, is another tenant's or owner's, or there never was one.
     *
     * @param owner whose it has to be; null = anybody's
     * @throws Refused when it was created later
     */
    @Nullable
    KeyJson one(String tenant, String keyId, @Nullable String owner, Instant moment) {
        return jdbc.execute((ConnectionCallback<@Nullable KeyJson>) connection -> {
            List<LoggedEvent> events =
                    PastEvents.ofKeys(connection, tenant, List.of(keyId)).get(keyId);
            KeyRow first = events == null ? null : fold(events.subList(0, 1));
            if (events == null
                    || first == null
                    || owner != null && !owner.equals(first.owner().value())) {
                return null;
            }
            KeyRow row = fold(PastEvents.until(events, moment));
            if (row == null) {
                throw new Refused(new Refusal.NotYetCreated(events.getFirst().time()));
            }
            return row.status() == Status.DELETED
                    ? null
                    : json(connection, row, RotationSchedule.of(settings(connection, tenant, moment)), moment);
        });
    }

    /** Keys as they stood, newest first, that come after the one with id {@code after}. */
    List<Item> list(KeyFilter filter, Instant moment, @Nullable String after, int limit) {
        List<Item> items = jdbc.execute((ConnectionCallback<List<Item>>) connection -> {
            Map<String, String> settings = settings(connection, filter.tenant(), moment);
            RotationSchedule schedule = RotationSchedule.of(settings);
            boolean hideRevoked = "true".equals(settings.get(SettingsStore.HIDE_REVOKED));
            List<Item> found = new ArrayList<>();
            String last = after;
            List<String> ids = candidates(connection, filter, moment, last);
            while (!ids.isEmpty() && found.size() < limit) {
                Map<String, List<LoggedEvent>> lives = PastEvents.ofKeys(connection, filter.tenant(), ids);
                for (String id : ids) {
                    KeyRow row = fold(PastEvents.until(lives.getOrDefault(id, List.of()), moment));
                    if (row != null && found.size() < limit && matches(row, filter, hideRevoked, moment)) {
                        KeyJson key = json(connection, row, schedule, moment);
                        found.add(new Item(() -> RecordJson.bytes(key.brief()), List.of(id)));
                    }
                }
                last = ids.getLast();
                ids = candidates(connection, filter, moment, last);
            }
            return found;
        });
        return items == null ? List.of() : items;
    }

    private static List<String> candidates(
            Connection connection, KeyFilter filter, Instant moment, @Nullable String after) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CANDIDATES)) {
            statement.setString(1, filter.tenant());
            statement.setObject(2, moment.atOffset(ZoneOffset.UTC));
            statement.setString(3, filter.owner());
            statement.setString(4, filter.owner());
            statement.setString(5, after);
            statement.setString(6, after);
            statement.setInt(7, CHUNK);
            List<String> ids = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    ids.add(result.getString(1));
                }
            }
            return ids;
        }
    }

    /** The row after these events of one key; null after none. */
    public static @Nullable KeyRow fold(List<LoggedEvent> events) {
        KeyRow row = null;
        for (LoggedEvent event : events) {
            row = after(row, event);
        }
        return row;
    }

    /** The row after one more event of its key. */
    public static @Nullable KeyRow after(@Nullable KeyRow row, LoggedEvent event) {
        return event.data() instanceof KeyEvent e
                ? KeyProjection.project(
                        row, e, new Circumstances(event.tenant(), event.sequence(), event.time(), event.actor()))
                : row;
    }

    private static Map<String, String> settings(Connection connection, String tenant, Instant moment)
            throws SQLException {
        return SettingsStore.after(PastEvents.until(PastEvents.ofTenant(connection, tenant), moment));
    }

    private static KeyJson json(Connection connection, KeyRow row, RotationSchedule schedule, Instant moment)
            throws SQLException {
        return KeyJson.of(row, used(connection, row, moment), schedule, moment);
    }

    private static Used used(Connection connection, KeyRow row, Instant moment) throws SQLException {
        OffsetDateTime at = moment.atOffset(ZoneOffset.UTC);
        LocalDate day = at.toLocalDate();
        String keyId = row.keyId().value();
        try (PreparedStatement counts = connection.prepareStatement(COUNTS);
                PreparedStatement last = connection.prepareStatement(LAST)) {
            set(
                    counts,
                    row.tenant(),
                    keyId,
                    day,
                    at.getHour(),
                    row.tenant(),
                    keyId,
                    day,
                    row.tenant(),
                    keyId,
                    at.truncatedTo(ChronoUnit.HOURS),
                    at);
            set(last, row.tenant(), keyId, row.tenant(), keyId, at);
            try (ResultSet c = counts.executeQuery();
                    ResultSet l = last.executeQuery()) {
                c.next();
                LoggedEvent use = l.next() ? LoggedEvent.read("", -1, -1, l.getBytes(1)) : null;
                return used(c.getLong(1), c.getLong(2), use);
            }
        }
    }

    private static Used used(long accepted, long refused, @Nullable LoggedEvent last) {
        return last != null && last.data() instanceof KeyUsed use
                ? new Used(accepted, refused, use.lastTime(), use.ip())
                : new Used(accepted, refused, null, null);
    }

    private static void set(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }

    /** What {@link KeyConditions} asks of a live row, asked of one that is not in the table. */
    private static boolean matches(KeyRow k, KeyFilter filter, boolean hideRevoked, Instant now) {
        Status status = KeyJson.status(k, now);
        if (k.status() == Status.DELETED || filter.status() != null && filter.status() != status) {
            return false;
        }
        if (filter.status() == null && hideRevoked && k.status() == Status.REVOKED) {
            return false;
        }
        return (filter.scope() == null || filter.scope().equals(k.scope().wire()))
                && (filter.owner() == null || filter.owner().equals(k.owner().value()))
                && matches(k, filter.search())
                && matches(k, filter.restriction(), filter.status() != null, status);
    }

    private static boolean matches(KeyRow k, @Nullable String search) {
        if (search == null) {
            return true;
        }
        String text = search.toLowerCase(Locale.ROOT);
        String name = k.name().toLowerCase(Locale.ROOT);
        return search.codePointCount(0, search.length()) < RUN
                ? name.startsWith(text)
                : (name + "\n" + k.keyId().value().toLowerCase(Locale.ROOT) + "\n"
                                + k.owner().value().toLowerCase(Locale.ROOT))
                        .contains(text);
    }

    private static boolean matches(KeyRow k, @Nullable Restriction restriction, boolean statusGiven, Status status) {
        if (restriction == null) {
            return true;
        }
        Restrictions has = Restrictions.of(k.policy());
        boolean usable = statusGiven || status == Status.ACTIVE || status == Status.SUSPENDED;
        return switch (restriction) {
            case LIMITS -> has.limits();
            case NO_LIMITS -> !has.limits() && usable;
            case CONDITIONS -> has.conditions();
            case NO_CONDITIONS -> !has.conditions() && usable;
            case ANYWHERE -> !has.places() && usable;
        };
    }

    /** As the generated columns of the table {@code key} have it. */
    private record Restrictions(boolean limits, boolean conditions, boolean places) {
        static Restrictions of(@Nullable UsagePolicy p) {
            if (p == null) {
                return new Restrictions(false, false, false);
            }
            boolean places = p.addresses() != null || p.countries() != null;
            return new Restrictions(
                    p.rates() != null || p.quotas() != null,
                    places
                            || p.permissions() != null
                            || p.routes() != null
                            || p.hours() != null
                            || p.notBefore() != null,
                    places);
        }
    }
}
