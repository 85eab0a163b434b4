package io.keyledger.query.history;

import io.keyledger.events.CredentialId;
import io.keyledger.query.web.JsonBody;
import io.keyledger.verifier.PresentedKey;
import org.jspecify.annotations.Nullable;

/** Whom a body is about: {@code credentialId}, or {@code key}, of which nothing but the public part is kept. */
final class Named {
    static final String KEY = "key";
    static final String CREDENTIAL_ID = "credentialId";

    private static final int MAX_LEAKED = 16_384;

    private Named() {}

    /**
     * The credential.
     *
     * @return null when what is called a key cannot be one: its form or checksum is wrong
     */
    static @Nullable CredentialId exactly(JsonBody body) {
        String text = key(body);
        if (text == null) {
            return credentialId(body);
        }
        PresentedKey key = PresentedKey.parse(text);
        return key == null ? null : key.credentialId();
    }

    /** The credential of the first key that stands in a text, such as a line of a log; null when none does. */
    static @Nullable CredentialId within(JsonBody body) {
        String text = key(body);
        if (text == null) {
            return credentialId(body);
        }
        PresentedKey key = PresentedKey.find(text);
        return key == null ? null : key.credentialId();
    }

    private static @Nullable String key(JsonBody body) {
        if (body.has(KEY) == body.has(CREDENTIAL_ID)) {
            throw body.has(KEY)
                    ? body.invalid(CREDENTIAL_ID, "left out where there is a key")
                    : body.missing(CREDENTIAL_ID);
        }
        return body.text(KEY, MAX_LEAKED);
    }

    private static CredentialId credentialId(JsonBody body) {
        String text = body.text(CREDENTIAL_ID, 64);
        try {
            return new CredentialId(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw body.invalid(
                    CREDENTIAL_ID,
                    "the %d letters and digits of a credential's id, as lists show it".formatted(CredentialId.LENGTH));
        }
    }
}
