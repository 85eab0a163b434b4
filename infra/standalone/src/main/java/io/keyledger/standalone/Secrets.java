package io.keyledger.standalone;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The passwords of one installation, made at first start and kept in one 0600 file. There is no default password
 * anywhere.
 */
final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 40;

    private final Path file;
    private final Map<String, Object> passwords;

    Secrets(DataDir dir) throws IOException {
        this.file = dir.secrets().resolve("passwords.json");
        this.passwords = Files.exists(file) ? JsonReader.object(Files.readAllBytes(file)) : new LinkedHashMap<>();
    }

    /** The password of that name: letters and digits only, so that no configuration file has to quote it. */
    synchronized String password(String name) throws IOException {
        if (passwords.get(name) instanceof String password) {
            return password;
        }
        String password = random(ALPHABET, LENGTH);
        passwords.put(name, password);
        PrivateFiles.write(file, new String(CanonicalJson.bytes(passwords), StandardCharsets.UTF_8) + "\n");
        return password;
    }

    /** The passwords that the servers have to know. */
    Provisioning provisioning() throws IOException {
        Map<String, String> users = new LinkedHashMap<>();
        for (String user : AccessList.PRINCIPALS) {
            users.put(user, password("kafka/" + user));
        }
        return new Provisioning(
                password("postgresql/" + Provisioning.COMMAND_ROLE),
                password("postgresql/" + Provisioning.QUERY_ROLE),
                users);
    }

    /** The name of this installation in every event's source: made once, never changed. */
    static String instance(DataDir dir) throws IOException {
        Path file = dir.root().resolve("instance");
        if (!Files.exists(file)) {
            PrivateFiles.write(file, "inst-" + random(ALPHABET.substring(0, 10) + ALPHABET.substring(36), 8) + "\n");
        }
        return Files.readString(file).strip();
    }

    /** Makes the pepper file of the verifiers, once; losing it makes every key unknown. */
    static void peppers(DataDir dir, Account services) throws IOException {
        ring(dir.peppers(), "p1", "peppers", services);
    }

    /** Makes the file of the keys that encrypt recoverable secrets, once; losing it makes them unreadable. */
    static void vaultKeys(DataDir dir, Account services) throws IOException {
        ring(dir.vaultKeys(), "k1", "keys", services);
    }

    private static void ring(Path file, String id, String name, Account services) throws IOException {
        if (!Files.exists(file)) {
            byte[] first = new byte[32];
            RANDOM.nextBytes(first);
            String json = new String(
                    CanonicalJson.bytes(Map.of(
                            "current", id, name, Map.of(id, Base64.getEncoder().encodeToString(first)))),
                    StandardCharsets.UTF_8);
            PrivateFiles.write(file, json + "\n", services);
        }
    }

    /** Makes the pair of keys with which query-service says which person asks, once. */
    static void assertionKeys(DataDir dir, Account services) throws IOException {
        if (!Files.exists(dir.assertionKey()) || !Files.exists(dir.assertionPublicKey())) {
            KeyPair pair = AssertionKeys.make();
            PrivateFiles.write(dir.assertionKey(), AssertionKeys.pem(pair.getPrivate()), services);
            PrivateFiles.writePublic(dir.assertionPublicKey(), AssertionKeys.pem(pair.getPublic()));
        }
    }

    /** Makes the key that signs the ledger's checkpoints, once, and writes down what they are verified with. */
    static void checkpointKey(DataDir dir, Account services) throws IOException {
        if (!Files.exists(dir.checkpointKey())) {
            PrivateFiles.write(dir.checkpointKey(), NoteSigner.pem(NoteSigner.newSeed(RANDOM)), services);
        }
        StringBuilder keys = new StringBuilder();
        NoteSigner.readPem("keyledger/" + instance(dir), NoteKey.ED25519, Files.readString(dir.checkpointKey()))
                .forEach(signer -> keys.append(signer.key()).append('\n'));
        PrivateFiles.writePublic(dir.checkpointVerifierKey(), keys.toString());
    }

    /** A new password that is kept nowhere, as {@link #password} makes them: more than 230 random bits. */
    static String random() {
        return random(ALPHABET, LENGTH);
    }

    private static String random(String alphabet, int length) {
        StringBuilder out = new StringBuilder(length);
        while (out.length() < length) {
            out.append(alphabet.charAt(RANDOM.nextInt(alphabet.length())));
        }
        return out.toString();
    }
}
