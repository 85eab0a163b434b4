package io.keyledger.command.eventstore;

import io.keyledger.command.commit.Convoy.Request;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the events of many aggregates with one statement. */
final class EventStreams {
    private static final String READ = """
        SELECT aggregate_type, aggregate_id, sequence, event_id, time, payload_type, payload_revision, payload, metadata
        FROM domain_event WHERE aggregate_id = ANY (?) ORDER BY aggregate_id, sequence\
        """;

    private final JdbcTemplate jdbc;

    EventStreams(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void answer(List<Request<String, List<DomainEventData<String>>>> requests) {
        Map<String, List<DomainEventData<String>>> streams = new HashMap<>();
        String[] aggregates = requests.stream().map(Request::item).distinct().toArray(String[]::new);
        jdbc.query(
                READ,
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("text", aggregates)),
                row -> {
                    String aggregate = row.getString(2);
                    streams.computeIfAbsent(aggregate, _ -> new ArrayList<>())
                            .add(new GenericDomainEventEntry<>(
                                    row.getString(1),
                                    aggregate,
                                    row.getLong(3),
                                    row.getString(4),
                                    // As text: of any other form Axon keeps the milliseconds only.
                                    row.getObject(5, OffsetDateTime.class)
                                            .toInstant()
                                            .toString(),
                                    row.getString(6),
                                    row.getString(7),
                                    row.getString(8),
                                    row.getString(9)));
                });
        requests.forEach(request -> request.complete(streams.getOrDefault(request.item(), List.of())));
    }
}
