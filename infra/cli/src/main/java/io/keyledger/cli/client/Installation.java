package io.keyledger.cli.client;

import io.keyledger.events.JsonReader;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Pem;
import io.keyledger.standalone.PrivateFiles;
import io.keyledger.standalone.SiemAccounts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** The folder of one installation, with what a client takes from it: addresses, the authority to trust, key files. */
public final class Installation {
    private static final String COMMAND_SERVICE = "https://localhost:8444";
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final DataDir dir;

    public Installation(Path root) {
        this.dir = new DataDir(root);
    }

    static Installation ofThisUser() {
        return new Installation(DataDir.ofThisUser().root());
    }

    public Path root() {
        return dir.root();
    }

    public Path bootstrapKeyFile() {
        return dir.bootstrapKeyFile();
    }

    /** The bootstrap key of another tenant. */
    public Path tenantKeyFile(String tenant) {
        return root().resolve("tenants").resolve(tenant + ".key");
    }

    /** What a Kafka client needs to read the audit topics. */
    public Path kafkaProperties() {
        return dir.config().resolve("kafka-operator.properties");
    }

    /** Where SIEMs reach Kafka. */
    public String kafkaForSiems() {
        Map<String, Object> endpoints = endpoints();
        Object own = endpoints.get("kafkaSiem");
        Object inner = endpoints.get("kafka");
        if (own instanceof String s) {
            return s;
        }
        if (inner instanceof String s) {
            return s;
        }
        throw new Failure(Failure.FAILED, dir.endpointsFile() + " names no \"kafka\".");
    }

    /** The accounts of SIEMs, for whoever may read the secrets of this installation. */
    public SiemAccounts siems() {
        Map<String, Object> unused = endpoints();
        try {
            return new SiemAccounts(dir);
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(dir.secrets().resolve("passwords.json"), e);
        }
    }

    /** The certificate that clients have to trust. */
    public Path authority() {
        return dir.ca();
    }

    public URI api() {
        return endpoint("api");
    }

    public URI edge() {
        return endpoint("edge");
    }

    /** The listener of command-service that asks for a certificate. */
    public URI commandService() {
        Map<String, Object> endpoints = endpoints();
        return URI.create(endpoints.get("command") instanceof String s ? s : COMMAND_SERVICE);
    }

    /** TLS that trusts this installation's authority and nothing else. */
    public SSLContext tls() {
        try {
            return Pem.trusting(dir);
        } catch (IOException e) {
            throw unusable(dir.ca(), e);
        }
    }

    /** As {@link #tls}, and shows the operator's certificate. */
    public SSLContext operatorTls() {
        try {
            return Pem.as("operator", dir);
        } catch (IOException e) {
            throw unusable(dir.certificate("operator"), e);
        }
    }

    /** Writes a key to a file that only this user can read, as a whole or not at all; an older one is replaced. */
    public static void writeKey(Path file, String key) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder, OWNER_ONLY);
            }
            PrivateFiles.write(file, key + "\n");
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED, "Cannot write " + file + " (" + e.getClass().getSimpleName() + ").");
        }
    }

    private URI endpoint(String name) {
        if (endpoints().get(name) instanceof String s) {
            return URI.create(s);
        }
        throw new Failure(Failure.FAILED, dir.endpointsFile() + " names no \"" + name + "\".");
    }

    private Map<String, Object> endpoints() {
        try {
            return JsonReader.object(Files.readAllBytes(dir.endpointsFile()));
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "No platform has been started in " + root()
                            + ": run `keyledger up`, or name its folder with --data DIR.");
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.FAILED,
                    "Cannot read " + dir.endpointsFile() + " (" + e.getClass().getSimpleName() + ").");
        }
    }

    private static Failure unusable(Path file, Exception e) {
        return new Failure(
                Failure.FAILED,
                e instanceof NoSuchFileException
                        ? "There is no " + file + ": was the platform ever started in this folder?"
                        : "Cannot use " + file + " (" + e.getClass().getSimpleName()
                                + "). Do you run as the user who started the platform?");
    }
}
