package io.keyledger.command.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event store in the order of its index, and passes nothing over that commits late.
 *
 * <p>An index is drawn before its transaction commits: a hole is a transaction that is still open, or one that rolled back.
 * No clock tells the two apart, for a machine may sleep, and a clock may be set, between the drawing and the commit. So a hole is
 * given up when every transaction that ran after it was seen has ended, and it is a hole still: the way in which PostgreSQL
 * itself waits for older transactions when it builds an index beside them (decision 0020).
 *
 * <p>For one thread. What it remembers of holes may be lost: it looks again.
 */
public final class EventTail {
    private static final long LOOK_NANOS = 1_000_000_000;

    /** Never reached: holes go when they are known to stay empty, not by their distance. */
    private static final int MAX_GAP_OFFSET = Integer.MAX_VALUE;

    private static final String COLUMNS =
            "select global_index, aggregate_type, aggregate_id, sequence, event_id, time, payload_type, payload_revision,"
                    + " payload, metadata from domain_event where ";

    private static final String READ = "(" + COLUMNS + "global_index = any (?)) union all (" + COLUMNS
            + "global_index > ? order by global_index limit ?) order by global_index";

    /** Every transaction holds this lock from its first statement to its end, whether or not it has written yet. */
    private static final String RUNNING =
            "select virtualxid from pg_locks where locktype = 'virtualxid' and mode = 'ExclusiveLock'";

    private static final String FILLED = "select global_index from domain_event where global_index = any (?)";

    private @Nullable Watch watch;
    private long lookedAt = System.nanoTime();

    /**
     * What was read.
     *
     * @param token where to read on
     * @param events those that fill a hole of the token before come first
     */
    public record Read(GapAwareTrackingToken token, List<DomainEventData<String>> events) {}

    /**
     * Holes that were seen, and what might still fill them.
     *
     * @param running every transaction that ran after they were seen
     */
    private record Watch(Set<Long> holes, Set<String> running) {}

    /**
     * Reads up to {@code limit} events after {@code token}, and what fills its holes.
     *
     * @param connection each statement sees what is committed by then (READ COMMITTED)
     */
    public Read read(Connection connection, GapAwareTrackingToken token, int limit) throws SQLException {
        GapAwareTrackingToken from = withoutDeadHoles(connection, token);
        List<DomainEventData<String>> events = new ArrayList<>();
        GapAwareTrackingToken to = from;
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(
                    1, connection.createArrayOf("bigint", from.getGaps().toArray()));
            statement.setLong(2, from.getIndex());
            statement.setInt(3, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    to = to.advanceTo(row.getLong("global_index"), MAX_GAP_OFFSET);
                    events.add(event(row));
                }
            }
        }
        return new Read(to, events);
    }

    private static DomainEventData<String> event(ResultSet row) throws SQLException {
        return new GenericDomainEventEntry<>(
                row.getString("aggregate_type"),
                row.getString("aggregate_id"),
                row.getLong("sequence"),
                row.getString("event_id"),
                // As text: of any other form Axon keeps the milliseconds only.
                row.getObject("time", OffsetDateTime.class).toInstant().toString(),
                row.getString("payload_type"),
                row.getString("payload_revision"),
                row.getString("payload"),
                row.getString("metadata"));
    }

    private GapAwareTrackingToken withoutDeadHoles(Connection connection, GapAwareTrackingToken token)
            throws SQLException {
        if (token.getGaps().isEmpty()) {
            watch = null;
            return token;
        }
        if (System.nanoTime() - lookedAt < LOOK_NANOS) {
            return token;
        }
        lookedAt = System.nanoTime();
        Set<String> running = running(connection);
        Watch watched = watch;
        if (watched == null) {
            watch = new Watch(Set.copyOf(token.getGaps()), running);
            return token;
        }
        if (!Collections.disjoint(watched.running(), running)) {
            return token;
        }
        watch = null;
        // Asked after the last of them has ended: what it committed is seen, and is no dead hole.
        Set<Long> dead = new HashSet<>(watched.holes());
        dead.removeAll(filled(connection, watched.holes()));
        Collection<Long> left = new TreeSet<>(token.getGaps());
        left.removeAll(dead);
        return GapAwareTrackingToken.newInstance(token.getIndex(), left);
    }

    private static Set<String> running(Connection connection) throws SQLException {
        Set<String> running = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(RUNNING);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                running.add(row.getString(1));
            }
        }
        return running;
    }

    private static Set<Long> filled(Connection connection, Set<Long> holes) throws SQLException {
        Set<Long> filled = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(FILLED)) {
            statement.setArray(1, connection.createArrayOf("bigint", holes.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    filled.add(row.getLong(1));
                }
            }
        }
        return filled;
    }
}
