package io.keyledger.query.log;

import io.keyledger.events.KeyEvent;
import io.keyledger.events.OwnerId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events that states are folded from, read back from PostgreSQL in the order of their sources. Uses are not among them. */
public final class PastEvents {
    private static final String OF_KEYS = """
            select bytes from event where key_id = any (?) and tenant = ? and type not in ('key.used', 'auth.failed')
            order by key_id, source, sequence""";

    /** The tenant's own first, for what it begins with comes before what is changed. */
    private static final String OF_TENANT = """
            select bytes from event where tenant = ? and type in ('tenant.created', 'settings.changed')
            order by type = 'settings.changed', source, sequence""";

    private static final String OF_PERSON = """
            select bytes from event where tenant = ? and type in
              ('user.created', 'user.disabled', 'user.enabled', 'user.access-ended', 'user.erased', 'role.granted', 'role.withdrawn')
              and right(source, length(?)) = ? order by source, sequence""";

    private PastEvents() {}

    /** What happened to each of these keys; keys of other tenants, and those that there are not, have none. */
    public static Map<String, List<LoggedEvent>> ofKeys(Connection connection, String tenant, Collection<String> keyIds)
            throws SQLException {
        Map<String, List<LoggedEvent>> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(OF_KEYS)) {
            statement.setArray(1, connection.createArrayOf("text", keyIds.toArray()));
            statement.setString(2, tenant);
            for (LoggedEvent event : read(statement)) {
                if (event.data() instanceof KeyEvent e) {
                    keys.computeIfAbsent(e.keyId().value(), _ -> new ArrayList<>())
                            .add(event);
                }
            }
        }
        return keys;
    }

    /** With what a tenant began, and each change of its settings. */
    public static List<LoggedEvent> ofTenant(Connection connection, String tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_TENANT)) {
            statement.setString(1, tenant);
            return read(statement);
        }
    }

    /** What decides about the keys of a person. */
    public static List<LoggedEvent> ofPerson(Connection connection, String tenant, OwnerId person) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_PERSON)) {
            statement.setString(1, tenant);
            statement.setString(2, ":user:" + person.value());
            statement.setString(3, ":user:" + person.value());
            return read(statement);
        }
    }

    /**
     * What had happened by {@code moment} of events in the order of their source: up to the first that is later. One that
     * follows it in the source has not happened either, whatever its time says.
     */
    public static List<LoggedEvent> until(List<LoggedEvent> events, Instant moment) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).time().isAfter(moment)) {
                return events.subList(0, i);
            }
        }
        return events;
    }

    private static List<LoggedEvent> read(PreparedStatement statement) throws SQLException {
        List<LoggedEvent> events = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                // Where in Kafka it lies is not kept.
                events.add(LoggedEvent.read("", -1, -1, result.getBytes(1)));
            }
        }
        return events;
    }
}
