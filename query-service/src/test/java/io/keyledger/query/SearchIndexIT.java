package io.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.json.JsonData;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import io.keyledger.events.Topics;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.search.SearchIndex;
import io.keyledger.standalone.ManagedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit index, on the real Elasticsearch and Kafka, while things go wrong. */
class SearchIndexIT {
    private static final String ALL = "keyledger-*";

    private @Nullable Rig opened;
    private @Nullable ElasticsearchClient client;

    @BeforeEach
    void open() throws Exception {
        Rig rig = new Rig();
        opened = rig;
        client = new ElasticsearchClient(new Rest5ClientTransport(
                Rest5Client.builder(rig.platform.servers().elasticsearch()).build(), new Jackson3JsonpMapper()));
        loseEverything();
    }

    @AfterEach
    void close() throws IOException {
        rig().close();
        elasticsearch()._transport().close();
    }

    private Rig rig() {
        if (opened == null) {
            throw new AssertionError("not opened");
        }
        return opened;
    }

    private ElasticsearchClient elasticsearch() {
        if (client == null) {
            throw new AssertionError("not opened");
        }
        return client;
    }

    /** Indices and templates, as when the node's disk was lost. */
    private void loseEverything() throws IOException {
        lose(ALL);
        for (String template : List.of("keyledger-audit", "keyledger-positions")) {
            if (elasticsearch()
                    .indices()
                    .existsIndexTemplate(e -> e.name(template))
                    .value()) {
                elasticsearch().indices().deleteIndexTemplate(d -> d.name(template));
            }
        }
    }

    private void lose(String indices) throws IOException {
        List<String> names = List.copyOf(
                elasticsearch().indices().get(g -> g.index(indices)).indices().keySet());
        if (!names.isEmpty()) {
            elasticsearch().indices().delete(d -> d.index(names));
        }
    }

    /** By id, the bytes of each event as the index holds them. */
    private Map<String, String> indexed() throws IOException {
        elasticsearch().indices().refresh(r -> r.index(ALL));
        Map<String, String> found = new TreeMap<>();
        for (Hit<JsonData> hit : elasticsearch()
                .search(s -> s.index(SearchIndex.ALIAS).size(10_000), JsonData.class)
                .hits()
                .hits()) {
            JsonData source = hit.source();
            if (source != null && hit.id() != null) {
                found.put(
                        hit.id(),
                        source.toJson().asJsonObject().getJsonObject("event").getString("original"));
            }
        }
        return found;
    }

    private void awaitExactly(List<LoggedEvent> log) {
        Map<String, String> expected = new TreeMap<>();
        log.forEach(e -> expected.put(e.id().toString(), new String(e.bytes(), StandardCharsets.UTF_8)));
        await().atMost(Rig.SOON)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(indexed()).isEqualTo(expected));
    }

    @Test
    void a_lost_index_is_filled_again_while_the_service_runs() throws IOException {
        List<LoggedEvent> log = Log.random(11, 60);
        rig().started(new SearchIndex(elasticsearch()));
        rig().publish(log);
        awaitExactly(log);
        String mapping = mapping();

        loseEverything();
        awaitExactly(log);
        assertThat(mapping()).isEqualTo(mapping);
    }

    @Test
    void activity_ends_by_whole_indices_and_the_lifecycle_stays() throws IOException {
        List<LoggedEvent> log = Log.random(14, 60);
        SearchIndex index = new SearchIndex(elasticsearch());
        rig().started(index);
        rig().publish(log);
        awaitExactly(log);
        Instant last =
                log.stream().map(LoggedEvent::time).max(Instant::compareTo).orElseThrow();
        assertThat(index.forgetActivity(log.getFirst().time())).isEmpty();
        awaitExactly(log);

        assertThat(index.forgetActivity(last.plus(Duration.ofDays(62)))).isNotEmpty();
        List<LoggedEvent> lifecycle =
                log.stream().filter(e -> e.topic().equals(Topics.LIFECYCLE)).toList();
        assertThat(lifecycle).isNotEmpty().hasSizeLessThan(log.size());
        awaitExactly(lifecycle);
    }

    @Test
    void the_audit_alone_being_lost_is_noticed_too() throws IOException {
        List<LoggedEvent> log = Log.random(12, 60);
        rig().started(new SearchIndex(elasticsearch()));
        rig().publish(log.subList(0, log.size() / 2));
        awaitExactly(log.subList(0, log.size() / 2));

        lose("keyledger-audit-*");
        awaitExactly(log.subList(0, log.size() / 2));
        rig().publish(log.subList(log.size() / 2, log.size()));
        awaitExactly(log);
    }

    @Test
    void elasticsearch_killed_in_the_middle_of_the_stream_loses_nothing_and_doubles_nothing() throws Exception {
        List<LoggedEvent> log = Log.random(13, 150);
        rig().started(new SearchIndex(elasticsearch()));
        rig().publish(log.subList(0, log.size() / 3));
        await().atMost(Rig.SOON).ignoreExceptions().until(() -> !indexed().isEmpty());
        ManagedProcess node = rig().platform.process("elasticsearch");
        node.kill9();
        rig().publish(log.subList(log.size() / 3, log.size() * 2 / 3));
        node.start();
        rig().publish(log.subList(log.size() * 2 / 3, log.size()));

        awaitExactly(log);
    }

    /** How fields are indexed: what the template says, and not what was guessed from the first document. */
    private String mapping() throws IOException {
        return elasticsearch().indices().getMapping(m -> m.index("keyledger-audit-*")).mappings().values().stream()
                .map(Object::toString)
                .findFirst()
                .orElse("none");
    }
}
