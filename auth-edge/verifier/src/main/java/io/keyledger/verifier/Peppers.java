package io.keyledger.verifier;

import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ring of peppers, by id: the part of the verifier that is in neither PostgreSQL nor Kafka. Immutable; safe from any
 * thread.
 */
public final class Peppers {
    private static final int MIN_BYTES = 32;
    private static final byte[] RING = "keyledger/ring/v1".getBytes(StandardCharsets.US_ASCII);

    private final String current;
    private final Map<String, Pepper> ring = new HashMap<>();

    /** A pepper as HMAC takes it (RFC 2104): padded to a block, and mixed with its two constants. */
    static final class Pepper {
        private final byte[] inner;
        private final byte[] outer;

        private Pepper(byte[] bytes) {
            byte[] block =
                    Arrays.copyOf(bytes.length > Hasher.BLOCK ? Hasher.sha256().digest(bytes) : bytes, Hasher.BLOCK);
            inner = mixed(block, 0x36);
            outer = mixed(block, 0x5c);
        }

        private static byte[] mixed(byte[] block, int constant) {
            byte[] mixed = new byte[block.length];
            for (int i = 0; i < block.length; i++) {
                mixed[i] = (byte) (block[i] ^ constant);
            }
            return mixed;
        }

        private byte[] mac(byte[] message) {
            MessageDigest digest = Hasher.sha256();
            digest.update(inner);
            byte[] first = digest.digest(message);
            digest.update(outer);
            return digest.digest(first);
        }

        /** Puts the block before the message at the beginning of {@code to}. */
        void putInner(byte[] to) {
            System.arraycopy(inner, 0, to, 0, Hasher.BLOCK);
        }

        /** Puts the block before the inner digest at the beginning of {@code to}. */
        void putOuter(byte[] to) {
            System.arraycopy(outer, 0, to, 0, Hasher.BLOCK);
        }
    }

    /**
     * A ring of peppers of at least 32 bytes each.
     *
     * @param current id of the one for new keys
     * @throws IllegalArgumentException when it is not in the ring, or one is too short
     */
    public Peppers(String current, Map<String, byte[]> ring) {
        this.current = current;
        ring.forEach((id, bytes) -> {
            if (bytes.length < MIN_BYTES) {
                throw new IllegalArgumentException("pepper " + id + " is shorter than 32 bytes");
            }
            this.ring.put(id, new Pepper(bytes));
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
        Pepper secret = ring.get(pepper);
        if (secret == null) {
            throw new IllegalArgumentException("pepper " + pepper + " is not in the ring");
        }
        Hasher hasher = new Hasher();
        new KeyText(hasher.text(), Hasher.TEXT_AT).put(key);
        return hasher.verifier(secret, key.reveal().length());
    }

    /** Tells one ring from another, and nothing about its peppers: what it shows of each is a keyed hash of a fixed text. */
    String fingerprint() {
        MessageDigest all = Hasher.sha256();
        all.update(current.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, Pepper> entry : new TreeMap<>(ring).entrySet()) {
            all.update((byte) 0);
            all.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
            all.update((byte) 0);
            all.update(entry.getValue().mac(RING));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    /** The pepper of that id; null when it is not in the ring. */
    @Nullable
    Pepper pepper(String id) {
        return ring.get(id);
    }
}
