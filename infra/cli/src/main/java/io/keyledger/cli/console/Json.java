package io.keyledger.cli.console;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON from plain maps, lists, strings, numbers, booleans and null: requests, which need null, and events for
 * people, which need lines. What is hashed is never written here.
 */
public final class Json {
    private Json() {}

    /** On one line. */
    public static String line(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, -1, out);
        return out.toString();
    }

    /** Over several lines, indented by two blanks. */
    public static String pretty(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, 0, out);
        return out.toString();
    }

    /** @param depth negative = all on one line */
    private static void write(@Nullable Object value, int depth, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> writeObject(map, depth, out);
            case List<?> list -> writeArray(list, depth, out);
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag.booleanValue());
            default -> writeString(value.toString(), out);
        }
    }

    private static void writeObject(Map<?, ?> map, int depth, StringBuilder out) {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> members = map.entrySet().iterator(); members.hasNext(); ) {
            Map.Entry<?, ?> member = members.next();
            newLine(depth, 1, out);
            writeString(String.valueOf(member.getKey()), out);
            out.append(depth < 0 ? ":" : ": ");
            write(member.getValue(), depth < 0 ? depth : depth + 1, out);
            if (members.hasNext()) {
                out.append(',');
            }
        }
        if (!map.isEmpty()) {
            newLine(depth, 0, out);
        }
        out.append('}');
    }

    private static void writeArray(List<?> list, int depth, StringBuilder out) {
        // Lists in events are short lists of short things: one line is easier to read.
        out.append('[');
        for (Iterator<?> values = list.iterator(); values.hasNext(); ) {
            write(values.next(), -1, out);
            if (values.hasNext()) {
                out.append(depth < 0 ? "," : ", ");
            }
        }
        out.append(']');
    }

    private static void newLine(int depth, int more, StringBuilder out) {
        if (depth >= 0) {
            out.append('\n').repeat("  ", depth + more);
        }
    }

    private static void writeString(String s, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Text.isUnsafe(c)) {
                        out.append("\\u").append(Text.hex(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
