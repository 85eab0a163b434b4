package io.keyledger.command.eventstore;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.Event;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.tokenstore.ConfigToken;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.ChainingConverter;
import org.axonframework.serialization.Converter;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.UnknownSerializedType;
import org.jspecify.annotations.Nullable;

/**
 * The JSON text of what the event store holds, under names of our own: {@code key.revoked.v1} for an event, never a Java
 * class. Knows events, metadata (four members, no others) and tracking tokens. Stateless; safe from any thread.
 */
public final class StoredJson implements Serializer {
    private static final String WIRE_PREFIX = "io.keyledger.";
    private static final String GAP_AWARE = "gap-aware";
    private static final String CONFIG = "config";
    private static final Set<String> METADATA = Set.of("tenant", "authtype", "authid", "requestId");
    private static final SimpleSerializedType NOTHING = new SimpleSerializedType("empty", null);

    private final Converter converter = new ChainingConverter();

    /** The name of a type in the event store, such as {@code key.revoked.v1}. */
    public static String name(EventType type) {
        return type.wire().substring(WIRE_PREFIX.length());
    }

    /**
     * The event of that stored name and JSON text.
     *
     * @throws IllegalArgumentException when this version does not know the name: a stored event is never passed over
     */
    public static Event event(String name, String json) {
        EventType type = EventType.ofWire(WIRE_PREFIX + name);
        if (type == null) {
            throw new IllegalArgumentException("the event store holds a type that this version does not know: " + name);
        }
        return (Event) RecordJson.read(type.record().asSubclass(Record.class), utf8(json));
    }

    /** The members of stored metadata. */
    public static Map<String, String> metadata(String json) {
        Map<String, String> members = new LinkedHashMap<>();
        JsonReader.object(utf8(json)).forEach((name, value) -> members.put(name, (String) value));
        return members;
    }

    @Override
    public <T> SerializedObject<T> serialize(@Nullable Object object, Class<T> representation) {
        String json = switch (object) {
            case null -> "{}";
            case Event event -> new String(RecordJson.bytes((Record) event), StandardCharsets.UTF_8);
            case MetaData metadata -> write(kept(metadata));
            case GapAwareTrackingToken token ->
                write(Map.of("index", token.getIndex(), "gaps", List.copyOf(token.getGaps())));
            case ConfigToken token -> write(token.getConfig());
            default -> throw new IllegalArgumentException("nothing to store: " + object.getClass());
        };
        return new SimpleSerializedObject<>(
                converter.convert(json, representation),
                representation,
                typeForClass(object == null ? null : object.getClass()));
    }

    private static Map<String, String> kept(MetaData metadata) {
        Map<String, String> kept = new LinkedHashMap<>();
        metadata.forEach((name, value) -> {
            if (value != null && METADATA.contains(name)) {
                kept.put(name, value.toString());
            }
        });
        return kept;
    }

    @Override
    public <T> boolean canSerializeTo(Class<T> representation) {
        return converter.canConvert(String.class, representation);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    public <S, T> T deserialize(SerializedObject<S> stored) {
        String json = converter.convert(stored.getData(), stored.getContentType(), String.class);
        String name = stored.getType().getName();
        Object value = switch (name) {
            case "empty" -> null;
            case GAP_AWARE -> token(json);
            case CONFIG -> new ConfigToken(metadata(json));
            case String s when s.equals(MetaData.class.getName()) -> MetaData.from(metadata(json));
            default -> event(name, json);
        };
        return (T) value;
    }

    private static GapAwareTrackingToken token(String json) {
        Map<String, Object> members = JsonReader.object(utf8(json));
        if (!(members.get("index") instanceof Long index) || !(members.get("gaps") instanceof List<?> list)) {
            throw new IllegalArgumentException("a token must hold index and gaps");
        }
        List<Long> gaps = new ArrayList<>();
        list.forEach(gap -> gaps.add((Long) gap));
        return new GapAwareTrackingToken(index, new TreeSet<>(gaps));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class classForType(SerializedType type) {
        String name = type.getName();
        if (name.equals(MetaData.class.getName())) {
            return MetaData.class;
        }
        EventType event = EventType.ofWire(WIRE_PREFIX + name);
        if (event != null) {
            return event.record();
        }
        return switch (name) {
            case GAP_AWARE -> GapAwareTrackingToken.class;
            case CONFIG -> ConfigToken.class;
            case "empty" -> Void.class;
            default -> UnknownSerializedType.class;
        };
    }

    @Override
    @SuppressWarnings("rawtypes")
    public SerializedType typeForClass(@Nullable Class type) {
        if (type == null || type == Void.class) {
            return NOTHING;
        }
        if (type == GapAwareTrackingToken.class) {
            return new SimpleSerializedType(GAP_AWARE, null);
        }
        if (type == ConfigToken.class) {
            return new SimpleSerializedType(CONFIG, null);
        }
        for (EventType event : EventType.values()) {
            if (event.record() == type) {
                return new SimpleSerializedType(name(event), null);
            }
        }
        return new SimpleSerializedType(type.getName(), null);
    }

    @Override
    public Converter getConverter() {
        return converter;
    }

    private static String write(Map<String, ?> members) {
        return new String(CanonicalJson.bytes(members), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
