package io.keyledger.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes RFC 8785 canonical JSON: one byte sequence for one value, so that a hash of it means something.
 *
 * <p>Smaller than the RFC on purpose: member names are printable ASCII, numbers are integers up to 2^53 - 1 in size (RFC
 * 7493 section 2.2), and U+0000 is refused because PostgreSQL cannot hold it. A member whose value is {@code null} is
 * left out. Stateless; safe from any thread.
 */
public final class CanonicalJson {
    private static final long MAX_EXACT = (1L << 53) - 1;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private CanonicalJson() {}

    /**
     * The canonical UTF-8 bytes of {@code object}. Values are strings, {@code Integer}, {@code Long}, {@code Boolean},
     * lists and maps of these.
     *
     * @throws IllegalArgumentException for any other value, a name that is not printable ASCII, a number that is not exact
     *     in a double, U+0000, or a lone surrogate
     */
    public static byte[] bytes(Map<String, ? extends @Nullable Object> object) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        writeObject(object, out);
        return out.toByteArray();
    }

    private static void writeValue(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case String s -> writeString(s, out);
            case Integer i -> writeAscii(Integer.toString(i), out);
            case Long l -> writeLong(l, out);
            case Boolean b -> writeAscii(b.toString(), out);
            case Map<?, ?> m -> writeObject(members(m), out);
            case List<?> l -> writeArray(l, out);
            default ->
                throw new IllegalArgumentException(
                        "no canonical form for " + value.getClass().getName());
        }
    }

    private static void writeLong(long value, ByteArrayOutputStream out) {
        if (value > MAX_EXACT || value < -MAX_EXACT) {
            throw new IllegalArgumentException("integer beyond 2^53 - 1: write it as a string");
        }
        writeAscii(Long.toString(value), out);
    }

    private static void writeObject(Map<String, ?> object, ByteArrayOutputStream out) {
        // Names are ASCII, so String order is the UTF-16 code unit order that the RFC asks for.
        TreeMap<String, Object> sorted = new TreeMap<>();
        object.forEach((name, value) -> {
            if (value != null) {
                sorted.put(checkName(name), value);
            }
        });
        out.write('{');
        boolean first = true;
        for (Map.Entry<String, Object> member : sorted.entrySet()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            writeString(member.getKey(), out);
            out.write(':');
            writeValue(member.getValue(), out);
        }
        out.write('}');
    }

    private static void writeArray(List<?> list, ByteArrayOutputStream out) {
        out.write('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            Object value = list.get(i);
            if (value == null) {
                throw new IllegalArgumentException("null in an array");
            }
            writeValue(value, out);
        }
        out.write(']');
    }

    private static String checkName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < 0x20 || name.charAt(i) > 0x7e) {
                throw new IllegalArgumentException("member name is not printable ASCII");
            }
        }
        return name;
    }

    private static Map<String, Object> members(Map<?, ?> map) {
        TreeMap<String, Object> members = new TreeMap<>();
        map.forEach((name, value) -> {
            if (!(name instanceof String text)) {
                throw new IllegalArgumentException("member name is not a string");
            }
            if (value != null) {
                members.put(text, value);
            }
        });
        return members;
    }

    private static void writeString(String s, ByteArrayOutputStream out) {
        out.write('"');
        int i = 0;
        while (i < s.length()) {
            int c = s.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case 0 -> throw new IllegalArgumentException("U+0000 in a string");
                case '"' -> writeAscii("\\\"", out);
                case '\\' -> writeAscii("\\\\", out);
                case '\b' -> writeAscii("\\b", out);
                case '\t' -> writeAscii("\\t", out);
                case '\n' -> writeAscii("\\n", out);
                case '\f' -> writeAscii("\\f", out);
                case '\r' -> writeAscii("\\r", out);
                default -> writeCodePoint(c, out);
            }
        }
        out.write('"');
    }

    private static void writeCodePoint(int c, ByteArrayOutputStream out) {
        if (c < 0x20) {
            writeAscii("\\u00", out);
            out.write(HEX[c >> 4]);
            out.write(HEX[c & 15]);
        } else if (c < 0x80) {
            out.write(c);
        } else if (c < 0x800) {
            out.write(0xc0 | c >> 6);
            out.write(0x80 | c & 0x3f);
        } else if (c < 0x10000) {
            if (c >= 0xd800 && c <= 0xdfff) {
                throw new IllegalArgumentException("lone surrogate in a string");
            }
            out.write(0xe0 | c >> 12);
            out.write(0x80 | c >> 6 & 0x3f);
            out.write(0x80 | c & 0x3f);
        } else {
            out.write(0xf0 | c >> 18);
            out.write(0x80 | c >> 12 & 0x3f);
            out.write(0x80 | c >> 6 & 0x3f);
            out.write(0x80 | c & 0x3f);
        }
    }

    private static void writeAscii(String s, ByteArrayOutputStream out) {
        for (int i = 0; i < s.length(); i++) {
            out.write(s.charAt(i));
        }
    }
}
