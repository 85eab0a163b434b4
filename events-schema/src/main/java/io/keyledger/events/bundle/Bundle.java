package io.keyledger.events.bundle;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.MerkleProof;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The names and small forms of an export's files. */
final class Bundle {
    static final String EVENTS = "events.ndjson";
    static final String PROOFS = "proofs";
    static final String CHECKPOINT = "checkpoint";
    static final String HEAD = "head";
    static final String VKEY = "vkey";
    static final String MANIFEST = "manifest.json";
    static final String SCHEMAS = "schemas";
    static final String SUMS = "SHA256SUMS";
    static final List<String> DOCUMENTS = List.of("VERIFY.md", "verify.py");

    static final String USE_PROOF = "keyledger/use-proof@v1";
    static final String HEAD_TEXT = "keyledger/head/v1";

    private static final String FORMAT = "keyledger-export/1";
    private static final HexFormat HEX = HexFormat.of();

    private Bundle() {}

    /**
     * What the export is of.
     *
     * @param keyId all of this key; null = all events of a time
     * @param asked in words
     * @param events of the ledger, fingerprints of uses included
     * @param uses of edges
     */
    record Manifest(@Nullable String keyId, String asked, long events, long uses) {
        byte[] bytes() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("asked", asked);
            members.put("events", events);
            members.put("format", FORMAT);
            if (keyId != null) {
                members.put("keyId", keyId);
            }
            members.put("uses", uses);
            return CanonicalJson.bytes(members);
        }

        static Manifest read(byte[] bytes) {
            Map<String, Object> members = JsonReader.object(bytes);
            if (!FORMAT.equals(members.get("format"))
                    || !(members.get("events") instanceof Long events)
                    || !(members.get("uses") instanceof Long uses)
                    || !(members.get("asked") instanceof String asked)) {
                throw new IllegalArgumentException("not the manifest of an export");
            }
            Manifest manifest = new Manifest((String) members.get("keyId"), asked, events, uses);
            if (!Arrays.equals(manifest.bytes(), bytes)) {
                throw new IllegalArgumentException("not in canonical form");
            }
            return manifest;
        }
    }

    /** That a use is in a batch, as it is written: like a tlog-proof, but to the root in an event. */
    record UseProof(String batch, long leaf, List<byte[]> path) {
        String text() {
            StringBuilder out = new StringBuilder(USE_PROOF + "\nbatch " + batch + "\nindex " + leaf + "\n");
            path.forEach(hash -> out.append(Base64Text.of(hash)).append('\n'));
            return out.append('\n').toString();
        }

        static UseProof read(List<String> lines) {
            if (lines.size() < 3
                    || !lines.get(0).equals(USE_PROOF)
                    || !lines.get(1).startsWith("batch ")
                    || !lines.get(2).matches("index (0|[1-9][0-9]{0,17})")
                    || lines.size() - 3 > MerkleProof.MAX_HASHES) {
                throw new IllegalArgumentException("not the proof of a use");
            }
            List<byte[]> path = new ArrayList<>();
            for (String line : lines.subList(3, lines.size())) {
                path.add(Base64Text.hash(line));
            }
            return new UseProof(
                    lines.get(1).substring("batch ".length()),
                    Long.parseLong(lines.get(2).substring("index ".length())),
                    path);
        }
    }

    /** Names of the schemas that go with an export. */
    static List<String> schemas() {
        List<String> names = new ArrayList<>();
        names.add(SchemaCheck.ENVELOPE);
        for (EventType type : EventType.values()) {
            names.add(type.shortName());
        }
        return names;
    }

    static byte[] document(String name) {
        try (InputStream in = Bundle.class.getResourceAsStream("/export/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
            return HEX.formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** All files of an export but the list of their sums, as they are named in it. */
    static List<String> files(boolean ofKey) {
        List<String> files = new ArrayList<>(List.of(EVENTS, PROOFS, CHECKPOINT, VKEY, MANIFEST));
        if (ofKey) {
            files.add(HEAD);
        }
        files.addAll(DOCUMENTS);
        schemas().forEach(name -> files.add(SCHEMAS + "/" + name + ".v1.json"));
        files.sort(null);
        return files;
    }

    /** The list of sums, in the form of {@code sha256sum}. */
    static String sums(Path folder, List<String> files) throws IOException {
        StringBuilder out = new StringBuilder();
        for (String file : files) {
            out.append(sha256(folder.resolve(file))).append("  ").append(file).append('\n');
        }
        return out.toString();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
