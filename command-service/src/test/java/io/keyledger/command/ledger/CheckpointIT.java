package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.AuditEvent.UsageBatchSealed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.MerkleProof;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.events.proof.TreeHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints and sealed uses on the real PostgreSQL and Kafka. */
class CheckpointIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final byte[] seed = new byte[32];

    @SuppressWarnings("NullAway.Init")
    private Rig rig;

    private @Nullable Sealer sealer;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private NoteSigner signer() {
        return NoteSigner.of(ProofConfig.origin(rig.instance), NoteKey.ED25519, seed);
    }

    private Checkpointer checkpointer(Duration atLeast) {
        return checkpointer(atLeast, List.of(signer()), List.of());
    }

    private Checkpointer checkpointer(Duration atLeast, List<NoteSigner> signers, List<String> former) {
        return new Checkpointer(
                rig.instance,
                signers,
                new ProofConfig(
                        null,
                        former,
                        folder.resolve("checkpoints.ndjson"),
                        Duration.ofSeconds(10),
                        atLeast,
                        Duration.ofSeconds(1)),
                Clock.systemUTC(),
                rig.transactions,
                rig.dataSource,
                rig::producer);
    }

    private ProofReader reader() {
        return new ProofReader(
                rig.instance, List.of(signer()), rig.transactions, rig.dataSource, () -> consumer("proofs"));
    }

    private Consumer<byte[], byte[]> consumer(String name) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(UsageSealer.consumerSettings(rig.kafka, name), bytes, bytes);
    }

    /** Appends and seals that many events. */
    private void grow(int events) {
        rig.transactions.executeWithoutResult(_ -> {
            for (int i = 0; i < events; i++) {
                KeyId key = Rig.newKey();
                rig.append(Rig.created(key, io.keyledger.events.Ids.newCredentialId()), 1);
            }
        });
        seal();
    }

    private void seal() {
        Sealer one = sealer == null ? rig.sealer("1", () -> {}) : sealer;
        sealer = one;
        while (one.sealBatch() > 0) {
            // There may be more.
        }
    }

    private List<Checkpoint> signed() {
        return reader().after(0, 200).stream()
                .map(signed -> {
                    SignedNote note = SignedNote.read(signed.note().getBytes(StandardCharsets.UTF_8));
                    assertThat(note.isSignedBy(signer().key())).isTrue();
                    return Checkpoint.read(note.text());
                })
                .toList();
    }

    @Test
    void every_event_of_the_ledger_is_proved_against_each_checkpoint_and_each_continues_the_one_before() {
        try (Tail topic = new Tail(rig.queryKafka, Topics.CHECKPOINTS)) {
            Checkpointer checkpointer = checkpointer(Duration.ofHours(1));
            checkpointer.round();
            assertThat(signed()).isEmpty();
            for (int more : new int[] {1, 254, 1, 1, 300, 0, 43}) {
                if (more > 0) {
                    grow(more);
                }
                checkpointer.round();
            }
            List<Checkpoint> checkpoints = signed();
            assertThat(checkpoints).extracting(Checkpoint::size).containsExactly(1L, 255L, 256L, 257L, 557L, 600L);
            List<LedgerEntry> ledger = rig.ledger();
            ProofReader proofs = reader();
            for (int c = 0; c < checkpoints.size(); c++) {
                Checkpoint at = checkpoints.get(c);
                for (int i = 0; i < at.size(); i += 7) {
                    assertThat(MerkleProof.isIncluded(
                                    TreeHash.leaf(ledger.get(i).bytes()),
                                    i,
                                    at.size(),
                                    at.root(),
                                    proofs.inclusion(i, at.size())))
                            .isTrue();
                }
                for (int d = 0; d <= c; d++) {
                    Checkpoint before = checkpoints.get(d);
                    assertThat(MerkleProof.isConsistent(
                                    before.size(),
                                    before.root(),
                                    at.size(),
                                    at.root(),
                                    proofs.consistency(before.size(), at.size())))
                            .isTrue();
                }
            }
            topic.until(() -> topic.records.size() == checkpoints.size());
            List<String> notes =
                    proofs.after(0, 200).stream().map(ProofReader.Signed::note).toList();
            assertThat(topic.records)
                    .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                    .containsExactlyElementsOf(notes);
            assertThat(new CheckpointFile(folder.resolve("checkpoints.ndjson")).last())
                    .hasValueSatisfying(note -> assertThat(note.toString()).isEqualTo(notes.getLast()));
            assertThat(rig.jdbc.queryForObject("SELECT count(*) FROM tree_node", Long.class))
                    .isEqualTo(2);
            // Nothing new: signed again only when it is time.
            checkpointer(Duration.ZERO).round();
            assertThat(signed()).hasSize(7).last().isEqualTo(checkpoints.getLast());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_ledger_that_is_not_what_was_signed_is_not_signed() {
        grow(300);
        checkpointer(Duration.ofHours(1)).round();
        rig.jdbc.execute("ALTER TABLE ledger DISABLE TRIGGER append_only");
        rig.jdbc.update("UPDATE ledger SET hash = ? WHERE index = 299", new byte[32]);
        grow(1);
        assertThatThrownBy(() -> checkpointer(Duration.ofHours(1)).round())
                .isInstanceOf(Checkpointer.Inconsistent.class)
                .hasMessageContaining("not those that were signed");
        assertThat(signed()).hasSize(1);
    }

    @Test
    void a_database_that_was_put_back_is_found_out_by_the_file() {
        grow(10);
        checkpointer(Duration.ofHours(1)).round();
        grow(10);
        checkpointer(Duration.ofHours(1)).round();
        rig.jdbc.execute("ALTER TABLE checkpoint DISABLE TRIGGER append_only");
        rig.jdbc.execute("ALTER TABLE ledger DISABLE TRIGGER append_only");
        rig.jdbc.update("DELETE FROM checkpoint WHERE size = 20");
        rig.jdbc.update("DELETE FROM ledger WHERE index >= 10");
        rig.jdbc.update("UPDATE tree SET size = 10");
        assertThatThrownBy(() -> checkpointer(Duration.ofHours(1)).round())
                .isInstanceOf(Checkpointer.Inconsistent.class)
                .hasMessageContaining("a checkpoint over 20 events was signed, and the ledger has 10");
    }

    @Test
    void what_another_key_signed_last_is_continued_only_when_that_key_is_known() {
        grow(1);
        checkpointer(Duration.ofHours(1)).round();
        grow(1);
        NoteSigner next = NoteSigner.of(ProofConfig.origin(rig.instance), NoteKey.ED25519, new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
        });
        assertThatThrownBy(() -> checkpointer(Duration.ofHours(1), List.of(next), List.of())
                        .round())
                .isInstanceOf(Checkpointer.Inconsistent.class)
                .hasMessageContaining("signed by none of the keys");
        checkpointer(Duration.ofHours(1), List.of(next), List.of(signer().key().toString()))
                .round();
        assertThat(reader().latest())
                .hasValueSatisfying(signed -> assertThat(signed.size()).isEqualTo(2));
    }

    @Test
    void every_use_is_in_exactly_one_sealed_batch_over_crashes_and_beside_another_sealer() throws Exception {
        String source = "urn:keyledger:" + rig.instance + ":edge:edge-1:boot:2";
        List<byte[]> uses = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            uses.add(("{\"use\":" + i + "}").getBytes(StandardCharsets.UTF_8));
        }
        ByteArraySerializer bytes = new ByteArraySerializer();
        UsageSealer first = usageSealer();
        UsageSealer second = usageSealer();
        try (Producer<byte[], byte[]> edge =
                        new KafkaProducer<>(Publisher.producerSettings(rig.edgeKafka), bytes, bytes);
                Consumer<byte[], byte[]> one = consumer("one");
                Consumer<byte[], byte[]> other = consumer("other")) {
            first.begin(one);
            second.begin(other);
            for (int i = 0; i < uses.size(); i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(Topics.ACTIVITY, 3, source.getBytes(StandardCharsets.UTF_8), uses.get(i));
                record.headers().add("ce_source", source.getBytes(StandardCharsets.UTF_8));
                record.headers().add("ce_sequence", "%020d".formatted(i + 1).getBytes(StandardCharsets.UTF_8));
                edge.send(record).get();
                if (i % 10 == 9) {
                    turn(i % 20 == 9 ? first : second, i % 20 == 9 ? one : other);
                }
            }
            for (int i = 0; i < 20; i++) {
                turn(first, one);
                turn(second, other);
            }
        }
        seal();
        checkpointer(Duration.ofHours(1)).round();
        List<UsageBatchSealed> batches = rig.ledger().stream()
                .map(entry -> Objects.requireNonNull(CloudEvent.read(entry.bytes())))
                .filter(event -> event.data() instanceof UsageBatchSealed batch && batch.partition() == 3)
                .map(event -> (UsageBatchSealed) event.data())
                .toList();
        long next = batches.getFirst().firstOffset();
        for (UsageBatchSealed batch : batches) {
            assertThat(batch.firstOffset()).isEqualTo(next);
            next = batch.lastOffset() + 1;
        }
        assertThat(next)
                .isEqualTo(
                        rig.jdbc.queryForObject("SELECT next_offset FROM usage_seal WHERE partition = 3", Long.class));
        assertThat(batches.stream().mapToLong(UsageBatchSealed::count).sum()).isGreaterThanOrEqualTo(40);

        Checkpoint last = signed().getLast();
        List<ProofReader.UseId> asked = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            asked.add(new ProofReader.UseId(source, i));
        }
        asked.add(new ProofReader.UseId(source, 41));
        List<ProofReader.Use> proved = reader().uses(asked, last.size());
        assertThat(proved).hasSize(40);
        for (ProofReader.Use use : proved) {
            ProofReader.Batch batch = reader().batches(List.of(UUID.fromString(use.batch())), last.size())
                    .getFirst();
            byte[] event = batch.event().getBytes(StandardCharsets.UTF_8);
            UsageBatchSealed sealed = (UsageBatchSealed)
                    Objects.requireNonNull(CloudEvent.read(event)).data();
            byte[] leaf = TreeHash.leaf(uses.get((int) use.sequence() - 1));
            assertThat(MerkleProof.isIncluded(
                            leaf, use.leaf(), sealed.count(), Base64Text.hash(sealed.root()), use.path()))
                    .isTrue();
            assertThat(MerkleProof.isIncluded(
                            TreeHash.leaf(event),
                            batch.included().index(),
                            last.size(),
                            last.root(),
                            batch.included().path()))
                    .isTrue();
        }
    }

    private UsageSealer usageSealer() {
        return new UsageSealer(
                Clock.systemUTC(),
                Duration.ZERO,
                rig.transactions,
                rig.dataSource,
                rig.events,
                () -> consumer("sealer"));
    }

    /** One turn; who was overtaken begins again, as the thread does. */
    private static void turn(UsageSealer sealer, Consumer<byte[], byte[]> consumer) {
        try {
            sealer.turn(consumer, Duration.ofMillis(100));
        } catch (RuntimeException overtaken) {
            sealer.begin(consumer);
        }
    }

    @Test
    void the_end_of_a_source_is_signed_for_its_own_tenant_alone() {
        KeyId key = Rig.newKey();
        io.keyledger.events.CredentialId credential = io.keyledger.events.Ids.newCredentialId();
        rig.append(Rig.created(key, credential), 1);
        rig.append(Rig.revoked(key, credential), 2);
        seal();
        checkpointer(Duration.ofHours(1)).round();
        String source = rig.ledger().getFirst().source();
        List<LedgerEntry> ledger = rig.ledger();
        String note = reader().head(TenantId.DEFAULT, source, 2, 0).orElseThrow();
        assertThat(note)
                .startsWith("keyledger/head/v1\n" + signed().getLast().text() + source + "\n2\n"
                        + Base64Text.of(HexFormat.of().parseHex(ledger.get(1).hash())) + "\n\n");
        assertThat(reader().head(new TenantId("t_other"), source, 2, 0).orElseThrow())
                .contains(source + "\n0\n");
        assertThat(reader().included(
                                new TenantId("t_other"),
                                List.of(UUID.fromString(ledger.get(0).eventId())),
                                2))
                .isEmpty();
    }
}
