package io.keyledger.edge.core.limits;

/**
 * Where attempts come from, as one number: an IPv4 address, or the first 64 bits of an IPv6 address, for who has one of those
 * has all that begin so (RFC 4291). Pure, and without garbage.
 */
final class Source {
    /** What is no address. */
    static final long NONE = 0;

    private static final int GROUPS = 8;
    private static final int PREFIX_GROUPS = 4;
    private static final long V4 = 0xffffL << 32;

    private Source() {}

    /** Of an address in text, or {@link #NONE}. An IPv4 address within an IPv6 one is that IPv4 address. */
    static long of(String ip) {
        if (ip.indexOf(':') < 0) {
            long v4 = v4(ip, 0, ip.length());
            return v4 < 0 ? NONE : V4 | v4;
        }
        return v6(ip);
    }

    private static long v4(String text, int from, int to) {
        long address = 0;
        int part = -1;
        int parts = 1;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (part < 0 || ++parts > 4) {
                    return -1;
                }
                address = address << 8 | part;
                part = -1;
            } else if (c >= '0' && c <= '9') {
                part = Math.max(part, 0) * 10 + c - '0';
                if (part > 255) {
                    return -1;
                }
            } else {
                return -1;
            }
        }
        return part < 0 || parts != 4 ? -1 : address << 8 | part;
    }

    private static long v6(String ip) {
        int end = ip.indexOf('%') < 0 ? ip.length() : ip.indexOf('%');
        int lastColon = ip.lastIndexOf(':');
        long v4 = -1;
        int groupsEnd = end;
        if (ip.indexOf('.') > 0) {
            v4 = v4(ip, lastColon + 1, end);
            if (v4 < 0) {
                return NONE;
            }
            groupsEnd = lastColon + 1;
        }
        int want = v4 < 0 ? GROUPS : GROUPS - 2;
        int gap = ip.indexOf("::");
        int before = gap < 0 ? want : count(ip, 0, gap);
        int after = gap < 0 ? 0 : count(ip, gap + 2, groupsEnd);
        if (before < 0 || after < 0 || gap >= 0 && before + after >= want) {
            return NONE;
        }
        long high = 0;
        boolean zeros = true;
        long fifth = -1;
        int at = 0;
        int group = 0;
        while (group < want) {
            if (gap >= 0 && group == before) {
                int skip = want - before - after;
                for (int i = 0; i < skip; i++, group++) {
                    if (group < PREFIX_GROUPS) {
                        high <<= 16;
                    } else if (group == 5) {
                        fifth = 0;
                    }
                }
                at = gap + 2;
                continue;
            }
            long value = 0;
            int digits = 0;
            while (at < groupsEnd && ip.charAt(at) != ':') {
                int digit = Character.digit(ip.charAt(at++), 16);
                if (digit < 0 || ++digits > 4) {
                    return NONE;
                }
                value = value << 4 | digit;
            }
            if (digits == 0) {
                return NONE;
            }
            at++;
            if (group < PREFIX_GROUPS) {
                high = high << 16 | value;
            } else if (group == 5) {
                fifth = value;
            }
            zeros &= value == 0 || group >= 5;
            group++;
        }
        if (at < groupsEnd) {
            return NONE;
        }
        if (v4 >= 0 && high == 0 && zeros && fifth == 0xffff) {
            return V4 | v4;
        }
        // One bit that no IPv4 address has, so that ::/64 is something, too.
        return high == 0 ? 1 : high;
    }

    /** Groups between colons, 0 when there is nothing; -1 when one is empty. */
    private static int count(String text, int from, int to) {
        if (from >= to) {
            return 0;
        }
        int groups = 1;
        for (int i = from; i < to - 1; i++) {
            if (text.charAt(i) == ':') {
                groups++;
            }
        }
        return groups;
    }
}
