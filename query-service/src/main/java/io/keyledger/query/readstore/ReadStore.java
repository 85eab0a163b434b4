package io.keyledger.query.readstore;

import io.keyledger.query.audit.EventStore;
import io.keyledger.query.keys.KeyStore;
import io.keyledger.query.log.Columns;
import io.keyledger.query.log.LogStore;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.Chain.Link;
import io.keyledger.query.settings.SettingsStore;
import io.keyledger.query.usage.UsageStore;
import io.keyledger.query.usage.Uses;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The read store in PostgreSQL. One batch of one partition is one transaction: position, last event of each source, events,
 * keys, counters. So a batch that is read twice is folded once, and a crash leaves nothing half done.
 *
 * <p>Keys are folded from lifecycle events, which of one key lie in order in one partition; counters are sums and maxima.
 * So however the two topics interleave, the rows end the same.
 */
public final class ReadStore implements LogStore {
    private static final String MOVE =
            "update checkpoint set next_offset = ? where topic = ? and partition = ? and next_offset = ? and fold = ?";
    private static final String PUT_SOURCES = """
            insert into source (source, sequence, hash, ordered_at)
            select * from unnest(?::text[], ?::bigint[], ?::text[], ?::timestamptz[])
            on conflict (source) do update
              set sequence = excluded.sequence, hash = excluded.hash, ordered_at = excluded.ordered_at""";
    private static final String TABLES =
            "checkpoint, source, event, arrival, key, key_count, key_use, credential, credential_use,"
                    + " caller, use_day, use_endpoint_day, use_address_day, setting, tenant";

    /**
     * What the rows are made by. It goes up with every change of what is folded or how: a store that was made by a lower one
     * is made again, and who has a lower one writes nothing into it any more.
     */
    public static final int FOLD = 6;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Runnable moved;

    /**
     * The store behind {@code jdbc}.
     *
     * @param moved called after each commit
     */
    public ReadStore(JdbcTemplate jdbc, PlatformTransactionManager transactions, Runnable moved) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.moved = moved;
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
        return result(transactions.execute(status -> jdbc.execute((Connection connection) -> {
            Columns missing = new Columns("text", "int");
            partitions.forEach(p -> missing.add(p.topic(), p.partition()));
            missing.execute(connection, """
                    insert into checkpoint (topic, partition, next_offset, fold)
                    select t, p, 0, %d from unnest(?::text[], ?::int[]) as a (t, p) on conflict do nothing""".formatted(FOLD));
            Map<TopicPartition, Long> positions = new HashMap<>();
            try (PreparedStatement statement =
                            connection.prepareStatement("select topic, partition, next_offset, fold from checkpoint");
                    ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    TopicPartition partition = new TopicPartition(result.getString(1), result.getInt(2));
                    if (result.getInt(4) != FOLD) {
                        throw new OtherFold(result.getInt(4));
                    }
                    if (partitions.contains(partition)) {
                        positions.put(partition, result.getLong(3));
                    }
                }
            }
            return positions;
        })));
    }

    @Override
    public Applied apply(
            TopicPartition partition, long from, List<ConsumerRecord<byte[], byte[]>> records, boolean headGone) {
        try {
            Applied applied = result(transactions.execute(
                    status -> jdbc.execute((Connection c) -> apply(c, partition, from, records, headGone))));
            moved.run();
            return applied;
        } catch (DataIntegrityViolationException | IllegalStateException e) {
            // Sound events never get here; trying again would never end.
            throw new Broken(partition.topic(), partition.partition(), from, "cannot be folded: " + e.getMessage());
        }
    }

    private static Applied apply(
            Connection connection,
            TopicPartition partition,
            long from,
            List<ConsumerRecord<byte[], byte[]>> records,
            boolean headGone)
            throws SQLException {
        List<LoggedEvent> read = new ArrayList<>();
        Broken broken = read(records, read);
        Map<String, Link> links = links(connection, read);
        Map<String, Link> moved = new TreeMap<>();
        List<LoggedEvent> events = new ArrayList<>();
        List<Instant> places = new ArrayList<>();
        long next = records.getLast().offset() + 1;
        if (broken != null) {
            next = read.isEmpty() ? from : read.getLast().offset() + 1;
        }
        for (LoggedEvent event : read) {
            try {
                if (Chain.follows(links.get(event.source()), event, headGone)) {
                    Link link = Link.of(links.get(event.source()), event);
                    events.add(event);
                    places.add(link.orderedAt());
                    links.put(event.source(), link);
                    moved.put(event.source(), link);
                }
            } catch (Broken e) {
                broken = e;
                next = event.offset();
                break;
            }
        }
        if (next != from) {
            move(connection, partition, from, next);
            EventStore.add(connection, events, places);
            KeyStore.fold(connection, events);
            SettingsStore.fold(connection, events);
            Uses uses = new Uses();
            events.forEach(uses::add);
            UsageStore.add(connection, uses);
            Erasures.fold(connection, events);
            Columns sources = new Columns("text", "bigint", "text", "timestamptz");
            moved.forEach((source, link) -> sources.add(source, link.sequence(), link.hash(), link.orderedAt()));
            sources.execute(connection, PUT_SOURCES);
        }
        return new Applied(next, broken);
    }

    /** Reads up to the first record that is no event, and tells of that one. */
    private static @Nullable Broken read(List<ConsumerRecord<byte[], byte[]>> records, List<LoggedEvent> events) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                events.add(LoggedEvent.read(record.topic(), record.partition(), record.offset(), record.value()));
            } catch (IllegalArgumentException e) {
                return new Broken(
                        record.topic(), record.partition(), record.offset(), "not an event: " + e.getMessage());
            }
        }
        return null;
    }

    private static void move(Connection connection, TopicPartition partition, long from, long next)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setLong(1, next);
            statement.setString(2, partition.topic());
            statement.setInt(3, partition.partition());
            statement.setLong(4, from);
            statement.setInt(5, FOLD);
            if (statement.executeUpdate() != 1) {
                throw new Overtaken(partition, from);
            }
        }
    }

    private static Map<String, Link> links(Connection connection, List<LoggedEvent> events) throws SQLException {
        TreeSet<String> sources = new TreeSet<>();
        events.forEach(e -> sources.add(e.source()));
        Map<String, Link> links = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select source, sequence, hash, ordered_at from source where source = any (?)")) {
            statement.setArray(1, connection.createArrayOf("text", sources.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    links.put(
                            result.getString(1),
                            new Link(
                                    result.getLong(2),
                                    result.getString(3),
                                    result.getObject(4, OffsetDateTime.class).toInstant()));
                }
            }
        }
        return links;
    }

    /** The next offset of one partition; 0 when nothing of it is folded. */
    public long position(TopicPartition partition) {
        List<@Nullable Long> found = jdbc.queryForList(
                "select next_offset from checkpoint where topic = ? and partition = ?",
                Long.class,
                partition.topic(),
                partition.partition());
        Long next = found.isEmpty() ? null : found.getFirst();
        return next == null ? 0 : next;
    }

    /** Empties a store that was made by a lower {@link #FOLD}; whether it was one. */
    public boolean renew() {
        return result(transactions.execute(status -> {
            jdbc.execute("lock table checkpoint");
            Integer lower = jdbc.queryForObject("select count(*) from checkpoint where fold < ?", Integer.class, FOLD);
            if (lower == null || lower == 0) {
                return false;
            }
            empty();
            return true;
        }));
    }

    /** The store is made by another version of this program; it stays as it is until the higher one of the two is left. */
    static final class OtherFold extends RuntimeException {
        private static final long serialVersionUID = 1;

        OtherFold(int fold) {
            super("the read store is made by fold %d, and this program folds by %d".formatted(fold, FOLD));
        }
    }

    /** Empties the store, positions included. Running readers see it and fold the log again, from its beginning. */
    public void empty() {
        jdbc.execute("truncate " + TABLES);
    }

    private static <T> T result(@Nullable T result) {
        if (result == null) {
            throw new IllegalStateException("a transaction without a result");
        }
        return result;
    }
}
