package io.keyledger.command.eventstore;

import io.keyledger.command.commit.Convoy;
import io.keyledger.command.commit.WriteSet;
import io.keyledger.events.RecordJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.statements.TimestampWriter;
import org.axonframework.serialization.Serializer;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Axon's JDBC engine over the table {@code domain_event}: payload and metadata are jsonb, times are timestamptz, and there
 * are no snapshots, for the streams are short. It appends, and reads one aggregate's events; {@link EventTail} reads all of them.
 */
public final class JsonbEventStorageEngine extends JdbcEventStorageEngine {
    /** How many reads of streams may be under way at a time. */
    private static final int READS = 2;

    private static final EventSchema SCHEMA = EventSchema.builder()
            .eventTable("domain_event")
            .globalIndexColumn("global_index")
            .aggregateIdentifierColumn("aggregate_id")
            .sequenceNumberColumn("sequence")
            .eventIdentifierColumn("event_id")
            .typeColumn("aggregate_type")
            .timestampColumn("time")
            .payloadTypeColumn("payload_type")
            .payloadRevisionColumn("payload_revision")
            .payloadColumn("payload")
            .metaDataColumn("metadata")
            .build();

    private static final String APPEND =
            "INSERT INTO domain_event (event_id, aggregate_id, sequence, aggregate_type, time, payload_type, payload,"
                    + " metadata) VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)";

    private final CommitSignal signal;
    private final Convoy<String, List<DomainEventData<String>>> streams;

    JsonbEventStorageEngine(
            ConnectionProvider connections,
            TransactionManager transactions,
            Serializer json,
            CommitSignal signal,
            EventStreams streams) {
        super(builder()
                .connectionProvider(connections)
                .transactionManager(transactions)
                .dataType(String.class)
                .schema(SCHEMA)
                .appendEvents((connection, _, _, events, serializer, timestamps) ->
                        append(connection, events, serializer, timestamps))
                .snapshotSerializer(json)
                .eventSerializer(json)
                .persistenceExceptionResolver(JsonbEventStorageEngine::isDuplicate));
        this.signal = signal;
        this.streams = new Convoy<>(READS, streams::answer);
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        WriteSet command = WriteSet.current().orElse(null);
        if (command != null) {
            events.forEach(event -> command.add(EventRows.SORT, EventRows.Row.of(event, serializer)));
            return;
        }
        super.appendEvents(events, serializer);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    signal.committed();
                }
            });
        } else {
            signal.committed();
        }
    }

    private static PreparedStatement append(
            Connection connection, List<? extends EventMessage<?>> events, Serializer json, TimestampWriter timestamps)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(APPEND);
        for (EventMessage<?> message : events) {
            EventRows.Row event = EventRows.Row.of(message, json);
            statement.setString(1, event.id());
            statement.setString(2, event.aggregate());
            statement.setLong(3, event.sequence());
            statement.setString(4, event.aggregateType());
            timestamps.writeTimestamp(statement, 5, event.time());
            statement.setString(6, event.type());
            statement.setString(7, event.payload());
            statement.setString(8, event.metadata());
            statement.addBatch();
        }
        return statement;
    }

    @Override
    protected void writeTimestamp(PreparedStatement statement, int position, Instant time) throws SQLException {
        statement.setObject(position, OffsetDateTime.ofInstant(RecordJson.micros(time), ZoneOffset.UTC));
    }

    @Override
    protected Object readTimeStamp(ResultSet row, String column) throws SQLException {
        // As text: of any other form Axon keeps the milliseconds only.
        return row.getObject(column, OffsetDateTime.class).toInstant().toString();
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    protected <T> T readPayload(ResultSet row, String column) throws SQLException {
        return (T) row.getString(column);
    }

    /** Those that are asked for at the same time are read together; within a transaction, alone and in it. */
    @Override
    protected Stream<? extends DomainEventData<?>> readEventData(String aggregate, long firstSequence) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            return super.readEventData(aggregate, firstSequence);
        }
        return streams.ask(aggregate).stream().filter(event -> event.getSequenceNumber() >= firstSequence);
    }

    @Override
    protected boolean fetchForAggregateUntilEmpty() {
        return false;
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return Stream.empty();
    }

    private static boolean isDuplicate(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "23505".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
