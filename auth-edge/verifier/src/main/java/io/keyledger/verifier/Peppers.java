package io.keyledger.verifier;

import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The ring of peppers, by id: the part of the verifier that is in neither PostgreSQL nor Kafka. Immutable; safe from any
 * thread.
 */
public final class Peppers {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] CONTEXT = "keyledger/verifier/v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MIN_BYTES = 32;

    private final String current;
    private final Map<String, SecretKeySpec> ring;

    /**
     * A ring of peppers of at least 32 bytes each.
     *
     * @param current id of the one for new keys
     * @throws IllegalArgumentException when it is not in the ring, or one is too short
     */
    public Peppers(String current, Map<String, byte[]> ring) {
        this.current = current;
        this.ring = new HashMap<>();
        ring.forEach((id, bytes) -> {
            if (bytes.length < MIN_BYTES) {
                throw new IllegalArgumentException("pepper " + id + " is shorter than 32 bytes");
            }
            this.ring.put(id, new SecretKeySpec(bytes, ALGORITHM));
        });
        if (!ring.containsKey(current)) {
            throw new IllegalArgumentException("the current pepper " + current + " is not in the ring");
        }
    }

    /**
     * The ring in a file {@code {"current":"p1","peppers":{"p1":"<base64>"}}}.
     *
     * @throws IllegalArgumentException when the file is not of that form; the message shows none of it
     */
    public static Peppers read(Path file) throws IOException {
        Map<String, Object> json = JsonReader.object(Files.readAllBytes(file));
        if (!(json.get("current") instanceof String current) || !(json.get("peppers") instanceof Map<?, ?> encoded)) {
            throw new IllegalArgumentException("pepper file must hold current and peppers");
        }
        Map<String, byte[]> ring = new HashMap<>();
        encoded.forEach((id, text) -> ring.put((String) id, Base64.getDecoder().decode((String) text)));
        return new Peppers(current, ring);
    }

    /** Id of the pepper for new keys. */
    public String current() {
        return current;
    }

    public boolean knows(String pepper) {
        return ring.containsKey(pepper);
    }

    /**
     * The verifier of a whole key: HMAC-SHA-256(pepper, "keyledger/verifier/v1" || 0x00 || key), 32 bytes.
     *
     * @throws IllegalArgumentException when the pepper is not in the ring
     */
    public byte[] verifier(String pepper, PresentedKey key) {
        SecretKeySpec secret = ring.get(pepper);
        if (secret == null) {
            throw new IllegalArgumentException("pepper " + pepper + " is not in the ring");
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(CONTEXT);
            return mac.doFinal(key.reveal().getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
