package io.keyledger.events.siem;

/** Text for formats that have no escape for control characters. */
final class Plain {
    private Plain() {}

    /** Whether a line or a terminal could take it for more than text: C0, DEL, C1, and Unicode's own line ends. */
    static boolean isControl(int c) {
        return c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029;
    }

    /** At most {@code limit} UTF-16 units, never half a character. */
    static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit);
    }
}
