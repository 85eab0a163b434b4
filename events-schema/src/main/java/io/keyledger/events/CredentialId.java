package io.keyledger.events;

/** The public part of one secret: 12 base62 characters, printed in lists, logs and events. */
public record CredentialId(String value) {
    public static final int LENGTH = 12;

    public CredentialId {
        if (value.length() != LENGTH || !Base62.isBase62(value)) {
            throw new IllegalArgumentException("credentialId must be 12 letters or digits");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
