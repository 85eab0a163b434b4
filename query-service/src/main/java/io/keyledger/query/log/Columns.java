package io.keyledger.query.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows for one {@code insert … select … from unnest(…)}: one array parameter a column, so that a batch of any size is one
 * statement of one form, and rows are written in the order in which they were added.
 */
public final class Columns {
    private final String[] types;
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    /** Columns of these PostgreSQL types. */
    public Columns(String... types) {
        this.types = types;
    }

    /** Adds a row; an {@link Instant} is a timestamptz. */
    public void add(@Nullable Object... values) {
        if (values.length != types.length) {
            throw new IllegalArgumentException("a row of %d values, %d columns".formatted(values.length, types.length));
        }
        rows.add(values);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Executes {@code sql}, whose parameters are the columns in their order. */
    public void execute(Connection connection, String sql) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = prepare(connection, sql)) {
            statement.executeUpdate();
        }
    }

    /** Executes {@code sql} as {@link #execute} does, and hands each row that it returns to {@code reader}. */
    public void query(Connection connection, String sql, RowReader reader) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = prepare(connection, sql);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                reader.read(result);
            }
        }
    }

    /** Reads the present row of a result. */
    @FunctionalInterface
    public interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int column = 0; column < types.length; column++) {
                // The driver takes bytes only as an array of its own type.
                @Nullable
                Object[] values =
                        types[column].equals("bytea") ? new byte[rows.size()][] : new @Nullable Object[rows.size()];
                for (int row = 0; row < values.length; row++) {
                    Object value = rows.get(row)[column];
                    values[row] = value instanceof Instant time
                            ? time.atOffset(ZoneOffset.UTC).toString()
                            : value;
                }
                statement.setArray(column + 1, connection.createArrayOf(types[column], values));
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
