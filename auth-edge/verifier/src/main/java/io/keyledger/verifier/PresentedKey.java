package io.keyledger.verifier;

import io.keyledger.events.Base62;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A key as a client presents it: {@code prefix_kind_credentialId_secretCheck}, read from the right, for the tail is of
 * fixed width. The checksum is a CRC-32 in base62, so that a mistyped key costs no hash and no look-up, and a scanner can
 * tell a key from noise.
 *
 * <p>{@link #toString} shows the public part only.
 */
public final class PresentedKey {
    static final int SECRET_LENGTH = 43;
    static final int CHECK_LENGTH = 6;
    /** From the underscore before the kind to the end. */
    static final int TAIL_LENGTH = 1 + 1 + 1 + CredentialId.LENGTH + 1 + SECRET_LENGTH + CHECK_LENGTH;

    /** The longest tenant prefix. */
    public static final int MAX_PREFIX_LENGTH = 12;

    public static final int MAX_LENGTH = MAX_PREFIX_LENGTH + TAIL_LENGTH;

    /** For {@link #parse}: a reader of the thread's own. */
    private static final ThreadLocal<KeyText> READER =
            ThreadLocal.withInitial(() -> new KeyText(new byte[MAX_LENGTH], 0));

    private final String text;
    private final KeyKind kind;
    private final long high;
    private final long low;

    private PresentedKey(String text, KeyKind kind, long high, long low) {
        this.text = text;
        this.kind = kind;
        this.high = high;
        this.low = low;
    }

    /** The key that {@code text} is, or null when its length, alphabet or checksum is wrong. */
    public static @Nullable PresentedKey parse(String text) {
        KeyText reader = READER.get();
        if (!reader.read(text)) {
            return null;
        }
        reader.wipe(text.length());
        return new PresentedKey(text, reader.kind(), reader.high(), reader.low());
    }

    /** The public part of what has the length and alphabet of a key, be its checksum right or not; else null. */
    public static @Nullable String publicPartOf(String text) {
        return kindOf(text) == null ? null : text.substring(0, text.length() - SECRET_LENGTH - CHECK_LENGTH - 1);
    }

    /** The kind that stands in a text of the right length and alphabet; else null. */
    private static @Nullable KeyKind kindOf(String text) {
        int length = text.length();
        if (length <= TAIL_LENGTH || length > MAX_LENGTH) {
            return null;
        }
        int kindAt = length - TAIL_LENGTH + 1;
        int idAt = kindAt + 2;
        int secretAt = idAt + CredentialId.LENGTH + 1;
        if (text.charAt(kindAt - 1) != '_'
                || text.charAt(kindAt + 1) != '_'
                || text.charAt(secretAt - 1) != '_'
                || !isPrefix(text, kindAt - 1)
                || !isBase62(text, idAt, secretAt - 1)
                || !isBase62(text, secretAt, length)) {
            return null;
        }
        return KeyKind.ofLetter(text.charAt(kindAt));
    }

    /** Whether any part of {@code text} is a well-formed key with a right checksum: somebody is filing a secret. */
    public static boolean occursIn(String text) {
        return find(text) != null;
    }

    /** The first part of {@code text} that is a well-formed key with a right checksum, or null. */
    public static @Nullable PresentedKey find(String text) {
        // Every key holds _kind_id_ at a fixed distance from its end: look for that instead of trying each pair of
        // ends.
        for (int at = text.indexOf('_'); at >= 0; at = text.indexOf('_', at + 1)) {
            int end = at + TAIL_LENGTH;
            if (end > text.length()) {
                return null;
            }
            for (int prefix = 1; prefix <= MAX_PREFIX_LENGTH && prefix <= at; prefix++) {
                if (!isPrefixChar(text.charAt(at - prefix))) {
                    break;
                }
                PresentedKey key = parse(text.substring(at - prefix, end));
                if (key != null) {
                    return key;
                }
            }
        }
        return null;
    }

    /** The checksum over the first {@code length} characters. */
    static String check(String text, int length) {
        CRC32 crc = new CRC32();
        crc.update(text.substring(0, length).getBytes(StandardCharsets.US_ASCII));
        return Base62.encode(crc.getValue(), CHECK_LENGTH);
    }

    /** Whether a tenant may choose it: 1 to 12 lower-case letters or digits. */
    public static boolean isPrefix(String prefix) {
        return !prefix.isEmpty() && prefix.length() <= MAX_PREFIX_LENGTH && isPrefix(prefix, prefix.length());
    }

    private static boolean isPrefix(String text, int length) {
        for (int i = 0; i < length; i++) {
            if (!isPrefixChar(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isPrefixChar(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static boolean isBase62(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Base62.isBase62(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    public KeyKind kind() {
        return kind;
    }

    public CredentialId credentialId() {
        int idAt = text.length() - TAIL_LENGTH + 3;
        return new CredentialId(text.substring(idAt, idAt + CredentialId.LENGTH));
    }

    /** The first half of the credential id, as {@link CredentialTable#find} takes it. */
    long high() {
        return high;
    }

    /** Its second half. */
    long low() {
        return low;
    }

    /** A number that keys of one credential have in common, and others only by a rare chance; never 0. */
    public long credentialNumber() {
        return (high << 36 ^ high >>> 28 ^ low) | 1L << 63;
    }

    /** What logs and events may show: prefix, kind and credential id. */
    public String publicPart() {
        return text.substring(0, text.length() - SECRET_LENGTH - CHECK_LENGTH - 1);
    }

    /** The whole key. For the verifier and for the one answer that shows it; never for a log. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return publicPart();
    }
}
