package io.keyledger.query.keys;

import io.keyledger.query.log.Columns;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.TreeMap;

/** How a batch changes the numbers of keys of each sort. */
final class KeyCount {
    private static final String ADD = """
            insert into key_count as t (tenant, status, scope, kind, count)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
            on conflict (tenant, status, scope, kind) do update set count = t.count + excluded.count""";

    /** A sort that there is nothing of has no row: whoever adds to it at this moment makes one anew. */
    private static final String CLEAR = """
            delete from key_count t using unnest(?::text[], ?::text[], ?::text[], ?::text[]) as a (tenant, status, scope, kind)
            where (t.tenant, t.status, t.scope, t.kind) = (a.tenant, a.status, a.scope, a.kind) and t.count = 0""";

    private final TreeMap<Sort, Long> changes = new TreeMap<>();

    private record Sort(String tenant, String status, String scope, String kind) implements Comparable<Sort> {
        private static final Comparator<Sort> ORDER = Comparator.comparing(Sort::tenant)
                .thenComparing(Sort::status)
                .thenComparing(Sort::scope)
                .thenComparing(Sort::kind);

        @Override
        public int compareTo(Sort other) {
            return ORDER.compare(this, other);
        }
    }

    /** The key is no longer as {@code row} says. */
    void less(KeyRow row) {
        changes.merge(sort(row), -1L, Long::sum);
    }

    /** The key is as {@code row} says from now on. */
    void more(KeyRow row) {
        changes.merge(sort(row), 1L, Long::sum);
    }

    private static Sort sort(KeyRow row) {
        return new Sort(
                row.tenant(),
                row.status().name(),
                row.scope().wire(),
                row.kind().name());
    }

    /** Writes the changes, in an order that all transactions keep to. */
    void add(Connection connection) throws SQLException {
        Columns rows = new Columns("text", "text", "text", "text", "bigint");
        Columns fewer = new Columns("text", "text", "text", "text");
        changes.forEach((s, change) -> {
            if (change != 0) {
                rows.add(s.tenant(), s.status(), s.scope(), s.kind(), change);
            }
            if (change < 0) {
                fewer.add(s.tenant(), s.status(), s.scope(), s.kind());
            }
        });
        rows.execute(connection, ADD);
        fewer.execute(connection, CLEAR);
    }
}
