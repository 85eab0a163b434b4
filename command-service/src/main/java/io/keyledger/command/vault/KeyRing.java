package io.keyledger.command.vault;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.util.SecretBytes;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key-encryption keys, by id: what is in no database. Every text is encrypted with a data key of its own (AES-256-GCM,
 * made by Tink), which is kept with it, encrypted with the current key of this ring. Immutable; safe from any thread.
 */
final class KeyRing {
    private static final int KEY_BYTES = 32;

    private final String current;
    private final Map<String, Aead> ring;

    private KeyRing(String current, Map<String, Aead> ring) {
        this.current = current;
        this.ring = ring;
    }

    /**
     * The ring in a file {@code {"current":"k1","keys":{"k1":"<base64 of 32 bytes>"}}}.
     *
     * @throws IllegalArgumentException when the file is not of that form; the message shows none of it
     */
    static KeyRing read(Path file) throws IOException {
        Map<String, Object> json = JsonReader.object(Files.readAllBytes(file));
        if (!(json.get("current") instanceof String current) || !(json.get("keys") instanceof Map<?, ?> encoded)) {
            throw new IllegalArgumentException(file + " must hold current and keys");
        }
        Map<String, Aead> ring = new HashMap<>();
        for (Map.Entry<?, ?> entry : encoded.entrySet()) {
            ring.put((String) entry.getKey(), envelope(file, bytes(entry.getValue())));
        }
        if (!ring.containsKey(current)) {
            throw new IllegalArgumentException(file + " names a current key that it does not hold");
        }
        return new KeyRing(current, ring);
    }

    private static byte @Nullable [] bytes(@Nullable Object text) {
        try {
            return text instanceof String base64 ? Base64.getDecoder().decode(base64) : null;
        } catch (IllegalArgumentException _) {
            // Java's message would quote a part of it.
            return null;
        }
    }

    /** The keys are made elsewhere and come as bytes, so that their ring has the same form as that of the peppers. */
    @AccessesPartialKey
    private static Aead envelope(Path file, byte @Nullable [] key) {
        if (key == null || key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "each key in " + file + " must be base64 of " + KEY_BYTES + " random bytes");
        }
        try {
            AeadConfig.register();
            AesGcmParameters parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                    .build();
            AesGcmKey kek = AesGcmKey.builder()
                    .setParameters(parameters)
                    .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                    .build();
            Aead outer = KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(kek).withFixedId(1).makePrimary())
                    .build()
                    .getPrimitive(RegistryConfiguration.get(), Aead.class);
            return KmsEnvelopeAead.create(parameters, outer);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink has no AES-GCM", e);
        }
    }

    boolean knows(String kek) {
        return ring.containsKey(kek);
    }

    /**
     * Encrypts with a new data key.
     *
     * @param context that has to be the same when it is opened
     */
    Sealed seal(byte[] plain, byte[] context) {
        try {
            byte[] text = get(current).encrypt(plain, context);
            return new Sealed(current, Base64.getEncoder().encodeToString(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt", e);
        }
    }

    /** @throws GeneralSecurityException when the key is not there or another, or text or context are other than they were */
    byte[] open(Sealed sealed, byte[] context) throws GeneralSecurityException {
        return get(sealed.kek()).decrypt(Base64.getDecoder().decode(sealed.text()), context);
    }

    private Aead get(String kek) throws GeneralSecurityException {
        Aead aead = ring.get(kek);
        if (aead == null) {
            throw new GeneralSecurityException("the key-encryption key " + kek + " is not in the ring");
        }
        return aead;
    }
}
