package io.keyledger.command.vault;

/**
 * A secret that nobody can read without the key-encryption key.
 *
 * @param kek id of the key-encryption key
 * @param text base64 of the ciphertext, which holds its own data key, encrypted
 */
public record Sealed(String kek, String text) {
    @Override
    public String toString() {
        return "Sealed[" + kek + "]";
    }
}
