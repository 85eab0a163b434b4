package io.keyledger.events;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
        Out out = new Out();
        writeObject(object, out);
        return out.toByteArray();
    }

    private static void writeValue(Object value, Out out) {
        switch (value) {
            case String s -> writeString(s, out);
            case Integer i -> writeAscii(Integer.toString(i), out);
            case Long l -> writeLong(l, out);
            case Boolean b -> writeAscii(b.toString(), out);
            case Map<?, ?> m -> writeObject(m, out);
            case List<?> l -> writeArray(l, out);
            default ->
                throw new IllegalArgumentException(
                        "no canonical form for " + value.getClass().getName());
        }
    }

    private static void writeLong(long value, Out out) {
        if (value > MAX_EXACT || value < -MAX_EXACT) {
            throw new IllegalArgumentException("integer beyond 2^53 - 1: write it as a string");
        }
        writeAscii(Long.toString(value), out);
    }

    private static void writeObject(Map<?, ?> object, Out out) {
        String[] names = new String[object.size()];
        int count = 0;
        for (Map.Entry<?, ?> member : object.entrySet()) {
            if (!(member.getKey() instanceof String name)) {
                throw new IllegalArgumentException("member name is not a string");
            }
            if (member.getValue() != null) {
                names[count++] = checkName(name);
            }
        }
        // Names are ASCII, so String order is the UTF-16 code unit order that the RFC asks for.
        Arrays.sort(names, 0, count);
        out.write('{');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.write(',');
            }
            writeString(names[i], out);
            out.write(':');
            Object value = object.get(names[i]);
            if (value == null) {
                throw new IllegalArgumentException("a map that changes while it is written");
            }
            writeValue(value, out);
        }
        out.write('}');
    }

    private static void writeArray(List<?> list, Out out) {
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

    private static void writeString(String s, Out out) {
        out.write('"');
        int i = 0;
        while (i < s.length()) {
            char plain = s.charAt(i);
            if (plain >= 0x20 && plain < 0x7f && plain != '"' && plain != '\\') {
                out.write(plain);
                i++;
                continue;
            }
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

    private static void writeCodePoint(int c, Out out) {
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

    private static void writeAscii(String s, Out out) {
        for (int i = 0; i < s.length(); i++) {
            out.write(s.charAt(i));
        }
    }

    /** Bytes that grow; for one thread, unlike the platform's own. */
    private static final class Out {
        private byte[] bytes = new byte[1024];
        private int size;

        void write(int b) {
            if (size == bytes.length) {
                bytes = Arrays.copyOf(bytes, size * 2);
            }
            bytes[size++] = (byte) b;
        }

        byte[] toByteArray() {
            return Arrays.copyOf(bytes, size);
        }
    }
}
