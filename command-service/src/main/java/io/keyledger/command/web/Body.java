package io.keyledger.command.web;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.verifier.PresentedKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON object that a request holds, read strictly: one value, no doubled members, no member that nobody asks for, and no
 * type for another. An empty body counts as {@code {}}. {@link #end} after the last member has been asked for.
 */
public final class Body {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What of a stranger's member name may be shown. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_.-]{1,40}");

    private final Map<String, JsonNode> members = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    /** Of the object that this is, with a dot; empty for the whole body. */
    private final String prefix;

    private Body() {
        this("");
    }

    private Body(String prefix) {
        this.prefix = prefix;
    }

    private static Body of(String prefix, JsonNode object) {
        Body body = new Body(prefix);
        object.properties().forEach(member -> body.members.put(member.getKey(), member.getValue()));
        return body;
    }

    /** What a member is called in a problem: {@code policy.hours[1].zone}. */
    public String named(String field) {
        return prefix + field;
    }

    public static Body parse(byte[] json) {
        Body body = new Body();
        if (json.length == 0) {
            return body;
        }
        try {
            JsonNode node = JSON.readTree(json);
            if (node == null || !node.isObject()) {
                throw new Refused(new Refusal.MalformedJson("the body must be one JSON object"));
            }
            node.properties().forEach(member -> body.members.put(member.getKey(), member.getValue()));
            return body;
        } catch (JacksonException e) {
            // Jackson's own message quotes the source, which may hold a secret.
            var at = e.getLocation();
            throw new Refused(new Refusal.MalformedJson(
                    at == null || at.getLineNr() < 1
                            ? "the body is not JSON"
                            : "not JSON at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr())));
        }
    }

    /** The JSON object without that member, in some form of its own; as it is when it is none. */
    public static byte[] without(byte[] json, String member) {
        try {
            JsonNode node = JSON.readTree(json);
            return node instanceof ObjectNode object
                    ? JSON.writeValueAsBytes(object.without(Set.of(member)))
                    : json.clone();
        } catch (JacksonException _) {
            // Nobody will carry it out.
            return new byte[0];
        }
    }

    /** Whether the member is there, be it null. */
    public boolean has(String field) {
        known.add(field);
        return members.containsKey(field);
    }

    public String text(String field) {
        return require(named(field), optionalText(field));
    }

    public @Nullable String optionalText(String field) {
        JsonNode node = value(field);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            throw new Refused(new Refusal.WrongType(named(field), "a string"));
        }
        String text = node.stringValue();
        // No database and no canonical JSON can hold these.
        if (text.indexOf(0) >= 0 || hasLoneSurrogate(text)) {
            throw new Refused(
                    new Refusal.InvalidValue(named(field), "text without U+0000 and without halves of characters"));
        }
        return text;
    }

    public @Nullable Boolean optionalFlag(String field) {
        JsonNode node = value(field);
        if (node == null) {
            return null;
        }
        if (!node.isBoolean()) {
            throw new Refused(new Refusal.WrongType(named(field), "true or false"));
        }
        return node.booleanValue();
    }

    public @Nullable List<String> optionalTexts(String field) {
        JsonNode node = value(field);
        if (node == null) {
            return null;
        }
        if (!node.isArray()) {
            throw new Refused(new Refusal.WrongType(named(field), "an array of strings"));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node) {
            if (!element.isString()) {
                throw new Refused(new Refusal.WrongType(named(field), "an array of strings"));
            }
            texts.add(element.stringValue());
        }
        return texts;
    }

    /** The object that the member is; its own {@link #end} is the caller's to call. */
    public @Nullable Body optionalObject(String field) {
        JsonNode node = value(field);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            throw new Refused(new Refusal.WrongType(named(field), "an object"));
        }
        return of("", node);
    }

    /** As {@link #optionalObject}, with members that problems name by the whole way to them. */
    public @Nullable Body part(String field) {
        Body part = optionalObject(field);
        JsonNode node = value(field);
        return part == null || node == null ? null : of(named(field) + ".", node);
    }

    /** The objects that the member is an array of, as {@link #part} has them. */
    public @Nullable List<Body> parts(String field) {
        JsonNode node = value(field);
        if (node == null) {
            return null;
        }
        if (!node.isArray()) {
            throw new Refused(new Refusal.WrongType(named(field), "an array of objects"));
        }
        List<Body> parts = new ArrayList<>();
        for (JsonNode element : node) {
            String name = named(field) + "[" + parts.size() + "]";
            if (!element.isObject()) {
                throw new Refused(new Refusal.WrongType(name, "an object"));
            }
            parts.add(of(name + ".", element));
        }
        return parts;
    }

    /** A whole number; one that no {@code long} holds is refused. */
    public @Nullable Long optionalWhole(String field) {
        JsonNode node = value(field);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw new Refused(new Refusal.WrongType(named(field), "a whole number"));
        }
        return node.longValue();
    }

    /**
     * All members, whatever they are called: {@code Boolean}, {@code Integer}, {@code String}, a list of strings, or null.
     * Other values are given as the class {@code Object} has them: of no type that a setting takes.
     */
    public Map<String, @Nullable Object> all() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        members.forEach((name, node) -> {
            known.add(name);
            all.put(name, plain(node));
        });
        return all;
    }

    /** A name that a stranger gave, fit to be shown. */
    public static String harmless(String name) {
        return HARMLESS.matcher(name).matches() && !PresentedKey.occursIn(name) ? name : "(not shown)";
    }

    /** Refuses members that nobody asked for. */
    public void end() {
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                throw new Refused(new Refusal.UnknownField(named(harmless(name)), List.copyOf(known)));
            }
        }
    }

    /** {@code value}, which the field must have. */
    public static <T> T require(String field, @Nullable T value) {
        if (value == null) {
            throw new Refused(new Refusal.MissingField(field));
        }
        return value;
    }

    private @Nullable JsonNode value(String field) {
        known.add(field);
        JsonNode node = members.get(field);
        return node == null || node.isNull() ? null : node;
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isArray() && node.values().stream().allMatch(JsonNode::isString)) {
            return node.values().stream().map(JsonNode::stringValue).toList();
        }
        return node.isIntegralNumber() && node.canConvertToInt() ? (Object) node.intValue() : new Object();
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return true;
            }
        }
        return false;
    }
}
