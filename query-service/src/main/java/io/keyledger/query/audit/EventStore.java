package io.keyledger.query.audit;

import io.keyledger.query.log.Columns;
import io.keyledger.query.log.LoggedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Keeps every event's bytes in PostgreSQL, in the caller's transaction. */
public final class EventStore {
    private static final String ADD = """
            insert into event (id, source, sequence, time, tenant, type, key_id, bytes, ordered_at)
            select * from unnest(?::uuid[], ?::text[], ?::bigint[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::bytea[],
              ?::timestamptz[])""";

    private static final String ADD_ARRIVALS = """
            insert into arrival (tenant, place, log_offset, id)
            select * from unnest(?::text[], ?::smallint[], ?::bigint[], ?::uuid[])""";

    private EventStore() {}

    /** @param places of each event in histories, see {@link EventQueries#ofKey} */
    public static void add(Connection connection, List<LoggedEvent> events, List<Instant> places) throws SQLException {
        Columns rows =
                new Columns("uuid", "text", "bigint", "timestamptz", "text", "text", "text", "bytea", "timestamptz");
        for (int i = 0; i < events.size(); i++) {
            LoggedEvent e = events.get(i);
            rows.add(
                    e.id(),
                    e.source(),
                    e.sequence(),
                    e.time(),
                    e.tenant(),
                    e.type(),
                    e.keyId(),
                    e.bytes(),
                    places.get(i));
        }
        rows.execute(connection, ADD);
        Columns arrivals = new Columns("text", "smallint", "bigint", "uuid");
        for (LoggedEvent e : events) {
            arrivals.add(e.tenant(), LogPlace.of(e.topic(), e.partition()), e.offset(), e.id());
        }
        arrivals.execute(connection, ADD_ARRIVALS);
    }
}
