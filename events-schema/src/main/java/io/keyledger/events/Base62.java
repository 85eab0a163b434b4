package io.keyledger.events;

import java.math.BigInteger;

/** Numbers in the digits 0-9, A-Z, a-z, left-padded with 0 to a fixed width, so that text order is number order. */
public final class Base62 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger RADIX = BigInteger.valueOf(62);

    private Base62() {}

    /**
     * The {@code width} digits of the unsigned big-endian number {@code bytes}.
     *
     * @throws IllegalArgumentException when the number needs more digits
     */
    public static String encode(byte[] bytes, int width) {
        char[] digits = new char[width];
        BigInteger rest = new BigInteger(1, bytes);
        for (int i = width - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(RADIX);
            digits[i] = DIGITS.charAt(parts[1].intValue());
            rest = parts[0];
        }
        if (rest.signum() != 0) {
            throw new IllegalArgumentException("number needs more than " + width + " base62 digits");
        }
        return new String(digits);
    }

    /** The {@code width} digits of a number that is not negative. */
    public static String encode(long number, int width) {
        if (number < 0) {
            throw new IllegalArgumentException("number is negative");
        }
        char[] digits = new char[width];
        long rest = number;
        for (int i = width - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % 62));
            rest /= 62;
        }
        if (rest != 0) {
            throw new IllegalArgumentException("number needs more than " + width + " base62 digits");
        }
        return new String(digits);
    }

    public static boolean isBase62(CharSequence s) {
        for (int i = 0; i < s.length(); i++) {
            if (!isBase62(s.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    public static boolean isBase62(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }
}
