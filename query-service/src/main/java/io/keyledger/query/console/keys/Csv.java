package io.keyledger.query.console.keys;

import org.jspecify.annotations.Nullable;

/** Lines of comma-separated values, RFC 4180. */
public final class Csv {
    private Csv() {}

    /** One line. A value that a spreadsheet would take for a formula gets an apostrophe before it. */
    public static String line(@Nullable Object... values) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                line.append(',');
            }
            Object value = values[i];
            String text = value == null ? "" : value.toString();
            if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 && !(value instanceof Number)) {
                text = "'" + text;
            }
            if (text.indexOf(',') >= 0
                    || text.indexOf('"') >= 0
                    || text.indexOf('\n') >= 0
                    || text.indexOf('\r') >= 0) {
                text = '"' + text.replace("\"", "\"\"") + '"';
            }
            line.append(text);
        }
        return line.append("\r\n").toString();
    }
}
