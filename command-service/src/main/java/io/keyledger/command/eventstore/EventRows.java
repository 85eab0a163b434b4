package io.keyledger.command.eventstore;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.commit.Rows;
import io.keyledger.command.commit.Script;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;

/** How the events of many commands are appended at once. */
final class EventRows implements Rows<EventRows.Row> {
    static final EventRows SORT = new EventRows();

    /** In the order given, which within an aggregate is that of its sequence: the sealer relies on it. */
    private static final String APPEND = """
        INSERT INTO domain_event (event_id, aggregate_id, sequence, aggregate_type, time, payload_type, payload, metadata)
        SELECT event_id, aggregate_id, sequence, aggregate_type, time, payload_type, payload::jsonb, metadata::jsonb
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
            AS e(event_id, aggregate_id, sequence, aggregate_type, time, payload_type, payload, metadata, place)
        ORDER BY place\
        """;

    private EventRows() {}

    /** An event as it is stored. */
    record Row(
            String id,
            String aggregate,
            long sequence,
            String aggregateType,
            Instant time,
            String type,
            String payload,
            String metadata) {

        static Row of(EventMessage<?> message, Serializer json) {
            if (!(message instanceof DomainEventMessage<?> event)) {
                throw new IllegalArgumentException("an event without an aggregate has no source, and cannot be stored");
            }
            SerializedObject<String> payload = event.serializePayload(json, String.class);
            return new Row(
                    event.getIdentifier(),
                    event.getAggregateIdentifier(),
                    event.getSequenceNumber(),
                    event.getType(),
                    event.getTimestamp(),
                    payload.getType().getName(),
                    payload.getData(),
                    event.serializeMetaData(json, String.class).getData());
        }
    }

    @Override
    public Step step() {
        return Step.APPEND;
    }

    @Override
    public void write(Script script, List<Row> rows, Consumer<Row> turnedDown) {
        script.add(
                APPEND,
                new Columns<>(rows)
                        .text(Row::id)
                        .text(Row::aggregate)
                        .bigint(Row::sequence)
                        .text(Row::aggregateType)
                        .time(Row::time)
                        .text(Row::type)
                        .text(Row::payload)
                        .text(Row::metadata));
    }
}
