package io.keyledger.events.proof;

import java.util.Base64;

/** RFC 4648 section 4, with one text for one value: what {@link Base64} would read though it would not write it is refused. */
public final class Base64Text {
    private Base64Text() {}

    public static String of(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** @throws IllegalArgumentException when it is not the text that {@link #of} makes */
    public static byte[] read(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not base64", e);
        }
        if (!of(bytes).equals(text)) {
            throw new IllegalArgumentException("not base64");
        }
        return bytes;
    }

    /** As {@link #read}, of a hash. */
    public static byte[] hash(String text) {
        byte[] hash = read(text);
        if (hash.length != TreeHash.SIZE) {
            throw new IllegalArgumentException("not a hash of %d bytes".formatted(TreeHash.SIZE));
        }
        return hash;
    }
}
