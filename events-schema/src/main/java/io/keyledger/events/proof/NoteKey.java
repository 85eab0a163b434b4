package io.keyledger.events.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The public key that a signature of a note is checked with. Its text form, the <em>vkey</em> of C2SP signed-note, is
 * {@code <name>+<hash in hex>+<base64 of type and key>}: public, and all that an auditor needs to be given.
 */
public final class NoteKey {
    /** Signs the text of a note as it is. */
    public static final int ED25519 = 1;
    /** Signs the text together with a time: what a witness says, by C2SP tlog-cosignature. */
    public static final int COSIGNATURE = 4;

    private static final int ID_BYTES = 4;
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final int type;
    private final byte[] raw;
    private final PublicKey key;

    /**
     * A key of that name.
     *
     * @param raw as RFC 8032 encodes it
     * @throws IllegalArgumentException when the name, the type or the key cannot be one
     */
    public NoteKey(String name, int type, byte[] raw) {
        if (!isName(name)) {
            throw new IllegalArgumentException("the name of a key has no blank and no plus");
        }
        if (type != ED25519 && type != COSIGNATURE || raw.length != KEY_BYTES) {
            throw new IllegalArgumentException("only Ed25519 is known: type 1 or 4, and 32 bytes");
        }
        this.name = name;
        this.type = type;
        this.raw = raw.clone();
        try {
            this.key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(ByteBuffer.allocate(X509_PREFIX.length + KEY_BYTES)
                            .put(X509_PREFIX)
                            .put(raw)
                            .array()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 key", e);
        }
    }

    /**
     * Reads a vkey.
     *
     * @throws IllegalArgumentException when it is not one, or its hash is not that of its name and key
     */
    public static NoteKey read(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a verifier key is NAME+HASH+KEY");
        }
        byte[] typed = Base64Text.read(parts[2]);
        if (typed.length != 1 + KEY_BYTES) {
            throw new IllegalArgumentException("a verifier key holds its type and 32 bytes");
        }
        NoteKey key = new NoteKey(parts[0], typed[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.toString().equals(vkey)) {
            throw new IllegalArgumentException("the hash is not that of the name and the key");
        }
        return key;
    }

    static boolean isName(String name) {
        return !name.isEmpty() && name.codePoints().noneMatch(c -> c == '+' || isSpace(c));
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    public String name() {
        return name;
    }

    /** What stands before each signature: a hint at the key, not a proof of it. */
    public int id() {
        byte[] hash = TreeHash.sha256()
                .digest(ByteBuffer.allocate(name.getBytes(StandardCharsets.UTF_8).length + 2 + KEY_BYTES)
                        .put(name.getBytes(StandardCharsets.UTF_8))
                        .put((byte) '\n')
                        .put((byte) type)
                        .put(raw)
                        .array());
        return ByteBuffer.wrap(hash, 0, ID_BYTES).getInt();
    }

    /** Whether {@code signature}, as it stands in a note, is this key's for that text. */
    boolean verifies(String text, byte[] signature) {
        return switch (type) {
            case ED25519 -> signature.length == SIGNATURE_BYTES && verify(text, signature);
            default ->
                signature.length == Long.BYTES + SIGNATURE_BYTES
                        && verify(
                                cosigned(ByteBuffer.wrap(signature).getLong(), text),
                                Arrays.copyOfRange(signature, Long.BYTES, signature.length));
        };
    }

    private boolean verify(String message, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(message.getBytes(StandardCharsets.UTF_8));
            return ed25519.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What a witness signs. */
    static String cosigned(long epochSecond, String text) {
        return "cosignature/v1\ntime " + Long.toUnsignedString(epochSecond) + "\n" + text;
    }

    /** Whether it is the key of a witness. */
    public boolean cosigns() {
        return type == COSIGNATURE;
    }

    /** The vkey. */
    @Override
    public String toString() {
        byte[] typed =
                ByteBuffer.allocate(1 + KEY_BYTES).put((byte) type).put(raw).array();
        return name + "+" + HexFormat.of().toHexDigits(id()) + "+" + Base64Text.of(typed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteKey that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
