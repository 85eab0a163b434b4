package io.keyledger.verifier;

/**
 * An IP address, read from its text without garbage: 128 bits, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that the two
 * ways to write one are one. To be reused by one thread.
 */
public final class Address {
    private static final int GROUPS = 8;
    private static final int MAPPED = 0xffff;

    private final int[] groups = new int[GROUPS];
    private long high;
    private long low;

    /**
     * Reads an address: IPv4 as four decimal numbers without leading zeros, IPv6 as RFC 4291 (2.2) writes it. No port, no
     * brackets, no zone: those would be somebody's guess.
     *
     * @return whether it is one; if not, what this holds means nothing
     */
    public boolean read(String text) {
        high = 0;
        low = 0;
        if (text.indexOf(':') >= 0) {
            return readV6(text);
        }
        long v4 = v4(text, 0);
        low = (long) MAPPED << Integer.SIZE | v4;
        return v4 >= 0;
    }

    /** Whether it is an IPv4 address, however it was written. */
    public boolean isV4() {
        return isV4(high, low);
    }

    static boolean isV4(long high, long low) {
        return high == 0 && low >>> Integer.SIZE == MAPPED;
    }

    /** The upper 64 bits. */
    public long high() {
        return high;
    }

    /** The lower 64 bits; those of an IPv4 address are {@code 0xffff} and then its own 32. */
    public long low() {
        return low;
    }

    private boolean readV6(String text) {
        int count = 0;
        int gap = -1;
        int at = 0;
        int end = text.length();
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < end) {
            if (count == GROUPS) {
                return false;
            }
            int value = 0;
            int from = at;
            for (; at < end && at - from < 4 && digit(text.charAt(at)) >= 0; at++) {
                value = value << 4 | digit(text.charAt(at));
            }
            if (at < end && text.charAt(at) == '.') {
                long v4 = v4(text, from);
                if (v4 < 0 || count > GROUPS - 2) {
                    return false;
                }
                groups[count++] = (int) (v4 >>> Short.SIZE);
                groups[count++] = (int) v4 & 0xffff;
                break;
            }
            if (at == from) {
                return false;
            }
            groups[count++] = value;
            if (at == end) {
                break;
            }
            if (text.charAt(at) != ':' || ++at == end) {
                return false;
            }
            if (text.charAt(at) == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count != GROUPS : count == GROUPS) {
            return false;
        }
        for (int i = 0; i < GROUPS; i++) {
            int zeros = GROUPS - count;
            int group = gap < 0 || i < gap ? groups[i] : i < gap + zeros ? 0 : groups[i - zeros];
            high = high << Short.SIZE | low >>> Long.SIZE - Short.SIZE;
            low = low << Short.SIZE | group;
        }
        return true;
    }

    private static int digit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** The 32 bits of the dotted address that fills the text from there on, or -1. */
    private static long v4(String text, int from) {
        long bits = 0;
        int at = from;
        for (int i = 0; i < 4; i++) {
            if (i > 0 && (at == text.length() || text.charAt(at++) != '.')) {
                return -1;
            }
            int first = at;
            int value = 0;
            for (; at < text.length() && at - first < 3 && isDecimal(text.charAt(at)); at++) {
                value = value * 10 + text.charAt(at) - '0';
            }
            boolean padded = at - first > 1 && text.charAt(first) == '0';
            if (at == first || padded || value > 255) {
                return -1;
            }
            bits = bits << 8 | value;
        }
        return at == text.length() ? bits : -1;
    }

    private static boolean isDecimal(char c) {
        return c >= '0' && c <= '9';
    }
}
