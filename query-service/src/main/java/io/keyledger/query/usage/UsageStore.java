package io.keyledger.query.usage;

import io.keyledger.query.log.Columns;
import io.keyledger.query.usage.Uses.Counts;
import io.keyledger.query.usage.Uses.LastUse;
import io.keyledger.query.usage.Uses.Named;
import io.keyledger.query.usage.Uses.Total;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.SortedMap;
import java.util.TreeSet;

/** Adds to the counters in PostgreSQL, in the caller's transaction. */
public final class UsageStore {
    /** How many endpoints, and how many addresses, are counted by name for one key and day. */
    static final int NAMES_A_KEY = 100;
    /** The same for a whole tenant. */
    static final int NAMES_A_TENANT = 1000;
    /** How many callers are remembered of a key: the last ones. */
    static final int CALLERS_A_KEY = 100;

    /** The name under which all stands that has no name of its own. */
    static final String OTHER = "";

    private static final String LAST_USE = """
              accepted = t.accepted + excluded.accepted,
              refused = t.refused + excluded.refused,
              (last_used_at, last_used_ip, last_event) = (
                select l.at, l.ip, l.event
                from (values (t.last_used_at, t.last_used_ip, t.last_event),
                             (excluded.last_used_at, excluded.last_used_ip, excluded.last_event)) as l (at, ip, event)
                order by l.at desc nulls last, l.event desc limit 1)""";

    private static final String ADD_KEYS = """
            insert into key_use as t (key_id, tenant, accepted, refused, last_used_at, last_used_ip, last_event)
            select * from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::text[], ?::uuid[])
            on conflict (key_id) do update set
            """ + LAST_USE;

    private static final String ADD_CREDENTIALS = """
            insert into credential_use as t
              (credential_id, key_id, tenant, accepted, refused, last_used_at, last_used_ip, last_event)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::text[], ?::uuid[])
            on conflict (credential_id) do update set
            """ + LAST_USE;

    private static final String ADD_DAYS = """
            insert into use_day as t (tenant, key_id, day, outcome, count, hours)
            select tenant, key_id, day, outcome, count, hours::bigint[]
            from unnest(?::text[], ?::text[], ?::date[], ?::text[], ?::bigint[], ?::text[])
              as a (tenant, key_id, day, outcome, count, hours)
            on conflict (tenant, key_id, day, outcome) do update set
              count = t.count + excluded.count,
              hours = (select array_agg(h.old + h.more order by h.hour)
                       from unnest(t.hours, excluded.hours) with ordinality as h (old, more, hour))""";

    private static final String ADD_CALLERS = """
            insert into caller as t (key_id, credential_id, address, agent, endpoint, last_at, last_event)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::uuid[])
            on conflict (key_id, credential_id, address, agent) do update set
              endpoint = excluded.endpoint, last_at = excluded.last_at, last_event = excluded.last_event
              where (excluded.last_at, excluded.last_event) > (t.last_at, t.last_event)
            returning new.key_id, old.key_id is null""";

    /** The last ones stay: what comes to be among them is there again by its own last use, whatever the order. */
    private static final String TRIM_CALLERS = """
            delete from caller t using (
              select c.key_id, c.credential_id, c.address, c.agent,
                row_number() over (partition by c.key_id order by c.last_at desc, c.last_event desc) > %d as beyond
              from caller c where c.key_id = any (?::text[])) as r
            where r.beyond and t.key_id = r.key_id and t.credential_id = r.credential_id and t.address = r.address
              and t.agent = r.agent""".formatted(CALLERS_A_KEY);

    private UsageStore() {}

    /** Adds what a batch brought. */
    public static void add(Connection connection, Uses uses) throws SQLException {
        Columns keys = new Columns("text", "text", "bigint", "bigint", "timestamptz", "text", "uuid");
        uses.keys().forEach((keyId, t) -> {
            LastUse last = t.lastUsed();
            keys.add(
                    keyId,
                    t.tenant(),
                    t.accepted(),
                    t.refused(),
                    last == null ? null : last.at(),
                    last == null ? null : last.ip(),
                    last == null ? null : last.event());
        });
        keys.execute(connection, ADD_KEYS);
        credentials(connection, uses.credentials());

        Columns days = new Columns("text", "text", "date", "text", "bigint", "text");
        uses.days()
                .forEach((d, hours) -> days.add(
                        d.tenant(), d.keyId(), d.day().toString(), d.outcome(), hours.sum(), hours.toString()));
        days.execute(connection, ADD_DAYS);

        names(connection, "use_endpoint_day", uses.endpoints());
        names(connection, "use_address_day", uses.addresses());
        callers(connection, uses);
    }

    private static void credentials(Connection connection, SortedMap<String, Total> totals) throws SQLException {
        Columns rows = new Columns("text", "text", "text", "bigint", "bigint", "timestamptz", "text", "uuid");
        totals.forEach((credentialId, t) -> {
            LastUse last = t.lastUsed();
            rows.add(
                    credentialId,
                    t.keyId(),
                    t.tenant(),
                    t.accepted(),
                    t.refused(),
                    last == null ? null : last.at(),
                    last == null ? null : last.ip(),
                    last == null ? null : last.event());
        });
        rows.execute(connection, ADD_CREDENTIALS);
    }

    private static void names(Connection connection, String table, SortedMap<Named, Counts> counts)
            throws SQLException {
        Columns rows = new Columns("text", "text", "date", "text", "bigint", "bigint");
        counts.forEach(
                (n, c) -> rows.add(n.tenant(), n.keyId(), n.day().toString(), n.name(), c.accepted(), c.refused()));
        TreeSet<Named> grown = new TreeSet<>();
        rows.query(connection, addNames(table), r -> {
            if (r.getBoolean(4)) {
                grown.add(new Named(r.getString(1), r.getString(2), r.getObject(3, LocalDate.class), OTHER));
            }
        });
        Columns groups = new Columns("text", "text", "date", "int");
        grown.forEach(n -> groups.add(n.tenant(), n.keyId(), n.day().toString(), bound(n.keyId())));
        groups.execute(connection, trimNames(table));
    }

    /** Tells which days of which keys have a name that they did not have before. */
    private static String addNames(String table) {
        return """
            insert into %1$s as t (tenant, key_id, day, name, accepted, refused)
            select * from unnest(?::text[], ?::text[], ?::date[], ?::text[], ?::bigint[], ?::bigint[])
            on conflict (tenant, key_id, day, name) do update set
              accepted = t.accepted + excluded.accepted, refused = t.refused + excluded.refused
            returning new.tenant, new.key_id, new.day, old.name is null""".formatted(table);
    }

    /**
     * Moves what is beyond the bound to the name {@link #OTHER}. Which names stay is decided by their hashes alone: a name that
     * stays has stayed at every step, so its count is exact, and every order of arrival ends in the same rows.
     */
    private static String trimNames(String table) {
        return """
            with gone as (
              delete from %1$s t using (
                select tenant, key_id, day, n.name,
                  row_number() over (partition by tenant, key_id, day order by md5(n.name), n.name) > g.bound as beyond
                from unnest(?::text[], ?::text[], ?::date[], ?::int[]) as g (tenant, key_id, day, bound)
                join %1$s n using (tenant, key_id, day)
                where n.name <> '') as r
              where r.beyond and t.tenant = r.tenant and t.key_id = r.key_id and t.day = r.day and t.name = r.name
              returning t.*)
            insert into %1$s as t (tenant, key_id, day, name, accepted, refused)
            select tenant, key_id, day, '', sum(accepted), sum(refused) from gone group by tenant, key_id, day
            order by tenant, key_id, day
            on conflict (tenant, key_id, day, name) do update set
              accepted = t.accepted + excluded.accepted, refused = t.refused + excluded.refused""".formatted(table);
    }

    /** How many names stand by themselves in the counts of a key, or of a whole tenant. */
    static int bound(String keyId) {
        return keyId.equals(Uses.WHOLE_TENANT) ? NAMES_A_TENANT : NAMES_A_KEY;
    }

    private static void callers(Connection connection, Uses uses) throws SQLException {
        Columns rows = new Columns("text", "text", "text", "text", "text", "timestamptz", "uuid");
        uses.callers()
                .forEach((c, seen) -> rows.add(
                        c.keyId(), c.credentialId(), c.address(), c.agent(), seen.endpoint(), seen.at(), seen.event()));
        TreeSet<String> grown = new TreeSet<>();
        rows.query(connection, ADD_CALLERS, r -> {
            if (r.getBoolean(2)) {
                grown.add(r.getString(1));
            }
        });
        Columns keys = new Columns("text");
        grown.forEach(keys::add);
        keys.execute(connection, TRIM_CALLERS);
    }
}
