package io.keyledger.verifier;

import org.jspecify.annotations.Nullable;

/**
 * A range of addresses as CIDR notation writes it: {@code 192.0.2.0/24} (RFC 4632), {@code 2001:db8::/32} (RFC 4291, 2.3),
 * or a single address. Holds the addresses of its own family only: {@code ::/0} is all of IPv6 and nothing of IPv4. A range of
 * IPv4-mapped addresses is one of IPv4.
 *
 * @param high the upper 64 bits of its first address
 * @param low the lower ones
 * @param bits that all of its addresses share, of 128
 */
public record AddressRange(long high, long low, int bits) {
    private static final int MAPPED_BITS = 96;

    /** The range that the text means, or null when it means none: bits behind its length have to be zero. */
    public static @Nullable AddressRange read(String text) {
        AddressRange range = around(text);
        Address first = new Address();
        int slash = text.indexOf('/');
        return range != null
                        && first.read(slash < 0 ? text : text.substring(0, slash))
                        && first.high() == range.high
                        && first.low() == range.low
                ? range
                : null;
    }

    /** As {@link #read}, but with the bits behind the length taken for zero. */
    public static @Nullable AddressRange around(String text) {
        int slash = text.indexOf('/');
        Address address = new Address();
        if (!address.read(slash < 0 ? text : text.substring(0, slash))) {
            return null;
        }
        int length = slash < 0 ? 2 * Long.SIZE : length(text, slash + 1);
        boolean dotted = slash >= 0 && text.indexOf(':') < 0;
        int most = dotted ? Integer.SIZE : 2 * Long.SIZE;
        if (length < 0 || length > most) {
            return null;
        }
        int bits = dotted ? length + MAPPED_BITS : length;
        return new AddressRange(address.high() & highMask(bits), address.low() & lowMask(bits), bits);
    }

    private static int length(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > 3 || digits > 1 && text.charAt(from) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    private boolean isV4() {
        return bits >= MAPPED_BITS && Address.isV4(high, low);
    }

    public boolean contains(Address address) {
        return address.isV4() == isV4()
                && (address.high() & highMask(bits)) == high
                && (address.low() & lowMask(bits)) == low;
    }

    private static long highMask(int bits) {
        return bits == 0 ? 0 : -1L << Long.SIZE - Math.min(bits, Long.SIZE);
    }

    private static long lowMask(int bits) {
        return bits <= Long.SIZE ? 0 : -1L << 2 * Long.SIZE - bits;
    }

    /** In normal form: IPv4 dotted, IPv6 as RFC 5952 writes it. */
    @Override
    public String toString() {
        if (isV4()) {
            return "%d.%d.%d.%d/%d"
                    .formatted(low >>> 24 & 255, low >>> 16 & 255, low >>> 8 & 255, low & 255, bits - MAPPED_BITS);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> 48 - i % 4 * 16) & 0xffff;
        }
        // The longest run of two or more zeros, the first of equals, is written as "::" (RFC 5952, 4.2).
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && groups[i + length] == 0) {
                length++;
            }
            if (length > gapLength) {
                gap = i;
                gapLength = length;
            }
            i += Math.max(0, length - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.append('/').append(bits).toString();
    }
}
