package io.keyledger.cli.audit;

import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An event on one line for people: when, what, who, which key, and what else it says. Knows no type, so it shows any. */
public final class EventLine {
    private static final String PREFIX = "io.keyledger.";
    private static final int TYPE_WIDTH = 22;
    private static final int WHO_WIDTH = 22;

    /** Said by other columns, or of no use to a reader. */
    private static final Set<String> LEFT_OUT =
            Set.of("keyId", "requestId", "firstTime", "lastTime", "method", "path", "count", "lanes", "userAgent");

    private EventLine() {}

    /** The name of its type as filters take it: {@code key.revoked}. */
    public static String type(Map<String, ?> event) {
        String wire = Text.of(event.get("type"));
        String name = wire.startsWith(PREFIX) ? wire.substring(PREFIX.length()) : wire;
        return name.replaceFirst("\\.v\\d+$", "");
    }

    /** The fact itself. */
    public static Map<String, Object> data(Map<String, ?> event) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (event.get("data") instanceof Map<?, ?> members) {
            members.forEach((name, value) -> data.put(String.valueOf(name), value));
        }
        return data;
    }

    /** Prints events, one a line: for scripts the event itself, for people as {@link #of} below a header. */
    public static Consumer<Map<String, Object>> printer(Console console, boolean withKey) {
        if (console.json()) {
            return event -> console.line(AuditCommand.verbatim(event));
        }
        AtomicBoolean headed = new AtomicBoolean();
        return event -> {
            if (!headed.getAndSet(true)) {
                console.note(header(console));
            }
            console.line(of(console, event, withKey));
        };
    }

    private static String header(Console console) {
        return console.style(
                "bold", pad("TIME", 20) + "  " + pad("TYPE", TYPE_WIDTH) + "  " + pad("WHO", WHO_WIDTH) + "  WHAT");
    }

    /** @param withKey whether to name the key: not in a history of one key */
    public static String of(Console console, Map<String, ?> event, boolean withKey) {
        String type = type(event);
        String who = Text.of(event.get("authtype")) + " " + Text.of(event.get("authid"));
        Map<String, Object> data = data(event);
        String key = withKey && data.get("keyId") != null ? Text.of(data.get("keyId")) + " " : "";
        return Text.time(event.get("time"), Text.NONE)
                + "  " + console.style(style(type), pad(type, TYPE_WIDTH))
                + "  " + pad(who, WHO_WIDTH)
                + "  " + key + details(data, withKey);
    }

    private static String details(Map<String, Object> data, boolean withKey) {
        StringBuilder text = new StringBuilder();
        if (data.get("method") != null || data.get("path") != null) {
            text.append(Text.of(data.get("method")))
                    .append(' ')
                    .append(Text.of(data.get("path")))
                    .append(' ');
        }
        if (data.get("count") instanceof Long count && count > 1) {
            text.append(count).append(" times ");
        }
        text.append(data.entrySet().stream()
                .filter(e -> !LEFT_OUT.contains(e.getKey())
                        && (withKey || !e.getKey().equals("keyName")))
                .map(e -> e.getKey() + "=" + value(e.getKey(), e.getValue()))
                .collect(Collectors.joining(" ")));
        return text.toString().stripTrailing();
    }

    private static String value(String name, @Nullable Object value) {
        if (name.equals("edges") && value instanceof List<?> edges) {
            return edges.stream()
                    .map(edge -> edge instanceof Map<?, ?> e
                            ? Text.of(e.get("edge")) + "(" + Text.of(e.get("millis")) + "ms)"
                            : Text.of(edge))
                    .collect(Collectors.joining(","));
        }
        if (name.equals("changes") && value instanceof List<?> changes) {
            return changes.stream()
                    .map(change -> change instanceof Map<?, ?> c
                            ? Text.of(c.get("name")) + ": " + Text.of(c.get("from")) + " -> " + Text.of(c.get("to"))
                            : Text.of(change))
                    .collect(Collectors.joining(", "));
        }
        if (name.endsWith("At")) {
            return Text.time(value, Text.NONE);
        }
        String text = Text.of(value);
        return text.contains(" ") ? "\"" + text + "\"" : text;
    }

    private static String style(String type) {
        return switch (type) {
            case "auth.failed", "key.revoked", "key.expired", "key.deleted", "key.suspended" -> "fg(red)";
            case "key.used" -> "fg(green)";
            default -> "fg(cyan)";
        };
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }
}
