package io.keyledger.cli.settings;

import io.keyledger.cli.client.Values;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** The settings as this version of the command line knows them; others go through as text. */
enum Setting {
    ENABLED("keys.enabled", Kind.FLAG),
    NAME_RULE("keys.nameRule", Kind.TEXT),
    NAME_UNIQUENESS("keys.nameUniqueness", Kind.TEXT),
    MAX_PER_OWNER("keys.maxPerOwner", Kind.NUMBER),
    EXPIRY_REQUIRED("keys.expiryRequired", Kind.FLAG),
    MAX_EXPIRY("keys.maxExpiry", Kind.SPAN),
    DEFAULT_EXPIRY("keys.defaultExpiry", Kind.SPAN),
    PREFIX("keys.prefix", Kind.TEXT),
    ROTATION_READ_ONLY("keys.rotation.readOnly", Kind.SPAN),
    ROTATION_READ_WRITE("keys.rotation.readWrite", Kind.SPAN),
    ROTATION_ADMIN("keys.rotation.admin", Kind.SPAN),
    HIDE_REVOKED("keys.hideRevoked", Kind.FLAG),
    RECOVERABLE("keys.recoverable", Kind.FLAG),
    MAX_GRACE("keys.maxGrace", Kind.SPAN),
    GRANULARITY("activity.granularity", Kind.TEXT),
    MAX_PERSONAL("personal.maxPerOwner", Kind.NUMBER),
    ROLES("roles.preset", Kind.TEXT);

    private static final String NOT_SET = "none";

    private final String wire;
    private final Kind kind;

    private enum Kind {
        FLAG,
        NUMBER,
        TEXT,
        SPAN
    }

    Setting(String wire, Kind kind) {
        this.wire = wire;
        this.kind = kind;
    }

    /** All of them, in their order, with what the platform says; null = not set. */
    static Map<String, @Nullable Object> all(Map<String, Object> answer) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (Setting setting : values()) {
            all.put(setting.wire, answer.get(setting.wire));
        }
        answer.forEach((name, value) -> {
            if (name.contains(".")) {
                all.put(name, value);
            }
        });
        return all;
    }

    /**
     * The value as JSON has it; null = not set. A word that fits no kind goes as text: the platform says what it wants.
     */
    static @Nullable Object value(String name, String text) {
        if (text.equals(NOT_SET) || text.isEmpty()) {
            return null;
        }
        Kind kind = Stream.of(values())
                .filter(setting -> setting.wire.equals(name))
                .map(setting -> setting.kind)
                .findFirst()
                .orElse(Kind.TEXT);
        return switch (kind) {
            case FLAG -> text.equals("true") ? (Object) true : text.equals("false") ? (Object) false : text;
            case NUMBER -> text.matches("-?\\d{1,15}") ? (Object) Long.parseLong(text) : text;
            case SPAN -> span(text);
            case TEXT -> text;
        };
    }

    private static String span(String text) {
        try {
            return new Values.Span().convert(text);
        } catch (TypeConversionException e) {
            return text;
        }
    }

    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(values()).map(setting -> setting.wire).iterator();
        }
    }
}
