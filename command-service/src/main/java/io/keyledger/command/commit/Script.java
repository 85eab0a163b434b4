package io.keyledger.command.commit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statements that go to PostgreSQL in one round trip. */
public final class Script {

    /** Fills in parameters. */
    @FunctionalInterface
    public interface Binder {
        /**
         * Sets those from {@code first} on.
         *
         * @return the number after the last one
         */
        int bind(PreparedStatement statement, int first) throws SQLException;
    }

    /** Reads the rows that a statement returns. */
    @FunctionalInterface
    public interface Reader {
        void read(ResultSet rows) throws SQLException;
    }

    private record Part(String sql, Binder binder, @Nullable Reader reader) {}

    private final List<Part> parts = new ArrayList<>();

    /** Adds one statement that returns no rows, or none that matter. */
    public Script add(String sql, Binder binder) {
        parts.add(new Part(sql, binder, null));
        return this;
    }

    /** Adds one statement without parameters. */
    public Script add(String sql) {
        return add(sql, (_, first) -> first);
    }

    /** Adds one statement whose rows are to be read; this happens once all have been executed. */
    public Script add(String sql, Binder binder, Reader reader) {
        parts.add(new Part(sql, binder, reader));
        return this;
    }

    void run(Connection connection) throws SQLException {
        if (parts.isEmpty()) {
            return;
        }
        String sql = parts.stream().map(Part::sql).collect(Collectors.joining(";\n"));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int next = 1;
            for (Part part : parts) {
                next = part.binder.bind(statement, next);
            }
            statement.execute();
            for (Part part : parts) {
                if (part.reader != null) {
                    try (ResultSet rows = statement.getResultSet()) {
                        part.reader.read(rows);
                    }
                }
                statement.getMoreResults();
            }
        }
    }
}
