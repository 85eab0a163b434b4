package io.keyledger.verifier;

import java.util.Arrays;

/**
 * A path in the one form in which it is compared: dot segments resolved, doubled slashes and {@code ;parameters} dropped, the
 * query cut off, percent signs decoded once, byte by byte. Has no garbage, to be reused by one thread.
 */
final class PlainPath {
    private static final int USUAL_CHARS = 128;
    private static final int USUAL_SEGMENTS = 16;

    private char[] chars = new char[USUAL_CHARS];
    private int[] ends = new int[USUAL_SEGMENTS];
    private int length;
    private int segments;

    /** @return whether the path has one meaning; if not, what this holds means nothing */
    boolean read(String raw) {
        length = 0;
        segments = 0;
        int end = end(raw);
        if (chars.length < end) {
            chars = new char[end];
        }
        int at = 0;
        while (at < end) {
            int slash = raw.indexOf('/', at, end);
            int to = slash < 0 ? end : slash;
            if (to > at && !(decode(raw, at, to) && endSegment())) {
                return false;
            }
            at = to + 1;
        }
        return true;
    }

    int segments() {
        return segments;
    }

    /** Whether that segment is exactly so. */
    boolean is(int segment, String text) {
        int from = from(segment);
        int count = ends[segment] - from;
        if (text.length() != count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (chars[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    String segment(int segment) {
        int from = from(segment);
        return new String(chars, from, ends[segment] - from);
    }

    private int from(int segment) {
        return segment == 0 ? 0 : ends[segment - 1];
    }

    private static int end(String raw) {
        int end = raw.length();
        int query = raw.indexOf('?');
        int fragment = raw.indexOf('#');
        return Math.min(query < 0 ? end : query, fragment < 0 ? end : fragment);
    }

    /** Takes what was decoded as a segment, if it is one; false when the path leaves its root. */
    private boolean endSegment() {
        int from = segments == 0 ? 0 : ends[segments - 1];
        int count = length - from;
        if (count == 2 && chars[from] == '.' && chars[from + 1] == '.') {
            if (segments == 0) {
                return false;
            }
            segments--;
            length = from(segments);
        } else if (count == 1 && chars[from] == '.') {
            length = from;
        } else if (count > 0) {
            if (segments == ends.length) {
                ends = Arrays.copyOf(ends, 2 * ends.length);
            }
            ends[segments++] = length;
        }
        return true;
    }

    private boolean decode(String raw, int from, int to) {
        for (int i = from; i < to; i++) {
            int code = raw.charAt(i);
            if (code == ';') {
                return true;
            }
            if (code == '%') {
                if (i + 2 >= to) {
                    return false;
                }
                int high = Character.digit(raw.charAt(i + 1), 16);
                int low = Character.digit(raw.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return false;
                }
                code = high << 4 | low;
                i += 2;
                if (code == '/' || code == ';' || code == '%' || code == '?' || code == '#') {
                    return false;
                }
            }
            if (code == '\\' || code < 0x20 || code == 0x7f) {
                return false;
            }
            chars[length++] = (char) code;
        }
        return true;
    }
}
