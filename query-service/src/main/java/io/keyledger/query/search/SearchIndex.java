package io.keyledger.query.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.mget.MultiGetResponseItem;
import co.elastic.clients.json.JsonData;
import co.elastic.clients.util.BinaryData;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.ecs.Ecs;
import io.keyledger.query.log.LogStore;
import io.keyledger.query.log.LoggedEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The audit in Elasticsearch: one index a UTC month of the event's time for the lifecycle and one for activity, which ends by
 * whole indices; {@code _id} = event id, written once, so that a repeat is no double. The position lies beside the documents and is moved after them: an Elasticsearch that lost its data
 * fills again by itself.
 *
 * <p>Never {@code _rollover}: where an event belongs must not depend on when it was indexed.
 */
public final class SearchIndex implements LogStore {
    /** The alias over all months. */
    public static final String ALIAS = "keyledger-audit";

    private static final String POSITIONS = "keyledger-positions";
    private static final String ACTIVITY = ALIAS + "-activity-";
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu.MM").withZone(ZoneOffset.UTC);
    private static final int EXISTS = 409;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;
    private static final String JSON = "application/json";

    private final ElasticsearchClient client;

    public SearchIndex(ElasticsearchClient client) {
        this.client = client;
    }

    private static String index(LoggedEvent event) {
        return (isActivity(event) ? ACTIVITY : ALIAS + "-") + MONTH.format(event.time());
    }

    /** The fourth part of a source says who writes it; only activity is written by edges. */
    private static boolean isActivity(LoggedEvent event) {
        String[] parts = event.source().split(":", -1);
        return parts.length > 3 && parts[3].equals("edge");
    }

    /** Deletes the indices of activity whose whole month is before {@code moment}; their names. */
    public List<String> forgetActivity(Instant moment) {
        String first = ACTIVITY + MONTH.format(moment);
        try {
            List<String> old = client.indices().get(g -> g.index(ACTIVITY + "*")).indices().keySet().stream()
                    .filter(name -> name.length() == first.length() && name.compareTo(first) < 0)
                    .sorted()
                    .toList();
            if (!old.isEmpty()) {
                client.indices().delete(d -> d.index(old));
            }
            return old;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
        try {
            Map<TopicPartition, Long> positions = new HashMap<>();
            partitions.forEach(p -> positions.put(p, 0L));
            if (isLost()) {
                // Then no position means anything any more.
                prepare();
                return positions;
            }
            Map<String, TopicPartition> byId = new HashMap<>();
            partitions.forEach(p -> byId.put(p.toString(), p));
            MgetResponse<JsonData> response =
                    client.mget(m -> m.index(POSITIONS).ids(List.copyOf(byId.keySet())), JsonData.class);
            for (MultiGetResponseItem<JsonData> item : response.docs()) {
                if (item.isResult() && item.result().found() && item.result().source() != null) {
                    TopicPartition partition = byId.get(item.result().id());
                    long next = item.result()
                            .source()
                            .toJson()
                            .asJsonObject()
                            .getJsonNumber("next_offset")
                            .longValueExact();
                    if (partition != null) {
                        positions.put(partition, next);
                    }
                } else if (item.isFailure() && !isMissingIndex(item.failure().error())) {
                    throw new IllegalStateException("the position cannot be read: "
                            + item.failure().error().type());
                }
            }
            return positions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is no index of events: none was made yet, or all were taken away, maybe with the templates. */
    private boolean isLost() throws IOException {
        return !client.indices().existsAlias(a -> a.name(ALIAS)).value();
    }

    private static boolean isMissingIndex(ErrorCause error) {
        return "index_not_found_exception".equals(error.type());
    }

    @Override
    public Applied apply(
            TopicPartition partition, long from, List<ConsumerRecord<byte[], byte[]>> records, boolean headGone) {
        List<LoggedEvent> events = new ArrayList<>();
        Broken broken = null;
        long next = records.getLast().offset() + 1;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                events.add(LoggedEvent.read(record.topic(), record.partition(), record.offset(), record.value()));
            } catch (IllegalArgumentException e) {
                broken = new Broken(
                        record.topic(), record.partition(), record.offset(), "not an event: " + e.getMessage());
                next = record.offset();
                break;
            }
        }
        try {
            if (isLost()) {
                prepare();
            }
            if (!events.isEmpty()) {
                write(events);
                move(partition, next);
            }
            return new Applied(next, broken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<LoggedEvent> events) throws IOException {
        BulkRequest.Builder bulk = new BulkRequest.Builder();
        for (LoggedEvent event : events) {
            BinaryData document = BinaryData.of(CanonicalJson.bytes(Ecs.document(event.bytes())), JSON);
            bulk.operations(o -> o.create(
                    c -> c.index(index(event)).id(event.id().toString()).document(document)));
        }
        BulkResponse response = client.bulk(bulk.build());
        if (!response.errors()) {
            return;
        }
        for (int i = 0; i < events.size(); i++) {
            BulkResponseItem item = response.items().get(i);
            ErrorCause error = item.error();
            if (error == null || item.status() == EXISTS) {
                continue;
            }
            if (item.status() == TOO_MANY || item.status() >= SERVER_ERROR) {
                throw new UncheckedIOException(new IOException("not indexed: " + error.type()));
            }
            LoggedEvent event = events.get(i);
            throw new Broken(
                    event.topic(),
                    event.partition(),
                    event.offset(),
                    "Elasticsearch refuses event %s: %s".formatted(event.id(), error.type()));
        }
    }

    private void move(TopicPartition partition, long next) throws IOException {
        BinaryData position = BinaryData.of(
                CanonicalJson.bytes(
                        Map.of("topic", partition.topic(), "partition", partition.partition(), "next_offset", next)),
                JSON);
        client.index(i -> i.index(POSITIONS).id(partition.toString()).document(position));
    }

    /**
     * Puts the templates: an index that is made by its first document needs them before that. One that was made in the moment
     * without them is at least found.
     */
    private void prepare() throws IOException {
        try (InputStream audit = resource("audit-template.json");
                InputStream positions = resource("positions-template.json")) {
            client.indices().putIndexTemplate(t -> t.name(ALIAS).withJson(audit));
            client.indices().putIndexTemplate(t -> t.name(POSITIONS).withJson(positions));
        }
        List<String> unnamed = List.copyOf(
                client.indices().get(g -> g.index(ALIAS + "-*")).indices().keySet());
        if (!unnamed.isEmpty()) {
            client.indices().putAlias(a -> a.index(unnamed).name(ALIAS));
        }
    }

    private static InputStream resource(String name) throws IOException {
        try (InputStream in = SearchIndex.class.getResourceAsStream("/elasticsearch/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new ByteArrayInputStream(in.readAllBytes());
        }
    }
}
