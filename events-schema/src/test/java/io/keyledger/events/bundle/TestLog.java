package io.keyledger.events.bundle;

import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.AuditEvent.UsageBatchSealed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.MerkleTree;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.events.proof.TlogProof;
import io.keyledger.events.proof.TreeHash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A log in memory, of real events, chained and signed as the platform does it; exports are made from it. */
final class TestLog {
    static final String INSTANCE = "inst-k3v9a0q2";
    static final TenantId TENANT = new TenantId("t_acme");
    static final String BOOT = "01jda7t3y9w8q6v5n4m3k2h1g0";
    private static final Instant START = Instant.parse("2026-11-22T11:00:00Z");

    final NoteSigner signer;
    private final List<byte[]> ledger = new ArrayList<>();
    private final Map<String, byte[]> ends = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final List<Written> written = new ArrayList<>();
    private final List<byte[]> open = new ArrayList<>();
    private final List<Use> uses = new ArrayList<>();
    private final Map<String, byte[]> batches = new HashMap<>();
    private long offset;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Written(byte[] bytes, long index, CloudEvent event) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Use(byte[] bytes, String batch, long leaf, List<byte[]> path, KeyId about) {}

    TestLog() {
        byte[] seed = new byte[32];
        new Random(7).nextBytes(seed);
        signer = NoteSigner.of("keyledger/" + INSTANCE, NoteKey.ED25519, seed);
    }

    static KeyId key(int number) {
        return new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G" + number);
    }

    static CredentialId credential(int number) {
        return new CredentialId("0M9ODf6X0ft" + number);
    }

    /** The usual life: created, rotated, suspended, resumed, used, revoked, confirmed at lane sequence 6. */
    static TestLog usual() {
        TestLog log = new TestLog();
        for (int i = 1; i <= 2; i++) {
            log.append(created(i));
            log.append(new KeyRotated(key(i), "SIEM \u00fc", credential(i + 2), credential(i), START, null));
            log.append(new KeySuspended(key(i), "SIEM \u00fc", List.of(credential(i)), null));
            log.append(new KeyResumed(key(i), "SIEM \u00fc", List.of(credential(i)), "back"));
        }
        for (int i = 0; i < 3; i++) {
            log.use(1);
            log.use(2);
        }
        log.sealUses();
        String cause = log.append(revoked(1));
        log.append(confirmed(1, cause, 8));
        log.use(1);
        log.use(2);
        log.sealUses();
        log.append(revoked(2));
        return log;
    }

    static KeyCreated created(int i) {
        return new KeyCreated(
                key(i),
                "SIEM \u00fc",
                null,
                KeyKind.KEY,
                Scope.READ_ONLY,
                new OwnerId("usr_alice"),
                credential(i),
                false,
                null);
    }

    static KeyRevoked revoked(int i) {
        return new KeyRevoked(key(i), "SIEM \u00fc", List.of(credential(i)), RevocationReason.COMPROMISED, "leaked");
    }

    static RevocationConfirmed confirmed(int i, String cause, long lane) {
        return new RevocationConfirmed(
                key(i), "SIEM \u00fc", cause, List.of(new EdgeConfirmation("edge-1", BOOT, 4, List.of(0L, 0L, lane))));
    }

    /** Appends to the ledger; tells the event's id. */
    String append(KeyEvent event) {
        return ledger(Sources.key(INSTANCE, event.keyId()), event.keyId().value(), TENANT, event);
    }

    private String ledger(String source, String partitionKey, TenantId tenant, Event data) {
        CloudEvent event = event(source, partitionKey, tenant, data);
        byte[] bytes = event.bytes();
        written.add(new Written(bytes, ledger.size(), event));
        ledger.add(bytes);
        return event.id();
    }

    private CloudEvent event(String source, String partitionKey, TenantId tenant, Event data) {
        byte[] before = ends.get(source);
        long sequence = sequences.merge(source, 1L, Long::sum);
        Instant time = START.plusMillis(ledger.size() * 10L + offset);
        String subject = source.substring(source.indexOf(INSTANCE) + INSTANCE.length() + 1)
                .replace(':', '/');
        CloudEvent event = new CloudEvent(
                Ids.newEventId(time),
                source,
                sequence,
                before == null ? CloudEvent.GENESIS : CloudEvent.hash(before),
                time,
                time,
                tenant,
                subject,
                partitionKey,
                Actor.user(new OwnerId("usr_alice")),
                "req_1",
                data);
        ends.put(source, event.bytes());
        return event;
    }

    /** A use in lane 2 of the edge. */
    void use(int i) {
        use(i, "/v1/events");
    }

    void use(int i, String path) {
        String source = Sources.edge(INSTANCE, "edge-1", BOOT, "2");
        Instant time = START.plusMillis(offset);
        KeyUsed used = new KeyUsed(
                key(i),
                credential(i),
                "SIEM \u00fc",
                Scope.READ_ONLY,
                "events:read",
                "GET",
                path,
                "203.0.113.9",
                null,
                "edge-1",
                1,
                time,
                time);
        open.add(event(source, source, TENANT, used).bytes());
        offset++;
    }

    void sealUses() {
        MerkleTree tree = MerkleTree.of(open.stream().map(TreeHash::leaf).toList());
        String source = Sources.usage(INSTANCE, Topics.ACTIVITY + ":3");
        String id = ledger(
                source,
                Topics.ACTIVITY + ":3",
                TenantId.SYSTEM,
                new UsageBatchSealed(
                        Topics.ACTIVITY,
                        3,
                        offset - open.size(),
                        offset - 1,
                        open.size(),
                        Base64Text.of(tree.root(open.size()))));
        batches.put(id, ledger.getLast());
        for (int i = 0; i < open.size(); i++) {
            KeyUsed used = (KeyUsed)
                    Objects.requireNonNull(CloudEvent.read(open.get(i))).data();
            uses.add(new Use(open.get(i), id, i, tree.inclusion(i, open.size()), used.keyId()));
        }
        open.clear();
    }

    SignedNote checkpoint() {
        return SignedNote.sign(new Checkpoint(signer.key().name(), ledger.size(), root()).text(), List.of(signer), 0);
    }

    private MerkleTree tree() {
        return MerkleTree.of(ledger.stream().map(TreeHash::leaf).toList());
    }

    private byte[] root() {
        return tree().root(ledger.size());
    }

    /** Writes the export of one key; 0 = of all. */
    void export(Path folder, int number) throws IOException {
        MerkleTree tree = tree();
        try (BundleWriter writer = new BundleWriter(folder)) {
            for (Use use : uses) {
                if (number == 0 || use.about.equals(key(number))) {
                    writer.use(use.bytes, use.batch, use.leaf, use.path);
                    byte[] batch = Objects.requireNonNull(batches.get(use.batch));
                    writer.batch(
                            use.batch, batch, new TlogProof(index(batch), tree.inclusion(index(batch), ledger.size())));
                }
            }
            for (Written each : written) {
                if (each.event.data() instanceof KeyEvent data
                        && (number == 0 || data.keyId().equals(key(number)))) {
                    writer.event(
                            each.bytes,
                            each.event.source(),
                            each.event.sequence(),
                            new TlogProof(each.index, tree.inclusion(each.index, ledger.size())));
                }
            }
            writer.finish(
                    checkpoint(),
                    signer.key(),
                    number == 0 ? null : key(number).value(),
                    number == 0 ? null : head(key(number)),
                    "a test");
        }
    }

    private int index(byte[] bytes) {
        return ledger.indexOf(bytes);
    }

    private SignedNote head(KeyId key) {
        String source = Sources.key(INSTANCE, key);
        String text = Bundle.HEAD_TEXT + "\n"
                + new Checkpoint(signer.key().name(), ledger.size(), root()).text()
                + source + "\n" + sequences.get(source) + "\n"
                + Base64Text.of(TreeHash.leaf(Objects.requireNonNull(ends.get(source)))) + "\n";
        return SignedNote.sign(text, List.of(signer), 0);
    }
}
