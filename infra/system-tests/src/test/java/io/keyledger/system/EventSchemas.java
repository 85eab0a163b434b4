package io.keyledger.system;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The published JSON Schemas, as a reader uses them who knows nothing but the event: the envelope's, and the one that its
 * {@code dataschema} names. Safe from any thread.
 */
final class EventSchemas {
    private static final String BASE = "https://keyledger.io/schemas/";
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final Map<String, Published> known = new ConcurrentHashMap<>();

    private record Published(Schema schema, Set<String> members) {}

    /** What is wrong with the event; nothing when it is as its schemas say. */
    List<String> violations(byte[] event) {
        Map<String, Object> members = JsonReader.object(event);
        List<String> violations = new ArrayList<>(violations("envelope.v1.json", members));
        if (!(members.get("dataschema") instanceof String named) || !named.startsWith(BASE)) {
            violations.add("dataschema names no schema of ours");
        } else if (!(members.get("data") instanceof Map<?, ?> data)) {
            violations.add("data is no object");
        } else {
            Map<String, Object> fact = new TreeMap<>();
            data.forEach((name, value) -> fact.put(String.valueOf(name), value));
            violations.addAll(violations(named.substring(BASE.length()), fact));
        }
        return violations;
    }

    private List<String> violations(String file, Map<String, Object> object) {
        Published published = known.computeIfAbsent(file, EventSchemas::read);
        if (published == null) {
            return List.of("there is no schema " + file);
        }
        List<String> violations = new ArrayList<>();
        published
                .schema()
                .validate(
                        new String(CanonicalJson.bytes(object), StandardCharsets.UTF_8),
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .forEach(error -> violations.add(file + ": " + error));
        // A reader ignores members that it does not know; our own writers have none that no schema names.
        Set<String> unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(published.members());
        if (!unknown.isEmpty()) {
            violations.add(file + ": does not name " + unknown);
        }
        return violations;
    }

    private static @Nullable Published read(String file) {
        try (InputStream in = EventType.class.getResourceAsStream("/schemas/" + file)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            Set<String> members = new TreeSet<>();
            if (JsonReader.object(bytes).get("properties") instanceof Map<?, ?> properties) {
                properties.keySet().forEach(name -> members.add(String.valueOf(name)));
            }
            return new Published(REGISTRY.getSchema(new String(bytes, StandardCharsets.UTF_8)), members);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
