package io.keyledger.verifier;

import io.keyledger.events.Base62;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import java.security.SecureRandom;

/** Makes keys: 256 random bits behind a public id. Safe from any thread. */
public final class KeyFactory {
    private static final int SECRET_BYTES = 32;
    private final SecureRandom random;

    public KeyFactory(SecureRandom random) {
        this.random = random;
    }

    /** A new key; its only copy. */
    public PresentedKey create(String prefix, KeyKind kind, CredentialId credentialId) {
        if (!PresentedKey.isPrefix(prefix)) {
            throw new IllegalArgumentException("prefix must be 1 to 12 lower-case letters or digits");
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String body = prefix
                + '_'
                + kind.letter()
                + '_'
                + credentialId.value()
                + '_'
                + Base62.encode(secret, PresentedKey.SECRET_LENGTH);
        PresentedKey key = PresentedKey.parse(body + PresentedKey.check(body, body.length()));
        if (key == null) {
            throw new IllegalStateException("a key that was just made does not parse");
        }
        return key;
    }
}
