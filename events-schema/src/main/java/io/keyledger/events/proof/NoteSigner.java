package io.keyledger.events.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key that signs notes, and the public one that goes with it. Its text is never shown. */
public final class NoteSigner {
    private static final int SEED_BYTES = 32;
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final NoteKey key;
    private final PrivateKey secret;

    private NoteSigner(NoteKey key, PrivateKey secret) {
        this.key = key;
        this.secret = secret;
    }

    /** A seed for {@link #of}, and for {@link #pem}. */
    public static byte[] newSeed(SecureRandom random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return seed;
    }

    /**
     * The signer of that name.
     *
     * @param type {@link NoteKey#ED25519} or {@link NoteKey#COSIGNATURE}
     * @param seed the 32 bytes of RFC 8032's private key
     */
    public static NoteSigner of(String name, int type, byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("an Ed25519 private key has 32 bytes");
        }
        try {
            PrivateKey secret = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8(seed)));
            return new NoteSigner(new NoteKey(name, type, publicKey(seed)), secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 private key", e);
        }
    }

    /**
     * The signers in a PEM file, in its order: each block one private key.
     *
     * @throws IllegalArgumentException when there is none, or one is not Ed25519; the message holds nothing of it
     */
    public static List<NoteSigner> readPem(String name, int type, String pem) {
        List<NoteSigner> signers = new ArrayList<>();
        Matcher blocks = PEM.matcher(pem);
        while (blocks.find()) {
            signers.add(of(name, type, seed(blocks.group(1))));
        }
        if (signers.isEmpty()) {
            throw new IllegalArgumentException("the file holds no private key in PEM form");
        }
        return List.copyOf(signers);
    }

    private static byte[] seed(String base64) {
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
            return ((EdECPrivateKey) key).getBytes().orElseThrow();
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("the file holds a private key that is not Ed25519");
        }
    }

    /** The PEM block of that private key, PKCS#8. */
    public static String pem(byte[] seed) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64Text.of(pkcs8(seed)) + "\n-----END PRIVATE KEY-----\n";
    }

    private static byte[] pkcs8(byte[] seed) {
        return ByteBuffer.allocate(PKCS8_PREFIX.length + SEED_BYTES)
                .put(PKCS8_PREFIX)
                .put(seed)
                .array();
    }

    /** The JDK derives a public key only where it makes a pair; so a pair is made, from the seed that there is. */
    private static byte[] publicKey(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, SEED_BYTES);
            }
        });
        EdECPublicKey key = (EdECPublicKey) generator.generateKeyPair().getPublic();
        byte[] bigEndian = key.getPoint().getY().toByteArray();
        byte[] raw = new byte[SEED_BYTES];
        for (int i = 0; i < bigEndian.length && i < SEED_BYTES; i++) {
            raw[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            raw[SEED_BYTES - 1] |= (byte) 0x80;
        }
        return raw;
    }

    /** What the signatures are checked with. */
    public NoteKey key() {
        return key;
    }

    /**
     * The signature line of that text.
     *
     * @param epochSecond when; part of what is signed by a witness, else not used
     */
    SignedNote.Line sign(String text, long epochSecond) {
        byte[] signature = ed25519(key.cosigns() ? NoteKey.cosigned(epochSecond, text) : text);
        byte[] whole = key.cosigns()
                ? ByteBuffer.allocate(Long.BYTES + signature.length)
                        .putLong(epochSecond)
                        .put(signature)
                        .array()
                : signature;
        return new SignedNote.Line(key.name(), key.id(), whole);
    }

    private byte[] ed25519(String message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(message.getBytes(StandardCharsets.UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was good at the start signs no more", e);
        }
    }

    @Override
    public String toString() {
        return "NoteSigner[" + key + "]";
    }
}
