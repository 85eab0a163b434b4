package io.keyledger.events.bundle;

import io.keyledger.events.ActivityEvent;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.AuditEvent.UsageBatchSealed;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.EventType;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.Topics;
import io.keyledger.events.bundle.Lines.Unsound;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.MerkleProof;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.events.proof.TlogProof;
import io.keyledger.events.proof.TreeHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks an export with nothing but the log's verifier key: canonical bytes, schema, sequence without holes, prevhash chain,
 * inclusion, checkpoint signature, legal life. Reads every file once, by lines; what it remembers is bounded, whatever the
 * files hold. Used once.
 */
public final class BundleVerifier {
    private static final int SMALL = SignedNote.MAX_BYTES;
    private static final HexFormat HEX = HexFormat.of();
    private static final int MAX_BATCHES = 1_000_000;
    private static final int MAX_LIVES = 1_000_000;
    private static final long MAX_BITS = 1L << 30;
    private static final long MAX_SEQUENCE = 1L << 31;

    private final Path folder;
    private final NoteKey key;
    private final SchemaCheck schemas = new SchemaCheck();

    private Checkpoint checkpoint = new Checkpoint("none", 0, TreeHash.empty());
    private Bundle.Manifest manifest = new Bundle.Manifest(null, "", 0, 0);

    /** Of the sources before the uses: the last event. They are sorted, so that one at a time is enough. */
    private String source = "";

    private long sequence;
    private byte[] hash = new byte[0];
    private KeyLife life = new KeyLife();

    /** Of the fingerprints of uses: the last one. They are sorted too, with holes. */
    private String batchSource = "";

    private long batchSequence;
    private final Map<String, UsageBatchSealed> batches = new HashMap<>();
    private final Map<String, KeyLife> lives = new HashMap<>();
    private final Map<String, BitSet> seen = new HashMap<>();
    private final Map<String, Link> lanes = new HashMap<>();
    private long bits;
    private long events;
    private long uses;
    private @Nullable String unknown;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Link(long sequence, byte[] hash) {}

    /** There is no saying. */
    private static final class Unclear extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unclear(String what) {
            super(what, null, false, false);
        }
    }

    private BundleVerifier(Path folder, NoteKey key) {
        this.folder = folder;
        this.key = key;
    }

    /**
     * Checks the export in that folder.
     *
     * @param key of the log, as the auditor got it by another way than with the export
     */
    public static Verdict verify(Path folder, NoteKey key) {
        BundleVerifier verifier = new BundleVerifier(folder, key);
        try {
            verifier.check();
        } catch (Unsound e) {
            return new Verdict.Tampered(String.valueOf(e.getMessage()));
        } catch (Unclear e) {
            return new Verdict.CannotTell(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return new Verdict.CannotTell(
                    "there is no " + folder.relativize(Path.of(String.valueOf(e.getFile()))) + " in " + folder);
        } catch (IOException e) {
            return new Verdict.CannotTell("it cannot be read: " + e);
        }
        return verifier.unknown == null
                ? new Verdict.Proved(verifier.events, verifier.uses, verifier.checkpoint.size())
                : new Verdict.CannotTell(verifier.unknown);
    }

    private void check() throws IOException {
        checkpoint = checkpoint(note(Bundle.CHECKPOINT));
        try {
            manifest = Bundle.Manifest.read(small(Bundle.MANIFEST));
        } catch (IllegalArgumentException e) {
            throw new Unsound(Bundle.MANIFEST + " is not as it was written: " + e.getMessage());
        }
        try (Lines lines = new Lines(folder.resolve(Bundle.EVENTS));
                Lines proofs = new Lines(folder.resolve(Bundle.PROOFS))) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                try {
                    event(line, block(proofs));
                } catch (Unsound | IllegalArgumentException e) {
                    throw new Unsound("event %d%s: %s".formatted(events + uses + 1, named(line), e.getMessage()));
                }
            }
            if (proofs.next() != null) {
                throw new Unsound("there are more proofs than events");
            }
        }
        if (events != manifest.events() || uses != manifest.uses()) {
            throw new Unsound("there are %d events and %d uses, and %s says %d and %d"
                    .formatted(events, uses, Bundle.MANIFEST, manifest.events(), manifest.uses()));
        }
        if (manifest.keyId() != null) {
            head(note(Bundle.HEAD));
        }
        files();
    }

    private static String named(byte[] line) {
        try {
            return " (" + JsonReader.object(line).get("id") + ")";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private Checkpoint checkpoint(SignedNote note) {
        if (!note.isSignedBy(key)) {
            throw new Unsound("the checkpoint is not signed by " + key.name() + " with the key given");
        }
        try {
            Checkpoint read = Checkpoint.read(note.text());
            if (!read.text().equals(note.text()) || !read.origin().equals(key.name())) {
                throw new Unsound("the checkpoint is not that of " + key.name());
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw new Unsound("the checkpoint is none: " + e.getMessage());
        }
    }

    private SignedNote note(String name) throws IOException {
        try {
            return SignedNote.read(small(name));
        } catch (IllegalArgumentException e) {
            throw new Unsound(name + " is not a signed note: " + e.getMessage());
        }
    }

    private byte[] small(String name) throws IOException {
        Path file = folder.resolve(name);
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(SMALL + 1);
            if (bytes.length > SMALL) {
                throw new Unsound(name + " has more than " + SMALL + " bytes");
            }
            return bytes;
        }
    }

    private static List<String> block(Lines proofs) throws IOException {
        List<String> block = new ArrayList<>();
        for (byte[] line = proofs.next(); line == null || line.length > 0; line = proofs.next()) {
            if (line == null) {
                throw new Unsound("there are more events than proofs");
            }
            if (block.size() > MerkleProof.MAX_HASHES + 3) {
                throw new Unsound("its proof is too long");
            }
            block.add(new String(line, StandardCharsets.UTF_8));
        }
        return block;
    }

    private void event(byte[] line, List<String> proof) {
        Map<String, Object> members = JsonReader.object(line);
        if (!Arrays.equals(CanonicalJson.bytes(members), line)) {
            throw new Unsound("its bytes are not canonical");
        }
        EventType type = members.get("type") instanceof String wire ? EventType.ofWire(wire) : null;
        String fault = schemas.fault(members, type);
        if (fault != null) {
            throw new Unsound(fault);
        }
        if (type == null) {
            unknown = "it holds events of a type that this version does not know: " + members.get("type");
        }
        CloudEvent event = type == null ? null : CloudEvent.read(line);
        String its = String.valueOf(members.get("source"));
        long number = Long.parseLong(String.valueOf(members.get("sequence")));
        byte[] leaf = TreeHash.leaf(line);
        boolean genesis = CloudEvent.GENESIS.equals(members.get("prevhash"));
        if (number < 1 || genesis != (number == 1)) {
            throw new Unsound("a source begins with 1 and " + CloudEvent.GENESIS.charAt(0) + "s, and nowhere else");
        }
        if (type != null && type.topic().equals(Topics.ACTIVITY)) {
            use(its, number, leaf, String.valueOf(members.get("prevhash")), event, proof);
            uses++;
            return;
        }
        included(leaf, proof);
        if (event != null && event.data() instanceof UsageBatchSealed batch) {
            if (batches.size() == MAX_BATCHES) {
                throw new Unclear(
                        "it holds more than %d batches of uses: export a shorter time".formatted(MAX_BATCHES));
            }
            if (uses > 0
                    || its.compareTo(batchSource) < 0
                    || its.equals(batchSource) && number <= batchSequence
                    || batches.put(event.id(), batch) != null) {
                throw new Unsound("it is out of order, or there twice");
            }
            batchSource = its;
            batchSequence = number;
        } else {
            own(its, number, leaf, String.valueOf(members.get("prevhash")), event);
        }
        events++;
    }

    private void included(byte[] leaf, List<String> lines) {
        TlogProof proof = TlogProof.read(lines);
        if (!MerkleProof.isIncluded(leaf, proof.index(), checkpoint.size(), checkpoint.root(), proof.path())) {
            throw new Unsound(
                    "it is not event %d of the %d that were signed".formatted(proof.index(), checkpoint.size()));
        }
    }

    /** An event of a source whose events are all here, from one on: sorted by source and sequence. */
    private void own(String its, long number, byte[] leaf, String prevHash, @Nullable CloudEvent event) {
        if (!batches.isEmpty() || uses > 0) {
            throw new Unsound("it is out of order");
        }
        String id = manifest.keyId();
        if (its.equals(source)) {
            if (number != sequence + 1) {
                throw new Unsound("after event %d of %s comes event %d".formatted(sequence, its, number));
            }
            if (!prevHash.equals(HEX.formatHex(hash))) {
                throw new Unsound("it does not hold the hash of the event before it");
            }
        } else {
            if (its.compareTo(source) < 0) {
                throw new Unsound("it is out of order");
            }
            if (id != null && (!source.isEmpty() || !its.endsWith(":key:" + id) || number != 1)) {
                throw new Unsound("it is not the first event of " + id);
            }
            life = new KeyLife();
        }
        source = its;
        sequence = number;
        hash = leaf;
        if (event != null && event.data() instanceof KeyEvent data) {
            String fault = life.add(event, data);
            if (fault != null) {
                throw new Unsound(fault);
            }
            if (!its.endsWith(":key:" + data.keyId().value())) {
                throw new Unsound("it is about another key than that of its source");
            }
            if (life.limitsUses()) {
                if (lives.size() == MAX_LIVES) {
                    throw new Unclear(
                            "it holds more than %d keys that ended: export a shorter time".formatted(MAX_LIVES));
                }
                lives.put(data.keyId().value(), life);
            }
        } else if (id != null) {
            throw new Unsound("it is not about " + id);
        }
    }

    private void use(
            String its, long number, byte[] leaf, String prevHash, @Nullable CloudEvent event, List<String> lines) {
        Bundle.UseProof proof = Bundle.UseProof.read(lines);
        UsageBatchSealed batch = batches.get(proof.batch());
        if (batch == null
                || !MerkleProof.isIncluded(
                        leaf, proof.leaf(), batch.count(), Base64Text.hash(batch.root()), proof.path())) {
            throw new Unsound("it is not among the uses that were sealed");
        }
        once(its, number);
        Link before = lanes.put(its, new Link(number, leaf));
        if (before != null && before.sequence() + 1 == number && !prevHash.equals(HEX.formatHex(before.hash()))) {
            throw new Unsound("it does not hold the hash of the event before it");
        }
        if (event == null || !(event.data() instanceof ActivityEvent data)) {
            return;
        }
        String about = switch (data) {
            case KeyUsed e -> e.keyId().value();
            case ActivityEvent.AuthFailed e ->
                e.keyId() == null ? "" : e.keyId().value();
            case ActivityEvent.EdgeStarted _, ActivityEvent.EdgeStopped _ -> "";
        };
        if (manifest.keyId() != null && !about.equals(manifest.keyId())) {
            throw new Unsound("it is not about " + manifest.keyId());
        }
        KeyLife ended = lives.get(about);
        if (ended != null && data instanceof KeyUsed && !ended.allows(its, number)) {
            throw new Unsound("the edge had confirmed the key's end, and accepted it after that");
        }
    }

    private void once(String its, long number) {
        if (number >= MAX_SEQUENCE) {
            throw new Unclear("a lane has more than %d events".formatted(MAX_SEQUENCE));
        }
        BitSet lane = seen.computeIfAbsent(its, _ -> new BitSet());
        bits += Math.max(0, number - lane.size()) + 512;
        if (bits > MAX_BITS) {
            throw new Unclear("it holds too many uses of too many lanes: export a shorter time");
        }
        if (lane.get((int) number)) {
            throw new Unsound("it is there twice");
        }
        lane.set((int) number);
    }

    /** What the log says of the key's end must be where its events here end. */
    private void head(SignedNote note) {
        if (!note.isSignedBy(key)) {
            throw new Unsound(Bundle.HEAD + " is not signed by " + key.name() + " with the key given");
        }
        String expected = Bundle.HEAD_TEXT + "\n" + checkpoint.text() + source + "\n" + sequence + "\n"
                + Base64Text.of(hash) + "\n";
        if (!note.text().equals(expected)) {
            throw new Unsound("the events of " + manifest.keyId() + " do not end where the log says that they end");
        }
    }

    private void files() throws IOException {
        if (!new String(small(Bundle.VKEY), StandardCharsets.UTF_8).equals(key + "\n")) {
            throw new Unsound(Bundle.VKEY + " is not the key given");
        }
        String sums = new String(small(Bundle.SUMS), StandardCharsets.UTF_8);
        List<String> known = Bundle.files(manifest.keyId() != null);
        List<String> files = new ArrayList<>();
        for (String line : sums.lines().toList()) {
            // Two blanks between: the form of sha256sum. Names are those of this format, so that no path leads
            // elsewhere.
            if (!line.matches("[0-9a-f]{64}  ([A-Za-z0-9.-]+|schemas/[a-z0-9.-]+)") || line.contains("..")) {
                throw new Unsound(Bundle.SUMS + " is not as it was written");
            }
            files.add(line.substring(66));
            if (!known.contains(files.getLast()) && !Files.exists(folder.resolve(files.getLast()))) {
                throw new Unsound(Bundle.SUMS + " names a file that no export has: " + files.getLast());
            }
        }
        if (!files.containsAll(List.of(Bundle.EVENTS, Bundle.PROOFS, Bundle.CHECKPOINT, Bundle.MANIFEST))
                || !sums.equals(Bundle.sums(folder, files))) {
            throw new Unsound("a file is not as it was written: see `sha256sum -c " + Bundle.SUMS + "`");
        }
        boolean current = files.equals(known);
        for (String name : Bundle.schemas()) {
            if (current) {
                current = Arrays.equals(small(Bundle.SCHEMAS + "/" + name + ".v1.json"), SchemaCheck.file(name));
            }
        }
        for (String name : Bundle.DOCUMENTS) {
            if (current) {
                current = Arrays.equals(small(name), Bundle.document(name));
            }
        }
        if (!current && unknown == null) {
            unknown = "schemas and documents are those of another version of Keyledger: check it with that version";
        }
    }
}
