package io.keyledger.events;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into plain maps for {@link CanonicalJson} and back, by component name. Components are strings, integers,
 * booleans, instants (microseconds, UTC), enums (lower case, hyphens), records of one string (as that string), other
 * records (as objects), and lists and string-keyed maps of these. Unknown members are ignored on reading. Stateless; safe
 * from any thread.
 */
public final class RecordJson {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Map<Enum<?>, String> WIRE = new ConcurrentHashMap<>();
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private RecordJson() {}

    /** A time as every event writes it: UTC with exactly six digits of a second. */
    public static String time(Instant time) {
        OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            return MICROS.format(time);
        }
        // By hand: every event has several, and a formatter takes ten times as long.
        byte[] text = "0000-00-00T00:00:00.000000Z".getBytes(StandardCharsets.US_ASCII);
        digits(text, 4, utc.getYear());
        digits(text, 7, utc.getMonthValue());
        digits(text, 10, utc.getDayOfMonth());
        digits(text, 13, utc.getHour());
        digits(text, 16, utc.getMinute());
        digits(text, 19, utc.getSecond());
        digits(text, 26, utc.getNano() / 1_000);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Writes a number so that it ends before {@code end}. */
    private static void digits(byte[] text, int end, int number) {
        int at = end;
        for (int left = number; left > 0; left /= 10) {
            text[--at] = (byte) ('0' + left % 10);
        }
    }

    /** The present instant cut to what an event can hold, so that what is written equals what is read. */
    public static Instant micros(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    public static String wire(Enum<?> value) {
        return WIRE.computeIfAbsent(
                value, v -> v.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    public static Map<String, Object> toMap(Record record) {
        Shape shape = shape(record.getClass());
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < shape.names.length; i++) {
            Object value = shape.get(i, record);
            if (value != null) {
                map.put(shape.names[i], toValue(value));
            }
        }
        return map;
    }

    public static byte[] bytes(Record record) {
        return CanonicalJson.bytes(toMap(record));
    }

    /**
     * The record of that type that the object holds.
     *
     * @throws IllegalArgumentException naming the member when one is missing or of the wrong form
     */
    public static <R extends Record> R read(Class<R> type, byte[] json) {
        return fromMap(type, JsonReader.object(json));
    }

    /** As {@link #read}, from what {@link JsonReader} made. */
    public static <R extends Record> R fromMap(Class<R> type, Map<String, ?> map) {
        Shape shape = shape(type);
        @Nullable Object[] arguments = new Object[shape.names.length];
        for (int i = 0; i < arguments.length; i++) {
            Object value = map.get(shape.names[i]);
            if (value == null) {
                if (!shape.nullable[i]) {
                    throw new IllegalArgumentException(shape.names[i] + " is missing");
                }
            } else {
                arguments[i] = fromValue(shape.names[i], shape.types[i], value);
            }
        }
        return type.cast(shape.make(arguments));
    }

    private static Object toValue(Object value) {
        return switch (value) {
            case String s -> s;
            case Integer i -> i;
            case Long l -> l;
            case Boolean b -> b;
            case Instant t -> time(t);
            case Enum<?> e -> wire(e);
            case List<?> l -> l.stream().map(RecordJson::toValue).toList();
            case Map<?, ?> m -> {
                Map<String, Object> map = new LinkedHashMap<>();
                m.forEach((name, member) -> map.put((String) name, toValue(member)));
                yield map;
            }
            case Record r -> {
                Shape shape = shape(r.getClass());
                yield shape.isText() ? String.valueOf(shape.get(0, r)) : toMap(r);
            }
            default -> throw new IllegalArgumentException("no JSON form for " + value.getClass());
        };
    }

    private static Object fromValue(String name, Type type, Object value) {
        try {
            return convert(name, type, value);
        } catch (ClassCastException | ArithmeticException | DateTimeException e) {
            throw new IllegalArgumentException(name + " is not of the form expected", e);
        }
    }

    private static Object convert(String name, Type type, Object value) {
        if (type instanceof ParameterizedType p) {
            if (p.getRawType() == List.class) {
                List<Object> list = new ArrayList<>();
                ((List<?>) value).forEach(v -> list.add(fromValue(name, p.getActualTypeArguments()[0], v)));
                return List.copyOf(list);
            }
            if (p.getRawType() == Map.class) {
                Map<String, Object> map = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((k, v) -> map.put((String) k, fromValue(name, p.getActualTypeArguments()[1], v)));
                return Collections.unmodifiableMap(map);
            }
            throw new IllegalArgumentException(name + " has no JSON form");
        }
        Class<?> raw = (Class<?>) type;
        if (raw == String.class) {
            return (String) value;
        }
        if (raw == long.class || raw == Long.class) {
            return ((Number) value).longValue();
        }
        if (raw == int.class || raw == Integer.class) {
            return Math.toIntExact(((Number) value).longValue());
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return (Boolean) value;
        }
        if (raw == Instant.class) {
            return Instant.parse((String) value);
        }
        if (raw.isEnum()) {
            for (Object constant : raw.getEnumConstants()) {
                if (wire((Enum<?>) constant).equals(value)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(name + " has an unknown value");
        }
        if (raw.isRecord()) {
            Shape shape = shape(raw);
            if (shape.isText()) {
                return shape.make(new Object[] {(String) value});
            }
            Map<String, Object> members = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> members.put((String) k, v));
            return fromMap(raw.asSubclass(Record.class), members);
        }
        throw new IllegalArgumentException(name + " has no JSON form");
    }

    private static Shape shape(Class<?> type) {
        return SHAPES.computeIfAbsent(type, Shape::new);
    }

    /** What reflection tells about one record type, asked once. */
    private static final class Shape {
        private final String[] names;
        private final Type[] types;
        private final boolean[] nullable;
        private final RecordComponent[] components;
        private final Constructor<?> constructor;

        Shape(Class<?> type) {
            components = type.getRecordComponents();
            names = new String[components.length];
            types = new Type[components.length];
            nullable = new boolean[components.length];
            Class<?>[] raw = new Class<?>[components.length];
            for (int i = 0; i < components.length; i++) {
                names[i] = components[i].getName();
                types[i] = components[i].getGenericType();
                raw[i] = components[i].getType();
                nullable[i] = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
                components[i].getAccessor().setAccessible(true);
            }
            try {
                constructor = type.getDeclaredConstructor(raw);
                constructor.setAccessible(true);
            } catch (NoSuchMethodException e) {
                throw new IllegalArgumentException(type + " is not a record", e);
            }
        }

        boolean isText() {
            return types.length == 1 && types[0] == String.class;
        }

        @Nullable
        Object get(int i, Object record) {
            try {
                return components[i].getAccessor().invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        Object make(@Nullable Object[] arguments) {
            try {
                return constructor.newInstance(arguments);
            } catch (java.lang.reflect.InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
