package io.keyledger.cli.console;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what the platform says into what a terminal may show. */
public final class Text {
    /** What stands where there is nothing. */
    public static final String NONE = "-";

    private static final int SECONDS = "2026-11-22T11:00:00".length();

    private Text() {}

    /**
     * One value for a person, on one line. A user agent or a path is written by strangers: whatever could steer a terminal
     * is shown as an escape.
     */
    public static String of(@Nullable Object value) {
        return switch (value) {
            case null -> NONE;
            case List<?> list ->
                list.isEmpty() ? NONE : list.stream().map(Text::of).collect(Collectors.joining(", "));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(e -> of(e.getKey()) + "=" + of(e.getValue()))
                        .collect(Collectors.joining(" "));
            default -> clean(value.toString());
        };
    }

    /** A time to the second; {@code never} when there is none. */
    public static String time(@Nullable Object time, String never) {
        if (time == null) {
            return never;
        }
        String text = clean(time.toString());
        return text.length() > SECONDS && text.endsWith("Z") ? text.substring(0, SECONDS) + "Z" : text;
    }

    static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnsafe(c)) {
                out.append("\\u").append(hex(c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Controls, line and paragraph separators, and marks that turn the direction of writing. */
    static boolean isUnsafe(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    static String hex(char c) {
        String digits = Integer.toHexString(c);
        return "0".repeat(4 - digits.length()) + digits;
    }
}
