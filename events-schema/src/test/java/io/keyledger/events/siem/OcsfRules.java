package io.keyledger.events.siem;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks events against {@code ocsf-1.8.0.rules}: every attribute known, of its type and among its values, none missing. */
final class OcsfRules {
    private static final Path FILE = Path.of("src/test/resources/ocsf-1.8.0.rules");

    private record Attribute(String name, boolean required, boolean array, String type, List<String> values) {}

    private record Shape(Map<String, Attribute> attributes, List<List<String>> oneOf, int uid, int category) {}

    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    OcsfRules() throws IOException {
        Shape shape = null;
        for (String line : Files.readAllLines(FILE)) {
            String[] words = line.strip().split(" +");
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith(" ")) {
                boolean isClass = words[0].equals("class");
                Shape base = shapes.get("base_event");
                shape = new Shape(
                        new LinkedHashMap<>(isClass && base != null ? base.attributes : Map.of()),
                        new ArrayList<>(),
                        isClass ? Integer.parseInt(words[2]) : -1,
                        isClass ? Integer.parseInt(words[3]) : -1);
                shapes.put(words[1], shape);
            } else if (shape == null) {
                throw new IllegalStateException("an attribute of nothing: " + line);
            } else if (words[0].equals("one-of")) {
                shape.oneOf.add(Arrays.asList(words).subList(1, words.length));
            } else {
                String name = words[0].replace("!", "").replace("[]", "");
                shape.attributes.put(
                        name,
                        new Attribute(
                                name,
                                words[0].contains("!"),
                                words[0].contains("[]"),
                                words[1],
                                Arrays.asList(words).subList(2, words.length)));
            }
        }
    }

    /** What is wrong with it; nothing when it is an event of OCSF. */
    List<String> faults(Map<String, Object> event) {
        List<String> faults = new ArrayList<>();
        Shape shape = shapes.values().stream()
                .filter(s -> Long.valueOf(s.uid).equals(event.get("class_uid")))
                .findFirst()
                .orElse(null);
        if (shape == null) {
            return List.of("no class " + event.get("class_uid"));
        }
        check("", shape, event, faults);
        if (!Long.valueOf(shape.category).equals(event.get("category_uid"))) {
            faults.add("category_uid is not " + shape.category);
        }
        if (event.get("activity_id") instanceof Long activity
                && !Long.valueOf(shape.uid * 100L + activity).equals(event.get("type_uid"))) {
            faults.add("type_uid is not class_uid * 100 + activity_id");
        }
        return faults;
    }

    private void check(String at, Shape shape, Map<?, ?> object, List<String> faults) {
        object.forEach((name, value) -> {
            Attribute attribute = shape.attributes.get(String.valueOf(name));
            if (attribute == null) {
                faults.add(at + name + " is no attribute");
            } else if (attribute.array) {
                if (value instanceof List<?> list) {
                    list.forEach(item -> value(at + name + "[]", attribute, item, faults));
                } else {
                    faults.add(at + name + " is no array");
                }
            } else {
                value(at + name, attribute, value, faults);
            }
        });
        shape.attributes.values().stream()
                .filter(a -> a.required && !object.containsKey(a.name))
                .forEach(a -> faults.add(at + a.name + " is missing"));
        shape.oneOf.stream()
                .filter(names -> names.stream().noneMatch(object::containsKey))
                .forEach(names -> faults.add(at + "none of " + names));
    }

    private void value(String at, Attribute attribute, @Nullable Object value, List<String> faults) {
        boolean fits = switch (attribute.type) {
            case "string_t" -> value instanceof String;
            case "integer_t" -> value instanceof Long n && n == n.intValue();
            case "long_t" -> value instanceof Long;
            // Milliseconds since 1970, so that one of seconds or microseconds is found out.
            case "timestamp_t" -> value instanceof Long n && n > 1_000_000_000_000L && n < 10_000_000_000_000L;
            case "ip_t" -> value instanceof String s && isIp(s);
            case "any" -> value instanceof Map<?, ?>;
            default -> {
                Shape shape = shapes.get(attribute.type);
                if (shape == null) {
                    throw new IllegalStateException("no object " + attribute.type);
                }
                if (value instanceof Map<?, ?> object) {
                    check(at + ".", shape, object, faults);
                }
                yield value instanceof Map<?, ?>;
            }
        };
        if (!fits) {
            faults.add(at + " is no " + attribute.type);
        }
        if (!attribute.values.isEmpty() && !attribute.values.contains(String.valueOf(value))) {
            faults.add(at + " is none of " + attribute.values);
        }
    }

    private static boolean isIp(String text) {
        try {
            return text.length() <= 40
                    && !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
