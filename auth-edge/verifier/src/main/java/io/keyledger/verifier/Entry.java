package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.view.CredentialRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one credential, all but what changes often ({@link Slot}): id 9, kind and flags 1, verifier 32, key id 16,
 * party 4, then what there is of not-after 8, expiry 8, a large revision 8, the name's head 2, and the rest of the name with
 * its length before it. Never written to once it was published. Pure.
 */
@SuppressWarnings("EnumOrdinal") // in this process only: what is written here is read here
final class Entry {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final byte[] BASE62_VALUE = values(BASE62);
    private static final byte[] CROCKFORD_VALUE = values(CROCKFORD);
    private static final String KEY = "key_";
    private static final int ULID_LENGTH = 26;

    static final int VERIFIER_BYTES = 32;

    /** A name of so many bytes at most, after its head; what a command accepts is far below. */
    private static final int MAX_NAME = 0x3fff;

    /** The largest entry. */
    static final int MAX_BYTES = 90 + MAX_NAME;

    private static final int ID = 0;
    private static final int FLAGS = 9;
    private static final int VERIFIER = 10;
    private static final int KEY_ID = 42;
    private static final int PARTY = 58;
    private static final int REST = 62;

    // Flags: the kind in the low three bits, then what there is of times.
    private static final int KIND = 0b0000_0111;
    private static final int HAS_NOT_AFTER = 0b0000_1000;
    private static final int HAS_EXPIRY = 0b0001_0000;
    /** The expiry is the same as not-after, and stands there. */
    private static final int SAME_EXPIRY = 0b0010_0000;

    private static final int HAS_REVISION = 0b0100_0000;
    private static final int HAS_HEAD = 0b1000_0000;

    private static final long MICROS = 1_000_000;
    private static final KeyKind[] KINDS = KeyKind.values();

    /** No end: later than any time. */
    static final long NEVER = Long.MAX_VALUE;

    private Entry() {}

    private static byte[] values(String digits) {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < digits.length(); i++) {
            values[digits.charAt(i)] = (byte) i;
        }
        return values;
    }

    /** The value of a digit of base 62, or less than 0. */
    static int base62(int c) {
        return c >= 0 && c < 128 ? BASE62_VALUE[c] : -1;
    }

    /** The first or second half of a credential id as a number below 62^6: 36 bits. */
    static long half(String id, int from) {
        long number = 0;
        for (int i = from; i < from + CredentialId.LENGTH / 2; i++) {
            number = number * 62 + base62(id.charAt(i));
        }
        return number;
    }

    /**
     * Writes an entry.
     *
     * @param to of at least {@link #MAX_BYTES}
     * @param head of the name, 0 = none, and the name's length without it
     * @param revision whether it is to be kept here
     * @return its length
     * @throws IllegalArgumentException when the record cannot be held
     */
    static int write(byte[] to, CredentialRecord record, int party, int head, int headLength, boolean revision) {
        String id = record.credentialId().value();
        long high = half(id, 0);
        long low = half(id, CredentialId.LENGTH / 2);
        LONG.set(to, ID, high << 28 | low >>> 8);
        to[ID + 8] = (byte) low;
        byte[] verifier = Base64.getUrlDecoder().decode(record.verifier());
        if (verifier.length != VERIFIER_BYTES) {
            throw new IllegalArgumentException("verifier of " + id + " is not 32 bytes");
        }
        System.arraycopy(verifier, 0, to, VERIFIER, VERIFIER_BYTES);
        writeKeyId(to, record.keyId().value());
        INT.set(to, PARTY, party);
        int flags = record.kind().ordinal();
        int at = REST;
        Instant notAfter = record.notAfter();
        Instant expiresAt = record.expiresAt();
        if (notAfter != null) {
            flags |= HAS_NOT_AFTER;
            LONG.set(to, at, micros(notAfter));
            at += Long.BYTES;
        }
        if (expiresAt != null && expiresAt.equals(notAfter)) {
            flags |= SAME_EXPIRY;
        } else if (expiresAt != null) {
            flags |= HAS_EXPIRY;
            LONG.set(to, at, micros(expiresAt));
            at += Long.BYTES;
        }
        if (revision) {
            flags |= HAS_REVISION;
            LONG.set(to, at, record.revision());
            at += Long.BYTES;
        }
        if (head != 0) {
            flags |= HAS_HEAD;
            SHORT.set(to, at, (short) head);
            at += Short.BYTES;
        }
        to[FLAGS] = (byte) flags;
        byte[] name = record.keyName().substring(headLength).getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_NAME) {
            throw new IllegalArgumentException("name of " + record.keyId() + " is longer than " + MAX_NAME + " bytes");
        }
        if (name.length < 0x80) {
            to[at++] = (byte) name.length;
        } else {
            to[at++] = (byte) (0x80 | name.length >> 8);
            to[at++] = (byte) name.length;
        }
        System.arraycopy(name, 0, to, at, name.length);
        return at + name.length;
    }

    private static void writeKeyId(byte[] to, String id) {
        long high = 0;
        long low = 0;
        for (int i = KEY.length(); i < KEY.length() + ULID_LENGTH; i++) {
            high = high << 5 | low >>> 59;
            low = low << 5 | CROCKFORD_VALUE[id.charAt(i)];
        }
        LONG.set(to, KEY_ID, high);
        LONG.set(to, KEY_ID + Long.BYTES, low);
    }

    /** Its length in bytes. */
    static int length(byte[] data, int at) {
        int name = nameAt(data, at);
        int length = data[name];
        return length >= 0 ? name + 1 + length - at : name + 2 + longName(data, name) - at;
    }

    private static int longName(byte[] data, int name) {
        return (data[name] & 0x7f) << 8 | data[name + 1] & 0xff;
    }

    static boolean isOf(byte[] data, int at, long high, long low) {
        return (long) LONG.get(data, at + ID) == (high << 28 | low >>> 8) && data[at + ID + 8] == (byte) low;
    }

    /** The first half of its credential id. */
    static long high(byte[] data, int at) {
        return (long) LONG.get(data, at + ID) >>> 28;
    }

    /** The second half of its credential id. */
    static long low(byte[] data, int at) {
        return ((long) LONG.get(data, at + ID) << 8 | data[at + ID + 8] & 0xffL) & (1L << 36) - 1;
    }

    /** Whether the verifier is these 32 bytes; takes the same time whatever they are. */
    static boolean verifies(byte[] data, int at, byte[] digest) {
        long difference = 0;
        for (int i = 0; i < VERIFIER_BYTES; i += Long.BYTES) {
            difference |= (long) LONG.get(data, at + VERIFIER + i) ^ (long) LONG.get(digest, i);
        }
        return difference == 0;
    }

    static String verifier(byte[] data, int at) {
        byte[] bytes = Arrays.copyOfRange(data, at + VERIFIER, at + VERIFIER + VERIFIER_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static int party(byte[] data, int at) {
        return (int) INT.get(data, at + PARTY);
    }

    static KeyKind kind(byte[] data, int at) {
        return KINDS[data[at + FLAGS] & KIND];
    }

    /** Microseconds since 1970, or {@link #NEVER}. */
    static long notAfter(byte[] data, int at) {
        return (data[at + FLAGS] & HAS_NOT_AFTER) == 0 ? NEVER : (long) LONG.get(data, at + REST);
    }

    /** Microseconds since 1970, or {@link #NEVER}. */
    static long expiresAt(byte[] data, int at) {
        int flags = data[at + FLAGS];
        if ((flags & SAME_EXPIRY) != 0) {
            return (long) LONG.get(data, at + REST);
        }
        return (flags & HAS_EXPIRY) == 0
                ? NEVER
                : (long) LONG.get(data, at + REST + ((flags & HAS_NOT_AFTER) == 0 ? 0 : Long.BYTES));
    }

    /** The revision, when it is one that a slot cannot hold. */
    static long revision(byte[] data, int at) {
        return (long) LONG.get(data, revisionAt(data, at));
    }

    private static int revisionAt(byte[] data, int at) {
        int flags = data[at + FLAGS];
        return at
                + REST
                + ((flags & HAS_NOT_AFTER) == 0 ? 0 : Long.BYTES)
                + ((flags & HAS_EXPIRY) == 0 ? 0 : Long.BYTES);
    }

    private static int headAt(byte[] data, int at) {
        return revisionAt(data, at) + ((data[at + FLAGS] & HAS_REVISION) == 0 ? 0 : Long.BYTES);
    }

    private static int nameAt(byte[] data, int at) {
        return headAt(data, at) + ((data[at + FLAGS] & HAS_HEAD) == 0 ? 0 : Short.BYTES);
    }

    static String name(byte[] data, int at, NameHeads heads) {
        int name = nameAt(data, at);
        int length = data[name];
        String rest = length >= 0
                ? new String(data, name + 1, length, StandardCharsets.UTF_8)
                : new String(data, name + 2, longName(data, name), StandardCharsets.UTF_8);
        if ((data[at + FLAGS] & HAS_HEAD) == 0) {
            return rest;
        }
        return heads.head((short) SHORT.get(data, headAt(data, at)) & 0xffff).concat(rest);
    }

    static CredentialId credentialId(byte[] data, int at) {
        byte[] text = new byte[CredentialId.LENGTH];
        long high = high(data, at);
        long low = low(data, at);
        for (int i = CredentialId.LENGTH / 2 - 1; i >= 0; i--) {
            text[i] = (byte) BASE62.charAt((int) (high % 62));
            text[i + CredentialId.LENGTH / 2] = (byte) BASE62.charAt((int) (low % 62));
            high /= 62;
            low /= 62;
        }
        return new CredentialId(new String(text, StandardCharsets.US_ASCII));
    }

    static KeyId keyId(byte[] data, int at) {
        byte[] text = new byte[KEY.length() + ULID_LENGTH];
        for (int i = 0; i < KEY.length(); i++) {
            text[i] = (byte) KEY.charAt(i);
        }
        long high = (long) LONG.get(data, at + KEY_ID);
        long low = (long) LONG.get(data, at + KEY_ID + Long.BYTES);
        for (int i = text.length - 1; i >= KEY.length(); i--) {
            text[i] = (byte) CROCKFORD.charAt((int) (low & 31));
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return new KeyId(new String(text, StandardCharsets.US_ASCII));
    }

    /** Cut to what an event can hold; a time that no long of microseconds reaches is as good as its end. */
    static long micros(Instant time) {
        long seconds = Math.clamp(time.getEpochSecond(), Long.MIN_VALUE / MICROS + 1, Long.MAX_VALUE / MICROS - 1);
        return seconds * MICROS + time.getNano() / 1_000;
    }

    static @Nullable Instant instant(long micros) {
        return micros == NEVER
                ? null
                : Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
    }
}
