package io.keyledger.events.siem;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import io.keyledger.events.ecs.Ecs;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as one line of the ArcSight Common Event Format, version 0 of its header (<i>CEF Implementation Standard</i>,
 * revision 25): UTF-8, no line end. In the header {@code \} and {@code |} are escaped, in the extension {@code \} and
 * {@code =}, and line ends there are {@code \n} and {@code \r}. The format knows no escape for other control characters: they
 * become U+FFFD, in the header line ends too. Values are cut at the lengths that the standard's dictionary gives.
 *
 * <p>It is a view that loses something; whoever has to prove anything keeps the event itself. Stateless; safe from any thread.
 */
public final class Cef {
    private static final String PREFIX = "CEF:0|Keyledger|Keyledger|1|";
    private static final int LONG = 1023;
    private static final int CUSTOM = 4000;
    private static final char REPLACEMENT = '\uFFFD';

    private Cef() {}

    /**
     * The line of one event.
     *
     * @throws IllegalArgumentException when the bytes are not an event of ours
     */
    public static String line(byte[] eventBytes) {
        Map<String, Object> envelope = JsonReader.object(eventBytes);
        CloudEvent read = CloudEvent.read(eventBytes);
        Event event = read == null ? null : read.data();
        String type = text(envelope, "type");
        StringBuilder line = new StringBuilder(PREFIX);
        header(line, Ecs.shortName(type));
        line.append('|');
        header(line, Titles.of(EventType.ofWire(type)));
        line.append('|').append(Severity.of(event).cef()).append('|');
        String between = "";
        for (Map.Entry<String, String> member : extension(envelope).entrySet()) {
            line.append(between).append(member.getKey()).append('=');
            value(line, member.getValue());
            between = " ";
        }
        return line.toString();
    }

    /** What stands in the extension, unescaped, by CEF's own names. */
    static Map<String, String> extension(Map<String, Object> envelope) {
        Map<?, ?> data = envelope.get("data") instanceof Map<?, ?> map ? map : Map.of();
        String action = Ecs.shortName(text(envelope, "type"));
        Map<String, String> out = new LinkedHashMap<>();
        put(out, "rt", millis(text(envelope, "time")), 20);
        put(out, "externalId", text(envelope, "id"), 40);
        put(out, "act", action, 63);
        put(out, "outcome", action.equals("auth.failed") ? "failure" : "success", 63);
        String reason = string(data, "reason");
        put(out, "reason", reason != null ? reason : string(data, "reasonCode"), LONG);
        String ip = string(data, "ip");
        if (ip != null && Addresses.isIpv4(ip)) {
            put(out, "src", ip, 40);
        } else if (ip != null && Addresses.isIpv6(ip)) {
            custom(out, "c6a2", "Source IPv6 Address", ip);
        } else {
            put(out, "shost", ip, LONG);
        }
        put(out, "suid", string(envelope, "authid"), LONG);
        put(out, "suser", string(envelope, "authtype"), LONG);
        put(out, "duid", string(data, "userId"), LONG);
        // How a person has signed in is a method too, but none of HTTP.
        put(out, "requestMethod", string(data, "userId") == null ? string(data, "method") : null, LONG);
        put(out, "request", string(data, "path"), LONG);
        put(out, "requestClientApplication", string(data, "userAgent"), LONG);
        put(out, "dvchost", string(data, "edge"), 100);
        put(out, "cnt", data.get("count") instanceof Long count ? count.toString() : null, 20);
        put(out, "start", millis(string(data, "firstTime")), 20);
        put(out, "end", millis(string(data, "lastTime")), 20);
        custom(out, "cs1", "Key", string(data, "keyId"));
        custom(out, "cs2", "Credential", string(data, "credentialId"));
        custom(out, "cs3", "Tenant", string(envelope, "tenantid"));
        custom(out, "cs4", "Source", text(envelope, "source"));
        custom(out, "cs5", "Sequence", text(envelope, "sequence"));
        custom(out, "cs6", "PrevHash", text(envelope, "prevhash"));
        put(out, "msg", Ecs.message(action, data), LONG);
        return out;
    }

    private static void custom(Map<String, String> out, String name, String label, @Nullable String value) {
        if (value != null) {
            put(out, name, value, CUSTOM);
            out.put(name + "Label", label);
        }
    }

    private static void put(Map<String, String> out, String name, @Nullable String value, int limit) {
        if (value != null) {
            out.put(name, Plain.cut(value, limit));
        }
    }

    /** Writes a field of the header. */
    static void header(StringBuilder line, String text) {
        text.codePoints().forEach(c -> {
            if (c == '\\' || c == '|') {
                line.append('\\');
            }
            line.appendCodePoint(Plain.isControl(c) ? REPLACEMENT : c);
        });
    }

    /** Writes a value of the extension. */
    static void value(StringBuilder line, String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '=' -> line.append("\\=");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.appendCodePoint(Plain.isControl(c) ? REPLACEMENT : c);
            }
        });
    }

    private static @Nullable String millis(@Nullable String time) {
        try {
            return time == null ? null : Long.toString(Instant.parse(time).toEpochMilli());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a time is not one", e);
        }
    }

    private static @Nullable String string(Map<?, ?> map, String name) {
        return map.get(name) instanceof String s ? s : null;
    }

    private static String text(Map<String, Object> envelope, String name) {
        String value = string(envelope, name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
