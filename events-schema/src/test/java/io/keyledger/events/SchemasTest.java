package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemasTest {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    static List<Path> events() {
        return Golden.events();
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_golden_event_is_valid_by_the_envelope_and_by_the_schema_it_names(Path file) {
        byte[] bytes = Golden.bytes(file);
        Map<String, Object> members = JsonReader.object(bytes);
        EventType type = Objects.requireNonNull(EventType.ofWire((String) Objects.requireNonNull(members.get("type"))));
        @SuppressWarnings("unchecked")
        Map<String, Object> data = (Map<String, Object>) Objects.requireNonNull(members.get("data"));
        assertThat(errors("envelope", bytes)).isEmpty();
        assertThat(errors(type.shortName(), CanonicalJson.bytes(data))).isEmpty();
        assertThat(members).containsEntry("dataschema", type.dataSchema());
    }

    @ParameterizedTest
    @EnumSource
    void a_schema_names_exactly_the_members_of_its_record(EventType type) {
        Map<String, Object> schema = schema(type.shortName());
        assertThat(schema).containsEntry("$id", type.dataSchema());
        Set<String> members = Arrays.stream(type.record().getRecordComponents())
                .map(component -> component.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        members.add("requestId");
        Set<String> required = Arrays.stream(type.record().getRecordComponents())
                .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                .map(component -> component.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(((Map<?, ?>) Objects.requireNonNull(schema.get("properties"))).keySet())
                .isEqualTo(members);
        assertThat(Objects.requireNonNull(schema.get("required"))).isEqualTo(List.copyOf(required));
    }

    @Test
    void a_schema_refuses_what_is_not_its_event() {
        assertThat(errors("key.rotated", "{}".getBytes(StandardCharsets.UTF_8))).isNotEmpty();
        String golden = new String(
                Golden.bytes(Path.of("src/test/resources/golden/key.rotated.v1.json")), StandardCharsets.UTF_8);
        assertThat(errors("envelope", golden.replace("000003\"", "3\"").getBytes(StandardCharsets.UTF_8)))
                .isNotEmpty();
    }

    private static List<String> errors(String name, byte[] json) {
        Schema schema = REGISTRY.getSchema(new String(file(name), StandardCharsets.UTF_8));
        return schema
                .validate(
                        new String(json, StandardCharsets.UTF_8),
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private static Map<String, Object> schema(String name) {
        return JsonReader.object(file(name));
    }

    private static byte[] file(String name) {
        try (InputStream in = EventType.class.getResourceAsStream("/schemas/" + name + ".v1.json")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
