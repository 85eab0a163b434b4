package io.keyledger.events;

/** The lasting name of a key: {@code key_} and a ULID. It never changes, whatever happens to the key's secrets. */
public record KeyId(String value) {
    public KeyId {
        Ids.check("keyId", "key_", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
