package io.keyledger.command.dispatch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The mark by which a repeated request is known.
 *
 * @param caller the key that asks: one caller's marks mean nothing to another
 * @param keyHash hex SHA-256 of the Idempotency-Key
 * @param fingerprint hex SHA-256 of method, path and body: the same mark on another request is a mistake
 */
public record Repeat(String caller, String keyHash, String fingerprint) {

    public static Repeat of(String caller, String idempotencyKey, String method, String path, byte[] body) {
        return new Repeat(caller, hash(bytes(idempotencyKey)), hash(bytes(method + " " + path + "\n"), body));
    }

    Repeat part(String name) {
        return new Repeat(caller, hash(bytes(keyHash), bytes(name)), fingerprint);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hash(byte[]... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha256.update(part);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Repeat[" + caller + "]";
    }
}
