package io.keyledger.events.siem;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import io.keyledger.events.JsonReader;
import io.keyledger.events.ecs.Ecs;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as one message of the syslog protocol, RFC 5424, without line end or frame (RFC 6587's octet counts are the
 * sender's). Facility 13, log audit. The structured data names what one routes by; the message is the event itself, as JSON
 * whose characters above ASCII are escaped, so that it needs no byte order mark and holds no line end. Writing it again in
 * canonical form gives the bytes that were published.
 *
 * <p>Control characters in the structured data, for which the RFC has no escape, become U+FFFD; in the message nothing is
 * lost. Stateless; safe from any thread.
 */
public final class Syslog {
    /**
     * The name of our structured data: 32473 is the number that RFC 5612 keeps for whoever has none of their own.
     */
    public static final String SD_ID = "keyledger@32473";

    private static final int LOG_AUDIT = 13;
    private static final String APP_NAME = "keyledger";
    private static final int LONGEST_HOSTNAME = 255;
    private static final int LONGEST_MSGID = 32;
    private static final char REPLACEMENT = '\uFFFD';

    private Syslog() {}

    /**
     * The message of one event.
     *
     * @throws IllegalArgumentException when the bytes are not an event of ours
     */
    public static String line(byte[] eventBytes) {
        Map<String, Object> envelope = JsonReader.object(eventBytes);
        CloudEvent read = CloudEvent.read(eventBytes);
        Event event = read == null ? null : read.data();
        Map<?, ?> data = envelope.get("data") instanceof Map<?, ?> map ? map : Map.of();
        StringBuilder line = new StringBuilder();
        line.append('<')
                .append(LOG_AUDIT * 8 + Severity.of(event).syslog())
                .append(">1 ")
                .append(text(envelope, "time"))
                .append(' ')
                .append(name(hostName(text(envelope, "source"), data), LONGEST_HOSTNAME))
                .append(' ')
                .append(APP_NAME)
                .append(" - ")
                .append(name(Ecs.shortName(text(envelope, "type")), LONGEST_MSGID))
                .append(" [")
                .append(SD_ID);
        parameters(envelope, data).forEach((name, value) -> {
            line.append(' ').append(name).append("=\"");
            value(line, value);
            line.append('"');
        });
        line.append("] ");
        ascii(line, new String(CanonicalJson.bytes(envelope), StandardCharsets.UTF_8));
        return line.toString();
    }

    /** The parameters of the structured data, unescaped. */
    static Map<String, String> parameters(Map<String, Object> envelope, Map<?, ?> data) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("id", text(envelope, "id"));
        out.put("source", text(envelope, "source"));
        out.put("sequence", text(envelope, "sequence"));
        out.put("prevhash", text(envelope, "prevhash"));
        put(out, "tenant", envelope.get("tenantid"));
        put(out, "actorType", envelope.get("authtype"));
        put(out, "actor", envelope.get("authid"));
        put(out, "keyId", data.get("keyId"));
        put(out, "credentialId", data.get("credentialId"));
        put(out, "userId", data.get("userId"));
        put(out, "ip", data.get("ip"));
        put(out, "reason", data.get("reason"));
        if (data.get("count") instanceof Long count) {
            out.put("count", count.toString());
        }
        return out;
    }

    /** Who has written the event: the edge, else the installation. */
    private static String hostName(String source, Map<?, ?> data) {
        if (data.get("edge") instanceof String edge) {
            return edge;
        }
        String[] urn = source.split(":", 4);
        return urn.length == 4 ? urn[2] : "-";
    }

    /** Printable ASCII without spaces, at most so long; anything else becomes an underscore. */
    static String name(String text, int limit) {
        if (text.isEmpty()) {
            return "-";
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < limit; i++) {
            char c = text.charAt(i);
            out.append(c > 0x20 && c < 0x7f ? c : '_');
        }
        return out.toString();
    }

    /** Writes a parameter's value: RFC 5424 section 6.3.3. */
    static void value(StringBuilder line, String text) {
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\' || c == ']') {
                line.append('\\');
            }
            line.appendCodePoint(Plain.isControl(c) ? REPLACEMENT : c);
        });
    }

    /** Writes JSON with everything above ASCII as an escape. */
    private static void ascii(StringBuilder line, String json) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x7f) {
                line.append(c);
            } else {
                line.append("\\u");
                String hex = Integer.toHexString(c);
                line.append("0".repeat(4 - hex.length())).append(hex);
            }
        }
    }

    private static void put(Map<String, String> out, String name, @Nullable Object value) {
        if (value instanceof String s) {
            out.put(name, s);
        }
    }

    private static String text(Map<String, Object> envelope, String name) {
        if (envelope.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }
}
