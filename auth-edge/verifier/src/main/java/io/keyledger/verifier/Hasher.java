package io.keyledger.verifier;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 of {@code "keyledger/verifier/v1" || 0x00 || key} without garbage (RFC 2104, RFC 4868): one digest, reused, over
 * the pepper's two padded blocks. For one thread.
 */
final class Hasher {
    static final int BLOCK = 64;
    static final int DIGEST = 32;
    private static final byte[] CONTEXT = "keyledger/verifier/v1\0".getBytes(StandardCharsets.US_ASCII);

    /** Where in {@link #text} a key has to stand. */
    static final int TEXT_AT = BLOCK + CONTEXT.length;

    private final byte[] inner = new byte[TEXT_AT + PresentedKey.MAX_LENGTH];
    private final byte[] outer = new byte[BLOCK + DIGEST];
    private final byte[] result = new byte[DIGEST];
    private final MessageDigest sha256 = sha256();

    Hasher() {
        System.arraycopy(CONTEXT, 0, inner, BLOCK, CONTEXT.length);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** To put the key into, from {@link #TEXT_AT} on. */
    byte[] text() {
        return inner;
    }

    /** The verifier of the key of that length in {@link #text}, good until the next call. The key is wiped. */
    byte[] verifier(Peppers.Pepper pepper, int length) {
        pepper.putInner(inner);
        pepper.putOuter(outer);
        try {
            sha256.update(inner, 0, TEXT_AT + length);
            sha256.digest(outer, BLOCK, DIGEST);
            sha256.update(outer, 0, BLOCK + DIGEST);
            sha256.digest(result, 0, DIGEST);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        } finally {
            Arrays.fill(inner, TEXT_AT, TEXT_AT + length, (byte) 0);
        }
        return result;
    }
}
