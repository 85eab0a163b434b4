package io.keyledger.query.console.events;

import io.keyledger.events.JsonReader;
import io.keyledger.query.console.keys.EventWords;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event in a list.
 *
 * @param whole all of it, laid out for reading
 */
public record EventItem(
        String id,
        Instant time,
        String type,
        String words,
        @Nullable String keyId,
        @Nullable String keyName,
        String actor,
        @Nullable String address,
        @Nullable String detail,
        String whole) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static EventItem of(byte[] bytes) {
        Map<String, Object> event = JsonReader.object(bytes);
        Map<?, ?> data = event.get("data") instanceof Map<?, ?> map ? map : Map.of();
        String type = EventWords.shortName(text(event.get("type")));
        return new EventItem(
                text(event.get("id")),
                Instant.parse(text(event.get("time"))),
                type,
                EventWords.of(type, data),
                optional(data.get("keyId")),
                optional(data.get("keyName")),
                text(event.get("authid")),
                optional(data.get("ip")),
                detail(data),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(event));
    }

    private static @Nullable String detail(Map<?, ?> data) {
        Object path = data.get("path");
        Object reason = data.get("reason");
        if (path == null) {
            return optional(reason);
        }
        String request = Objects.toString(data.get("method"), "") + " " + path;
        Object count = data.get("count");
        return request.strip()
                + (count instanceof Number n && n.longValue() > 1 ? " × " + n : "")
                + (reason == null ? "" : ": " + reason);
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }

    private static @Nullable String optional(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
