package io.keyledger.events.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.JsonReader;
import io.keyledger.requirements.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EcsTest {
    private static final Path EVENTS = Path.of("src/test/resources/golden");
    private static final Path DOCUMENTS = Path.of("src/test/resources/golden-ecs");

    static List<Path> events() throws IOException {
        try (Stream<Path> files = Files.list(EVENTS)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    @Row("S1-75")
    void every_event_ever_published_has_the_document_it_always_had(Path event) throws IOException {
        byte[] document = CanonicalJson.bytes(Ecs.document(Files.readAllBytes(event)));
        Path golden = DOCUMENTS.resolve(event.getFileName());
        if ("write".equals(System.getProperty("keyledger.golden")) && !Files.exists(golden)) {
            Files.write(golden, document);
        }
        assertThat(golden).exists();
        assertThat(new String(document, StandardCharsets.UTF_8)).isEqualTo(Files.readString(golden));
    }

    @ParameterizedTest
    @MethodSource("events")
    void the_exact_bytes_and_their_chain_hash_stand_in_the_document(Path event) throws IOException {
        byte[] bytes = Files.readAllBytes(event);
        assertThat(Ecs.document(bytes)).extracting("event").isInstanceOfSatisfying(Map.class, e -> {
            assertThat(String.valueOf(e.get("original")).getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(bytes);
            assertThat(e.get("hash")).isEqualTo(CloudEvent.hash(bytes));
        });
    }

    @Test
    void an_event_of_a_type_not_known_yet_has_a_document_too() throws IOException {
        String event =
                Files.readString(EVENTS.resolve("key.revoked.v1.json")).replace("key.revoked.v1", "key.adorned.v2");
        Map<String, Object> document = Ecs.document(event.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(CanonicalJson.bytes(document), StandardCharsets.UTF_8))
                .contains("\"action\":\"io.keyledger.key.adorned.v2\"", "\"kind\":\"event\"");
    }

    @Test
    void what_is_no_event_of_ours_has_none() {
        assertThatThrownBy(() -> Ecs.document("{\"type\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time is missing");
    }

    @Test
    void an_address_that_is_none_is_kept_as_text() {
        Map<String, Object> event = Map.of(
                "type", "io.keyledger.key.used.v1",
                "time", "2026-11-22T11:00:00.000000Z",
                "recordedtime", "2026-11-22T11:00:00.000000Z",
                "id", "x",
                "sequence", "1",
                "source", "s",
                "prevhash", "0",
                "tenantid", "t_acme",
                "data", Map.of("ip", "unix:"));
        byte[] document = CanonicalJson.bytes(Ecs.document(CanonicalJson.bytes(event)));
        assertThat(JsonReader.object(document)).containsEntry("source", Map.of("address", "unix:"));
    }

    /** Every field that we write outside of our own, as ECS 9.4 has it. */
    private static final Set<String> FIELDS = Set.of(
            "@timestamp",
            "ecs.version",
            "event.action",
            "event.category",
            "event.created",
            "event.dataset",
            "event.end",
            "event.hash",
            "event.id",
            "event.kind",
            "event.module",
            "event.original",
            "event.outcome",
            "event.provider",
            "event.reason",
            "event.sequence",
            "event.start",
            "event.type",
            "http.request.id",
            "http.request.method",
            "message",
            "observer.name",
            "observer.type",
            "observer.vendor",
            "organization.id",
            "related.ip",
            "related.user",
            "source.address",
            "source.ip",
            "url.path",
            "user.id",
            "user.target.id",
            "user_agent.original");

    /** The types that ECS 9.4 expects of each category that we use. */
    private static final Map<String, Set<String>> EXPECTED = Map.of(
            "api",
                    Set.of(
                            "access",
                            "admin",
                            "allowed",
                            "change",
                            "creation",
                            "deletion",
                            "denied",
                            "end",
                            "info",
                            "start",
                            "user"),
            "authentication", Set.of("start", "end", "info"),
            "configuration", Set.of("access", "change", "creation", "deletion", "info"),
            "iam", Set.of("admin", "change", "creation", "deletion", "group", "info", "user"),
            "process", Set.of("access", "change", "end", "info", "start"),
            "session", Set.of("start", "end", "info"));

    @ParameterizedTest
    @MethodSource("events")
    void every_field_is_one_of_the_schema_or_our_own_and_every_type_one_that_its_category_expects(Path event)
            throws IOException {
        Map<String, Object> document = Ecs.document(Files.readAllBytes(event));
        List<String> names = new ArrayList<>();
        names("", document, names);
        assertThat(names).allMatch(name -> name.startsWith("keyledger.") || FIELDS.contains(name));
        Map<?, ?> e = (Map<?, ?>) document.getOrDefault("event", Map.of());
        Set<String> expected = new HashSet<>();
        ((List<?>) Objects.requireNonNull(e.get("category")))
                .forEach(c -> expected.addAll(EXPECTED.getOrDefault(String.valueOf(c), Set.of())));
        assertThat(expected)
                .containsAll(((List<?>) Objects.requireNonNull(e.get("type")))
                        .stream().map(String::valueOf).toList());
    }

    private static void names(String prefix, Map<?, ?> object, List<String> names) {
        object.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner) {
                names(prefix + name + ".", inner, names);
            } else {
                names.add(prefix + name);
            }
        });
    }
}
