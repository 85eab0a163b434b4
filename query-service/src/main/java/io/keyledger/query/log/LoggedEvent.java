package io.keyledger.query.log;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.ecs.Ecs;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One event as it lies in the log. Immutable but for {@link #bytes}, which nobody changes. */
public final class LoggedEvent {
    private final String topic;
    private final int partition;
    private final long offset;
    private final byte[] bytes;
    private final Map<String, Object> envelope;
    private final UUID id;
    private final long sequence;
    private final Instant time;
    private final @Nullable String keyId;
    private final @Nullable Event data;

    private LoggedEvent(String topic, int partition, long offset, byte[] bytes) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.bytes = bytes;
        this.envelope = JsonReader.object(bytes);
        this.id = UUID.fromString(text("id"));
        this.sequence = Long.parseLong(text("sequence"));
        this.time = Instant.parse(text("time"));
        Map<String, Object> members = new LinkedHashMap<>();
        if (envelope.get("data") instanceof Map<?, ?> raw) {
            raw.forEach((name, value) -> members.put((String) name, value));
        }
        EventType type = EventType.ofWire(text("type"));
        this.data =
                type == null ? null : (Event) RecordJson.fromMap(type.record().asSubclass(Record.class), members);
        this.keyId = data instanceof KeyEvent e ? e.keyId().value() : keyId(members.get("keyId"));
        for (String name : new String[] {"source", "prevhash", "tenantid", "authid"}) {
            text(name);
        }
    }

    /**
     * Reads one record of an audit topic.
     *
     * @throws IllegalArgumentException when it is not an event, or of a known type and not of its form
     */
    public static LoggedEvent read(String topic, int partition, long offset, byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new IllegalArgumentException("the record has no value");
        }
        try {
            return new LoggedEvent(topic, partition, offset, bytes);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("time is not of the form expected", e);
        }
    }

    private static @Nullable String keyId(@Nullable Object value) {
        if (!(value instanceof String text)) {
            return null;
        }
        try {
            return new KeyId(text).value();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private String text(String name) {
        if (envelope.get(name) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(name + " is missing");
    }

    public String topic() {
        return topic;
    }

    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    /** Exactly what its writer made; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** The link that the next event of the source must name. */
    public String hash() {
        return CloudEvent.hash(bytes);
    }

    public UUID id() {
        return id;
    }

    public String source() {
        return text("source");
    }

    public long sequence() {
        return sequence;
    }

    public String prevHash() {
        return text("prevhash");
    }

    public Instant time() {
        return time;
    }

    public String tenant() {
        return text("tenantid");
    }

    /** Who did it: the CloudEvents {@code authid}. */
    public String actor() {
        return text("authid");
    }

    /** The short name, such as {@code key.used}; the whole one for a type of somebody else. */
    public String type() {
        return Ecs.shortName(text("type"));
    }

    /** The key that it is about, or null. */
    public @Nullable String keyId() {
        return keyId;
    }

    /** The fact, or null for a type that this version does not know: such an event is kept, not folded. */
    public @Nullable Event data() {
        return data;
    }
}
