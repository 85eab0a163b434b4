package io.keyledger.query.usage;

import io.keyledger.query.log.Columns;
import io.keyledger.query.usage.Uses.LastUse;
import java.sql.Connection;
import java.sql.SQLException;

/** Adds to the counters in PostgreSQL, in the caller's transaction. */
public final class UsageStore {
    private static final String ADD_TOTALS = """
            insert into use_total (subject, key_id, tenant, accepted, refused, last_used_at, last_used_ip, last_event)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::text[], ?::uuid[])
            on conflict (subject) do update set
              accepted = use_total.accepted + excluded.accepted,
              refused = use_total.refused + excluded.refused,
              (last_used_at, last_used_ip, last_event) = (
                select l.at, l.ip, l.event
                from (values (use_total.last_used_at, use_total.last_used_ip, use_total.last_event),
                             (excluded.last_used_at, excluded.last_used_ip, excluded.last_event)) as l (at, ip, event)
                order by l.at desc nulls last, l.event desc limit 1)""";

    private static final String ADD_DAYS = """
            insert into use_day (tenant, key_id, day, outcome, count)
            select * from unnest(?::text[], ?::text[], ?::date[], ?::text[], ?::bigint[])
            on conflict (tenant, key_id, day, outcome) do update set count = use_day.count + excluded.count""";

    private UsageStore() {}

    /** Adds what a batch brought. */
    public static void add(Connection connection, Uses uses) throws SQLException {
        Columns totals = new Columns("text", "text", "text", "bigint", "bigint", "timestamptz", "text", "uuid");
        uses.totals().forEach((subject, t) -> {
            LastUse last = t.lastUsed();
            totals.add(
                    subject,
                    t.keyId(),
                    t.tenant(),
                    t.accepted(),
                    t.refused(),
                    last == null ? null : last.at(),
                    last == null ? null : last.ip(),
                    last == null ? null : last.event());
        });
        totals.execute(connection, ADD_TOTALS);

        Columns days = new Columns("text", "text", "date", "text", "bigint");
        uses.days()
                .forEach((d, count) -> days.add(d.tenant(), d.keyId(), d.day().toString(), d.outcome(), count));
        days.execute(connection, ADD_DAYS);
    }
}
