package io.keyledger.query.audit;

import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Cursors of the audit in the order of the log: a {@link LogPosition}, the question that it belongs to, and HMAC-SHA-256 over
 * both. Whoever holds one cannot read out of it where other tenants are, change it, or use it for another tenant, filter or
 * installation. All instances of this service share the key, and a restart changes nothing. Safe from any thread.
 */
public final class LogCursor {
    private static final String PURPOSE = "keyledger/audit-cursor/v1";
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final int DIGEST = 8;
    private static final int MAC = 16;
    /** Base64 of what a position with all its partitions takes, and some. */
    private static final int LONGEST = 1_000;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;

    /** @param secret any secret of this service; the key is derived from it */
    public LogCursor(PrivateKey secret) {
        this.key = new SecretKeySpec(
                mac(new SecretKeySpec(secret.getEncoded(), ALGORITHM), PURPOSE.getBytes(StandardCharsets.US_ASCII)),
                ALGORITHM);
    }

    String text(LogPosition position, List<@Nullable String> question) {
        byte[] numbers = position.bytes();
        byte[] body = ByteBuffer.allocate(1 + DIGEST + numbers.length)
                .put(VERSION)
                .put(digest(question))
                .put(numbers)
                .array();
        return ENCODER.encodeToString(ByteBuffer.allocate(body.length + MAC)
                .put(body)
                .put(mac(key, body), 0, MAC)
                .array());
    }

    /**
     * The position in it.
     *
     * @throws Refused when it was not made here, was changed, or belongs to another question
     */
    LogPosition read(String text, List<@Nullable String> question) {
        byte[] bytes = decoded(text);
        if (bytes.length < 1 + DIGEST + MAC) {
            throw refused(false);
        }
        byte[] body = Arrays.copyOf(bytes, bytes.length - MAC);
        byte[] expected = Arrays.copyOf(mac(key, body), MAC);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, body.length, bytes.length))
                || body[0] != VERSION) {
            throw refused(false);
        }
        if (!Arrays.equals(digest(question), Arrays.copyOfRange(body, 1, 1 + DIGEST))) {
            throw refused(true);
        }
        return LogPosition.read(ByteBuffer.wrap(body, 1 + DIGEST, body.length - 1 - DIGEST));
    }

    private static byte[] decoded(String text) {
        if (text.length() <= LONGEST) {
            try {
                byte[] bytes = Base64.getUrlDecoder().decode(text);
                // One text for one cursor: the decoder would take other last bits and padding as well.
                if (ENCODER.encodeToString(bytes).equals(text)) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                throw refused(false);
            }
        }
        throw refused(false);
    }

    private static Refused refused(boolean ours) {
        return new Refused(new Refusal.InvalidCursor(ours));
    }

    private static byte[] digest(List<@Nullable String> question) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : question) {
                // Length first, so that no two questions are the same bytes.
                byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
                sha256.update(ByteBuffer.allocate(4)
                        .putInt(part == null ? -1 : bytes.length)
                        .array());
                sha256.update(bytes);
            }
            return Arrays.copyOf(sha256.digest(), DIGEST);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] mac(SecretKeySpec key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(bytes);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("no key for " + ALGORITHM, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
