package io.keyledger.query.console.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write them, and as ISO 8601 does. Pure. */
final class Spans {
    private static final Pattern WORDS = Pattern.compile(
            "(\\d{1,6})\\s*(|d|day|days|h|hour|hours|w|week|weeks|m|month|months|y|year|years|min|minute|minutes)");
    private static final Pattern ISO = Pattern.compile("P(?:(\\d+)([YMWD])|T(\\d+)([HM]))");

    private Spans() {}

    /** {@code 90}, {@code 90 days}, {@code 12 hours}, {@code 1 year} as ISO 8601; anything else as it is. */
    static String parse(String text) {
        Matcher words = WORDS.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!words.matches()) {
            return text.strip();
        }
        String n = words.group(1);
        return switch (words.group(2)) {
            case "h", "hour", "hours" -> "PT" + n + "H";
            case "min", "minute", "minutes" -> "PT" + n + "M";
            case "w", "week", "weeks" -> "P" + 7 * Long.parseLong(n) + "D";
            case "m", "month", "months" -> "P" + n + "M";
            case "y", "year", "years" -> "P" + n + "Y";
            default -> "P" + n + "D";
        };
    }

    /** {@code P90D} as {@code 90 days}; what is of more than one unit stays as it is. */
    static String say(String iso) {
        Matcher matcher = ISO.matcher(iso);
        if (!matcher.matches()) {
            return iso;
        }
        boolean date = matcher.group(1) != null;
        String n = date ? matcher.group(1) : matcher.group(3);
        String unit = switch (date ? matcher.group(2) : "T" + matcher.group(4)) {
            case "Y" -> "year";
            case "M" -> "month";
            case "W" -> "week";
            case "D" -> "day";
            case "TH" -> "hour";
            default -> "minute";
        };
        return n + " " + unit + (n.equals("1") ? "" : "s");
    }
}
