package io.keyledger.events.siem;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.ecs.Ecs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The forms in which the audit can be had. All but the first are views, made when they are asked for. */
public enum AuditFormat {
    /** The event itself, byte for byte. */
    CLOUDEVENTS,
    OCSF,
    ECS,
    CEF,
    SYSLOG;

    private static final List<String> NAMES =
            Arrays.stream(values()).map(AuditFormat::wire).toList();

    /** The name in queries and options. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names. */
    public static List<String> names() {
        return NAMES;
    }

    /** The format of that name, or null. */
    public static @Nullable AuditFormat ofWire(String wire) {
        int at = NAMES.indexOf(wire);
        return at < 0 ? null : values()[at];
    }

    /** Whether its lines are JSON objects. */
    public boolean isJson() {
        return switch (this) {
            case CLOUDEVENTS, OCSF, ECS -> true;
            case CEF, SYSLOG -> false;
        };
    }

    /**
     * One event as one line, UTF-8, without its end; the line holds none.
     *
     * @throws IllegalArgumentException when the bytes are not an event of ours
     */
    public byte[] line(byte[] eventBytes) {
        return switch (this) {
            case CLOUDEVENTS -> eventBytes;
            case OCSF -> CanonicalJson.bytes(Ocsf.event(eventBytes));
            case ECS -> CanonicalJson.bytes(Ecs.document(eventBytes));
            case CEF -> Cef.line(eventBytes).getBytes(StandardCharsets.UTF_8);
            case SYSLOG -> Syslog.line(eventBytes).getBytes(StandardCharsets.UTF_8);
        };
    }
}
