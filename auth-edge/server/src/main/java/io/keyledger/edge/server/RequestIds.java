package io.keyledger.edge.server;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ids of requests: the gateway's own where it has given one, else a new ULID. They tell requests apart and are no
 * secret, so a cheap source of randomness will do; a secure one takes longer than the check of the key. From any thread.
 */
final class RequestIds {
    private static final byte[] CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREFIX = "req_".getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_DIGITS = 10;
    private static final int HALF_DIGITS = 8;
    private static final int MAX_LENGTH = 64;

    private RequestIds() {}

    /** The id that was given, if it is one, else a new one. */
    static String of(@Nullable String given) {
        return given != null && isId(given) ? given : next(System.currentTimeMillis());
    }

    private static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z')
                    && (c < 'A' || c > 'Z')
                    && (c < '0' || c > '9')
                    && c != '.'
                    && c != '_'
                    && c != '-') {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("deprecation") // all of it is ASCII, and this makes no detour over a decoder
    private static String next(long millis) {
        byte[] text = new byte[PREFIX.length + TIME_DIGITS + 2 * HALF_DIGITS];
        System.arraycopy(PREFIX, 0, text, 0, PREFIX.length);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        put(text, PREFIX.length, TIME_DIGITS, millis);
        put(text, PREFIX.length + TIME_DIGITS, HALF_DIGITS, random.nextLong());
        put(text, PREFIX.length + TIME_DIGITS + HALF_DIGITS, HALF_DIGITS, random.nextLong());
        return new String(text, 0);
    }

    private static void put(byte[] to, int from, int digits, long number) {
        long rest = number;
        for (int i = from + digits - 1; i >= from; i--) {
            to[i] = CROCKFORD[(int) rest & 31];
            rest >>>= 5;
        }
    }
}
