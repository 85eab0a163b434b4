package io.keyledger.query.readstore;

import io.keyledger.events.UserEvent.UserErased;
import io.keyledger.query.log.LoggedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Takes what this service has kept of people who were erased, and is not folded from the log: their sessions, which hold
 * their names, and their filters, which hold their words. In the caller's transaction; a repeat finds nothing.
 */
final class Erasures {
    private static final List<String> DELETES = List.of(
            "delete from console_session where principal_name = any (?)",
            "delete from console_filter where person = any (?)");

    private Erasures() {}

    static void fold(Connection connection, List<LoggedEvent> events) throws SQLException {
        String[] erased = events.stream()
                .map(LoggedEvent::data)
                .filter(UserErased.class::isInstance)
                .map(event -> ((UserErased) event).userId().value())
                .toArray(String[]::new);
        if (erased.length == 0) {
            return;
        }
        for (String delete : DELETES) {
            try (PreparedStatement statement = connection.prepareStatement(delete)) {
                statement.setArray(1, connection.createArrayOf("text", erased));
                statement.executeUpdate();
            }
        }
    }
}
