package io.keyledger.standalone;

import io.keyledger.events.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder that holds one installation: keys and certificates, passwords, configuration, logs, process ids and the data
 * of every server. Whoever has it has everything, so it is 0700, or 0711 when root started us and the children have to pass.
 */
public record DataDir(Path root) {

    public DataDir(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** {@code /var/lib/keyledger} for root, else {@code keyledger} in the user's own data directory. */
    public static DataDir ofThisUser() {
        if (Account.ofThisProcess().drops()) {
            return new DataDir(Path.of("/var/lib/keyledger"));
        }
        return new DataDir(userFolder("XDG_DATA_HOME", ".local/share").resolve("keyledger"));
    }

    static Path userFolder(String variable, String fallback) {
        String chosen = System.getenv(variable);
        if (chosen != null && chosen.startsWith("/")) {
            return Path.of(chosen);
        }
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home)
                .resolve(fallback);
    }

    /** Takes the folder, which is new, empty or was taken before: what is somebody else's is not made private and filled. */
    void create(Account account) throws IOException, InterruptedException {
        mustBeOurs();
        try {
            Path parent = root.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            enter(root, account);
        } catch (IOException e) {
            throw new StartFailure("cannot make the data directory " + root + ": " + e, e);
        }
        account.mustReach(root.resolve("."), "below the data directory");
        for (Path folder : new Path[] {tls(), secrets(), config(), programs()}) {
            enter(folder, account);
        }
        PrivateFiles.folder(run(), new Account(false));
        PrivateFiles.folder(logs(), new Account(false));
        PrivateFiles.folder(temporary(), account);
    }

    private void mustBeOurs() throws IOException {
        if (!Files.isDirectory(root) || Files.exists(run()) || Files.exists(root.resolve("instance"))) {
            return;
        }
        try (Stream<Path> files = Files.list(root)) {
            // What a file system of its own begins with.
            if (files.anyMatch(file -> !file.endsWith("lost+found"))) {
                throw new StartFailure(
                        root + " holds other files and no Keyledger: name a new or empty folder with --data");
            }
        }
    }

    private static void enter(Path folder, Account account) throws IOException {
        if (account.drops()) {
            PrivateFiles.passage(folder);
        } else {
            PrivateFiles.folder(folder, account);
        }
    }

    public Path tls() {
        return root.resolve("tls");
    }

    public Path ca() {
        return tls().resolve("ca.pem");
    }

    /** The certificate chain of a party. */
    public Path certificate(String party) {
        return tls().resolve(party + ".pem");
    }

    /** The private key of a party, PKCS#8. */
    public Path privateKey(String party) {
        return tls().resolve(party + ".key");
    }

    public Path secrets() {
        return root.resolve("secrets");
    }

    public Path peppers() {
        return secrets().resolve("peppers.json");
    }

    /** With these command-service encrypts the secrets of recoverable keys. */
    public Path vaultKeys() {
        return secrets().resolve("vault.json");
    }

    /** With it command-service signs the checkpoints of the ledger. */
    public Path checkpointKey() {
        return secrets().resolve("checkpoint.key");
    }

    /** With it anybody verifies them: public, to be given to whoever checks the audit. */
    public Path checkpointVerifierKey() {
        return tls().resolve("checkpoint.vkey");
    }

    /** With it query-service says which person asks. */
    public Path assertionKey() {
        return secrets().resolve("assertion.key");
    }

    /** With it command-service checks that. */
    public Path assertionPublicKey() {
        return secrets().resolve("assertion.pub");
    }

    public Path config() {
        return root.resolve("config");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    Path run() {
        return root.resolve("run");
    }

    Path temporary() {
        return root.resolve("tmp");
    }

    /** Copies of the services' jars: the build may replace its own while they run. */
    Path programs() {
        return root.resolve("programs");
    }

    public Path endpointsFile() {
        return root.resolve("endpoints.json");
    }

    public Path bootstrapKeyFile() {
        return root.resolve("bootstrap.key");
    }

    /** What a newcomer, a script and the CLI need to find the platform; holds no secret. */
    void writeEndpoints(Map<String, String> endpoints) throws IOException {
        PrivateFiles.write(
                endpointsFile(),
                new String(CanonicalJson.bytes(new TreeMap<>(endpoints)), StandardCharsets.UTF_8) + "\n");
    }
}
