package io.keyledger.verifier;

import static io.keyledger.verifier.PresentedKey.CHECK_LENGTH;
import static io.keyledger.verifier.PresentedKey.MAX_LENGTH;
import static io.keyledger.verifier.PresentedKey.SECRET_LENGTH;
import static io.keyledger.verifier.PresentedKey.TAIL_LENGTH;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys, one after the other, into bytes of the caller's, and allocates nothing. For one thread.
 *
 * <p>The cheapest question that most mistyped keys fail comes first: length, the three underscores, the checksum. The alphabet
 * is asked for last, for a text of another one has no right checksum but by accident.
 */
final class KeyText {
    private final byte[] bytes;
    private final int from;
    private final CRC32 crc = new CRC32();

    private long high;
    private long low;
    private @Nullable KeyKind kind;

    /** @param from where in {@code bytes} a key is to stand, with room for {@link PresentedKey#MAX_LENGTH} */
    KeyText(byte[] bytes, int from) {
        this.bytes = bytes;
        this.from = from;
    }

    /** Whether {@code text} is a key; then it stands in the bytes until they are wiped, and its parts are here. */
    @SuppressWarnings("deprecation") // the only way to get at a string's characters without a copy; it cuts to 8 bits
    boolean read(String text) {
        int length = text.length();
        if (length <= TAIL_LENGTH || length > MAX_LENGTH) {
            return false;
        }
        text.getBytes(0, length, bytes, from);
        boolean good = check(length) && isAscii(text, length);
        if (!good) {
            wipe(length);
        }
        return good;
    }

    /** Forgets the text, which had that length. */
    void wipe(int length) {
        Arrays.fill(bytes, from, from + length, (byte) 0);
    }

    /** Puts a key into the bytes that was read before, by this or another one. */
    @SuppressWarnings("deprecation")
    void put(PresentedKey key) {
        String text = key.reveal();
        text.getBytes(0, text.length(), bytes, from);
    }

    /** Whether the first {@code length} bytes, within the limits, are a key; then its parts are here. */
    private boolean check(int length) {
        byte[] b = bytes;
        int kindAt = from + length - TAIL_LENGTH + 1;
        int idAt = kindAt + 2;
        int secretAt = idAt + CredentialId.LENGTH + 1;
        int checkAt = secretAt + SECRET_LENGTH;
        if (b[kindAt - 1] != '_' || b[kindAt + 1] != '_' || b[secretAt - 1] != '_') {
            return false;
        }
        crc.reset();
        crc.update(b, from, length - CHECK_LENGTH);
        if (number(b, checkAt, CHECK_LENGTH) != crc.getValue()) {
            return false;
        }
        for (int i = from; i < kindAt - 1; i++) {
            if (!PresentedKey.isPrefixChar((char) b[i])) {
                return false;
            }
        }
        int wrong = 0;
        for (int i = secretAt; i < checkAt; i++) {
            wrong |= Entry.base62(b[i]);
        }
        high = number(b, idAt, CredentialId.LENGTH / 2);
        low = number(b, idAt + CredentialId.LENGTH / 2, CredentialId.LENGTH / 2);
        kind = KeyKind.ofLetter(b[kindAt]);
        return wrong >= 0 && high >= 0 && low >= 0 && kind != null;
    }

    /** The number that these digits of base 62 are, or less than 0. */
    private static long number(byte[] b, int from, int digits) {
        long number = 0;
        int wrong = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Entry.base62(b[i]);
            wrong |= digit;
            number = number * 62 + digit;
        }
        return wrong < 0 ? -1 : number;
    }

    private static boolean isAscii(String text, int length) {
        int all = 0;
        for (int i = 0; i < length; i++) {
            all |= text.charAt(i);
        }
        return all < 0x80;
    }

    /** The first half of the credential id of the key that was read. */
    long high() {
        return high;
    }

    /** Its second half. */
    long low() {
        return low;
    }

    KeyKind kind() {
        KeyKind k = kind;
        if (k == null) {
            throw new IllegalStateException("no key was read");
        }
        return k;
    }
}
