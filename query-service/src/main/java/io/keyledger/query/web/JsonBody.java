package io.keyledger.query.web;

import io.keyledger.events.JsonReader;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object that a request holds, read strictly: one value of at most {@value #MAX_BYTES} bytes, no doubled members, no
 * member that is not known, no type for another. What it holds may be a key: nothing of it is in any refusal, and it has no
 * {@code toString} that shows it.
 */
public final class JsonBody {
    static final int MAX_BYTES = 65_536;

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,30}");

    private final Map<String, Object> members;
    private final String prefix;

    private JsonBody(Map<String, Object> members, String prefix, List<String> known) {
        this.members = members;
        this.prefix = prefix;
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                throw new Refused(new Refusal.UnknownField(
                        prefix + (WORD.matcher(name).matches() ? name : "(not shown)"), known));
            }
        }
    }

    /** The request's body, whose members are among {@code known}. */
    public static JsonBody of(HttpServletRequest request, String... known) throws IOException {
        byte[] bytes = request.getInputStream().readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new Refused(new Refusal.BodyTooLarge(MAX_BYTES));
        }
        try {
            return new JsonBody(JsonReader.object(bytes), "", Arrays.asList(known));
        } catch (IllegalArgumentException e) {
            // The reader's messages name places, never what stands there.
            throw new Refused(new Refusal.MalformedJson("it is none, or holds a member twice, or a fraction"));
        }
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** A text of 1 to {@code most} characters; null when it is not given. */
    public @Nullable String text(String name, int most) {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text) || text.isEmpty() || text.length() > most || text.indexOf(0) >= 0) {
            throw invalid(name, "a text of 1 to %d characters".formatted(most));
        }
        return text;
    }

    /** A text of that form; null when it is not given. */
    public @Nullable String matching(String name, Pattern form, String allowed) {
        String text = text(name, 200);
        if (text != null && !form.matcher(text).matches()) {
            throw invalid(name, allowed);
        }
        return text;
    }

    /** One to {@code most} texts; null when there are none. */
    public @Nullable List<String> texts(String name, int most) {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof List<?> list)
                || list.isEmpty()
                || list.size() > most
                || !list.stream().allMatch(String.class::isInstance)) {
            throw invalid(name, "an array of 1 to %d strings".formatted(most));
        }
        return list.stream().map(String.class::cast).toList();
    }

    /** An instant; null when it is not given. */
    public @Nullable Instant time(String name) {
        String text = text(name, 40);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            throw invalid(name, "an instant such as 2026-11-22T11:00:00Z");
        }
    }

    /** True or false; null when it is not given. */
    public @Nullable Boolean flag(String name) {
        Object value = members.get(name);
        if (value != null && !(value instanceof Boolean)) {
            throw invalid(name, "true or false");
        }
        return (Boolean) value;
    }

    /** An object; null when it is not given. */
    public @Nullable JsonBody part(String name, String... known) {
        Map<String, Object> object = object(name);
        return object == null ? null : new JsonBody(object, prefix + name + ".", Arrays.asList(known));
    }

    /** An object as it was read; null when it is not given. */
    public @Nullable Map<String, Object> object(String name) {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw invalid(name, "an object");
        }
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, member) -> object.put((String) key, member));
        return object;
    }

    public Refused missing(String name) {
        return new Refused(new Refusal.MissingField(prefix + name));
    }

    public Refused invalid(String name, String allowed) {
        return new Refused(new Refusal.InvalidValue(prefix + name, allowed));
    }
}
