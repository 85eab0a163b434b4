package io.keyledger.command.commit;

import io.keyledger.events.RecordJson;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows as one array a column, for {@code unnest}: one statement of one shape, however many rows there are. The arrays are of
 * the types that the driver sends in binary form, where there is one.
 */
public final class Columns<R> implements Script.Binder {
    private final List<R> rows;
    private final List<Script.Binder> columns = new ArrayList<>();

    public Columns(List<R> rows) {
        this.rows = rows;
    }

    public Columns<R> text(Function<R, @Nullable String> value) {
        return add("text", String[]::new, value);
    }

    public Columns<R> bigint(ToLongFunction<R> value) {
        return add("int8", Long[]::new, value::applyAsLong);
    }

    public Columns<R> integer(Function<R, @Nullable Integer> value) {
        return add("int4", Integer[]::new, value);
    }

    public Columns<R> bool(Function<R, @Nullable Boolean> value) {
        return add("bool", Boolean[]::new, value);
    }

    public Columns<R> time(Function<R, @Nullable Instant> value) {
        return add("timestamptz", String[]::new, row -> {
            Instant time = value.apply(row);
            return time == null ? null : RecordJson.time(time);
        });
    }

    public Columns<R> uuid(Function<R, String> value) {
        return add("uuid", String[]::new, value);
    }

    public Columns<R> bytes(Function<R, byte[]> value) {
        return add("bytea", byte[][]::new, value);
    }

    private <V> Columns<R> add(
            String type, IntFunction<@Nullable V[]> array, Function<R, ? extends @Nullable V> value) {
        @Nullable V[] values = array.apply(rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        columns.add((statement, place) -> {
            statement.setArray(place, statement.getConnection().createArrayOf(type, values));
            return place + 1;
        });
        return this;
    }

    @Override
    public int bind(PreparedStatement statement, int first) throws SQLException {
        int next = first;
        for (Script.Binder column : columns) {
            next = column.bind(statement, next);
        }
        return next;
    }
}
