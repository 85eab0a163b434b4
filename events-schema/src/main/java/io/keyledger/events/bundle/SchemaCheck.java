package io.keyledger.events.bundle;

import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks values against the JSON Schemas of the events, in as much of draft 2020-12 as these use; a keyword that is not known
 * here fails at once. For one thread at a time.
 */
final class SchemaCheck {
    static final String ENVELOPE = "envelope";

    private final Map<String, Map<String, Object>> schemas = new HashMap<>();
    private final Map<String, Pattern> patterns = new HashMap<>();

    /** The bytes of a schema of this version. */
    static byte[] file(String name) {
        try (InputStream in = EventType.class.getResourceAsStream("/schemas/" + name + ".v1.json")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with the event; null when nothing is. Of a type that is not known only the envelope is checked. */
    @Nullable
    String fault(Map<String, Object> event, @Nullable EventType type) {
        String fault = fault(schema(ENVELOPE), event, "event");
        if (fault != null || type == null) {
            return fault;
        }
        if (!type.dataSchema().equals(event.get("dataschema"))) {
            return "dataschema is not that of its type";
        }
        return fault(schema(type.shortName()), Objects.requireNonNull(event.get("data")), "data");
    }

    private Map<String, Object> schema(String name) {
        return schemas.computeIfAbsent(name, _ -> JsonReader.object(file(name)));
    }

    @Nullable
    String fault(Map<String, Object> schema, Object value, String where) {
        for (Map.Entry<String, Object> rule : schema.entrySet()) {
            if (!holds(rule.getKey(), rule.getValue(), value)) {
                return where + " breaks the rule " + rule.getKey() + " of its schema";
            }
        }
        if (value instanceof Map<?, ?> object && schema.get("properties") instanceof Map<?, ?> properties) {
            for (Map.Entry<?, ?> property : properties.entrySet()) {
                Object member = object.get(property.getKey());
                String fault = member == null
                        ? null
                        : fault(members(property.getValue()), member, where + "." + property.getKey());
                if (fault != null) {
                    return fault;
                }
            }
        }
        if (value instanceof List<?> list && schema.get("items") != null) {
            for (Object item : list) {
                String fault = fault(members(schema.get("items")), Objects.requireNonNull(item), where + "[]");
                if (fault != null) {
                    return fault;
                }
            }
        }
        return null;
    }

    private boolean holds(String keyword, Object rule, Object value) {
        return switch (keyword) {
            case "$schema", "$id", "title", "description", "properties", "items" -> true;
            case "type" ->
                switch ((String) rule) {
                    case "object" -> value instanceof Map;
                    case "array" -> value instanceof List;
                    case "string" -> value instanceof String;
                    case "integer" -> value instanceof Long;
                    case "boolean" -> value instanceof Boolean;
                    default -> throw new IllegalStateException("type " + rule + " is not known");
                };
            case "required" ->
                !(value instanceof Map<?, ?> object) || object.keySet().containsAll((List<?>) rule);
            case "enum" -> ((List<?>) rule).contains(value);
            case "const" -> rule.equals(value);
            case "pattern" ->
                !(value instanceof String text)
                        || patterns.computeIfAbsent((String) rule, Pattern::compile)
                                .matcher(text)
                                .find();
            case "minLength" -> !(value instanceof String text) || text.codePointCount(0, text.length()) >= (Long) rule;
            case "maxLength" -> !(value instanceof String text) || text.codePointCount(0, text.length()) <= (Long) rule;
            case "minimum" -> !(value instanceof Long number) || number >= (Long) rule;
            case "maximum" -> !(value instanceof Long number) || number <= (Long) rule;
            case "minItems" -> !(value instanceof List<?> list) || list.size() >= (Long) rule;
            case "maxItems" -> !(value instanceof List<?> list) || list.size() <= (Long) rule;
            case "uniqueItems" -> !(value instanceof List<?> list) || new HashSet<Object>(list).size() == list.size();
            case "format" -> !rule.equals("date-time") || !(value instanceof String text) || isTime(text);
            default -> throw new IllegalStateException("the keyword " + keyword + " is not known");
        };
    }

    private static boolean isTime(String text) {
        try {
            return Instant.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(@Nullable Object schema) {
        return (Map<String, Object>) Objects.requireNonNull(schema);
    }
}
