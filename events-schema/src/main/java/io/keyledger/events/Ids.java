package io.keyledger.events;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * Makes the identifiers of the platform: ULIDs for things that last, UUIDv7 (RFC 9562 section 5.7) for events. Both begin
 * with the time in milliseconds, so that they sort by age. Safe from any thread.
 */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** 26 digits of 5 bits hold 130, a ULID has 128. */
    private static final char LAST_FIRST_DIGIT = '7';

    private Ids() {}

    public static KeyId newKeyId(Instant now) {
        return new KeyId("key_" + ulid(now));
    }

    /** The id of a new person: {@code usr_} and a ULID. */
    public static OwnerId newUserId(Instant now) {
        return new OwnerId("usr_" + ulid(now));
    }

    /** The name of one sign-in: {@code sin_} and a ULID. */
    public static String newSignInId(Instant now) {
        return "sin_" + ulid(now);
    }

    public static CredentialId newCredentialId() {
        StringBuilder id = new StringBuilder(CredentialId.LENGTH);
        while (id.length() < CredentialId.LENGTH) {
            id.append(Base62.encode(RANDOM.nextInt(62), 1));
        }
        return new CredentialId(id.toString());
    }

    /** 26 characters of Crockford base32: 48 bits of time, 80 random bits. */
    public static String ulid(Instant now) {
        byte[] random = new byte[10];
        RANDOM.nextBytes(random);
        char[] out = new char[26];
        long time = now.toEpochMilli();
        for (int i = 9; i >= 0; i--) {
            out[i] = CROCKFORD.charAt((int) (time & 31));
            time >>>= 5;
        }
        int bits = 0;
        int held = 0;
        int next = 10;
        for (byte b : random) {
            held = held << 8 | b & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                out[next++] = CROCKFORD.charAt(held >> bits & 31);
            }
        }
        return new String(out);
    }

    public static String newEventId(Instant now) {
        return uuid7(now, RANDOM.nextLong(), RANDOM.nextLong());
    }

    /** A UUIDv7 of given time and random bits, for those who have a cheaper source of randomness. */
    public static String uuid7(Instant now, long randomA, long randomB) {
        long high = now.toEpochMilli() << 16 | 0x7000L | randomA & 0x0fffL;
        long low = 0x8000000000000000L | randomB & 0x3fffffffffffffffL;
        return new UUID(high, low).toString();
    }

    static void check(String what, String prefix, String id) {
        if (!id.startsWith(prefix) || id.length() != prefix.length() + 26 || !isUlid(id, prefix.length())) {
            throw new IllegalArgumentException(what + " must be " + prefix + " and a ULID of 26 characters");
        }
    }

    private static boolean isUlid(String s, int from) {
        if (s.charAt(from) > LAST_FIRST_DIGIT) {
            return false;
        }
        for (int i = from; i < s.length(); i++) {
            if (CROCKFORD.indexOf(s.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
