package io.keyledger.query.keys;

import io.keyledger.events.Scope;
import io.keyledger.query.keys.KeyFilter.Restriction;
import io.keyledger.query.keys.KeyFilter.Watch;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.settings.RotationSchedule;
import io.keyledger.query.settings.SettingsStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KeyFilter} as SQL over {@code key k} and, where a condition is about uses, {@code key_use u}. Each condition has the
 * form of an index, so that PostgreSQL can choose between walking in the order that is asked for and finding the few there are.
 */
final class KeyConditions {
    static final Duration MONTH = Duration.ofDays(30);

    private static final String EXPIRY = "coalesce(k.expires_at, 'infinity')";
    private static final String LAST_USE = "coalesce(u.last_used_at, '-infinity')";
    private static final String NAME = KeySort.NAME.expression();
    private static final int RUN = 3;
    /** A beginning that so few names have is found first and sorted then. */
    private static final int FEW = 2000;

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> arguments = new ArrayList<>();
    private boolean aboutUse;

    private KeyConditions() {}

    /** @param settings of the tenant */
    static KeyConditions of(Connection connection, KeyFilter filter, Map<String, String> settings, Instant now)
            throws SQLException {
        KeyConditions conditions = new KeyConditions();
        conditions.search(connection, filter);
        conditions.status(filter, settings, now);
        conditions.equal("k.scope", filter.scope());
        conditions.equal("k.owner", filter.owner());
        conditions.equal("k.kind", filter.kind() == null ? null : filter.kind().name());
        conditions.restriction(filter, now);
        conditions.watch(filter.watch(), RotationSchedule.of(settings), now);
        return conditions;
    }

    void and(StringBuilder query, List<Object> parameters) {
        query.append(sql);
        parameters.addAll(arguments);
    }

    /** Whether {@code key_use} has to be joined. */
    boolean aboutUse() {
        return aboutUse;
    }

    private void search(Connection connection, KeyFilter filter) throws SQLException {
        String search = filter.search();
        if (search == null) {
            return;
        }
        if (search.codePointCount(0, search.length()) >= RUN) {
            // In the index's own collation: with that of lower() the index is passed over.
            add(" and k.search like ('%' || lower(? collate pg_c_utf8) || '%') collate \"default\"", like(search));
            return;
        }
        // Too short for the index of runs: names that begin with it.
        String begins = search.toLowerCase(Locale.ROOT);
        String condition = NAME + " >= ? and " + NAME + " < ?";
        String end = begins + Character.toString(Character.MAX_CODE_POINT);
        if (isRare(connection, filter.tenant(), condition, begins, end)) {
            sql.append(" and k.key_id in (select s.key_id from (select k.key_id from key k where k.tenant = ?"
                    + " and k.status <> 'DELETED' and " + condition + " offset 0) as s)");
            arguments.addAll(List.of(filter.tenant(), begins, end));
        } else {
            sql.append(" and ").append(condition);
            arguments.addAll(List.of(begins, end));
        }
    }

    private static boolean isRare(Connection connection, String tenant, String condition, String begins, String end)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select count(*) from (select from key k where"
                + " k.tenant = ? and k.status <> 'DELETED' and " + condition + " limit " + FEW + ") as s")) {
            statement.setString(1, tenant);
            statement.setString(2, begins);
            statement.setString(3, end);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getLong(1) < FEW;
            }
        }
    }

    /** The text itself, nothing in it a placeholder. */
    private static String like(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private void status(KeyFilter filter, Map<String, String> settings, Instant now) {
        Status status = filter.status();
        if (status == null) {
            if (filter.watch() == null && "true".equals(settings.get(SettingsStore.HIDE_REVOKED))) {
                sql.append(" and k.status <> 'REVOKED'");
            }
            return;
        }
        switch (status) {
            case ACTIVE, SUSPENDED -> {
                add(" and k.status = ?", status.name());
                add(" and " + EXPIRY + " > ?", utc(now));
            }
            case EXPIRED ->
                add(
                        " and (k.status = 'EXPIRED' or k.status in ('ACTIVE', 'SUSPENDED') and " + EXPIRY + " <= ?)",
                        utc(now));
            case REVOKED, DELETED -> add(" and k.status = ?", status.name());
        }
    }

    private void restriction(KeyFilter filter, Instant now) {
        Restriction restriction = filter.restriction();
        if (restriction == null) {
            return;
        }
        boolean lacks = switch (restriction) {
            case LIMITS -> {
                sql.append(" and k.limited");
                yield false;
            }
            case NO_LIMITS -> {
                sql.append(" and not k.limited");
                yield true;
            }
            case CONDITIONS -> {
                sql.append(" and k.conditional");
                yield false;
            }
            case NO_CONDITIONS -> {
                sql.append(" and not k.conditional");
                yield true;
            }
            case ANYWHERE -> {
                sql.append(" and not k.placed");
                yield true;
            }
        };
        if (lacks && filter.status() == null && filter.watch() == null) {
            sql.append(" and k.status in ('ACTIVE', 'SUSPENDED')");
            add(" and " + EXPIRY + " > ?", utc(now));
        }
    }

    private void watch(@Nullable Watch watch, RotationSchedule schedule, Instant now) {
        if (watch == null) {
            return;
        }
        sql.append(" and k.status in ('ACTIVE', 'SUSPENDED')");
        if (watch != Watch.NO_EXPIRY) {
            add(" and " + EXPIRY + " > ?", utc(now));
        }
        switch (watch) {
            case UNUSED -> {
                aboutUse = true;
                // Whoever was used before then was also made before then.
                add(" and " + LAST_USE + " <= ?", utc(now.minus(MONTH)));
                add(" and k.created_at <= ?", utc(now.minus(MONTH)));
            }
            case NEVER_USED -> {
                aboutUse = true;
                sql.append(" and " + LAST_USE + " = '-infinity' and u.accepted = 0");
            }
            case EXPIRING -> add(" and " + EXPIRY + " <= ?", utc(now.plus(MONTH)));
            case OVERDUE -> {
                sql.append(" and k.kind <> 'BOOTSTRAP' and (false");
                for (Scope scope : Scope.values()) {
                    sql.append(" or k.scope = ? and k.secret_since <= ?");
                    arguments.add(scope.wire());
                    arguments.add(utc(schedule.dueSince(scope, now)));
                }
                sql.append(')');
            }
            case NO_EXPIRY -> sql.append(" and " + EXPIRY + " = 'infinity'");
        }
    }

    private void equal(String column, @Nullable String value) {
        if (value != null) {
            add(" and " + column + " = ?", value);
        }
    }

    private void add(String condition, Object argument) {
        sql.append(condition);
        arguments.add(argument);
    }

    static Object utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
