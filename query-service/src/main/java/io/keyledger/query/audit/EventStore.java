package io.keyledger.query.audit;

import io.keyledger.query.log.Columns;
import io.keyledger.query.log.LoggedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Keeps every event's bytes in PostgreSQL, in the caller's transaction. */
public final class EventStore {
    private static final String ADD = """
            insert into event (id, source, sequence, time, tenant, type, key_id, bytes)
            select * from unnest(?::uuid[], ?::text[], ?::bigint[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::bytea[])""";

    private static final String ADD_ARRIVALS = """
            insert into arrival (tenant, place, log_offset, id)
            select * from unnest(?::text[], ?::smallint[], ?::bigint[], ?::uuid[])""";

    private EventStore() {}

    public static void add(Connection connection, List<LoggedEvent> events) throws SQLException {
        Columns rows = new Columns("uuid", "text", "bigint", "timestamptz", "text", "text", "text", "bytea");
        for (LoggedEvent e : events) {
            rows.add(e.id(), e.source(), e.sequence(), e.time(), e.tenant(), e.type(), e.keyId(), e.bytes());
        }
        rows.execute(connection, ADD);
        Columns arrivals = new Columns("text", "smallint", "bigint", "uuid");
        for (LoggedEvent e : events) {
            arrivals.add(e.tenant(), LogPlace.of(e.topic(), e.partition()), e.offset(), e.id());
        }
        arrivals.execute(connection, ADD_ARRIVALS);
    }
}
