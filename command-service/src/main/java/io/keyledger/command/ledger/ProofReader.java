package io.keyledger.command.ledger;

import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.MerkleTree;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.events.proof.SignedNote;
import io.keyledger.events.proof.TreeHash;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** Makes what proves that events are in the ledger. Safe from any thread. */
public final class ProofReader {
    private final String origin;
    private final List<NoteSigner> signers;
    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final UsageLeaves leaves;

    ProofReader(
            String instance,
            List<NoteSigner> signers,
            TransactionOperations transactions,
            DataSource dataSource,
            Supplier<Consumer<byte[], byte[]>> consumers) {
        this.origin = ProofConfig.origin(instance);
        this.signers = signers;
        this.transactions = transactions;
        this.jdbc = new JdbcTemplate(dataSource);
        this.leaves = new UsageLeaves(consumers);
    }

    /**
     * A checkpoint that was signed.
     *
     * @param number counts the signatures
     */
    public record Signed(long number, long size, String note, String signedAt) {}

    /** That an event is in the ledger. */
    public record Included(String id, long index, List<byte[]> path) {}

    /**
     * That a use is in a batch.
     *
     * @param batch the event that fixes the batch
     * @param leaf its place in the batch's tree
     */
    public record Use(String source, long sequence, String batch, long leaf, List<byte[]> path) {}

    /** The event that fixes a batch, as its bytes, and that it is in the ledger. */
    public record Batch(Included included, String event) {}

    /** With what the checkpoints are verified, those that sign now. */
    public List<String> verifierKeys() {
        return signers.stream().map(signer -> signer.key().toString()).toList();
    }

    /** The one that was signed last. */
    public Optional<Signed> latest() {
        return query("SELECT number, size, note, signed_at FROM checkpoint ORDER BY number DESC LIMIT 1").stream()
                .findFirst();
    }

    /** Those that were signed after that number, in order. */
    public List<Signed> after(long number, int limit) {
        return query(
                "SELECT number, size, note, signed_at FROM checkpoint WHERE number > ? ORDER BY number LIMIT ?",
                number,
                limit);
    }

    private List<Signed> query(String sql, Object... arguments) {
        return jdbc.query(
                sql,
                (row, _) -> new Signed(
                        row.getLong(1),
                        row.getLong(2),
                        row.getString(3),
                        RecordJson.time(row.getObject(4, OffsetDateTime.class).toInstant())),
                arguments);
    }

    /** How many events there are to prove anything of. */
    public long size() {
        Long size = jdbc.queryForObject("SELECT size FROM tree", Long.class);
        return size == null ? 0 : size;
    }

    /** The way from the event at {@code index} to the root at {@code size}, which is at most {@link #size}. */
    public List<byte[]> inclusion(long index, long size) {
        return inTree((tree, _) -> tree.inclusion(index, size));
    }

    /** That the first {@code to} events begin with the first {@code from}. */
    public List<byte[]> consistency(long from, long to) {
        return inTree((tree, _) -> tree.consistency(from, to));
    }

    private interface Question<T> {
        T ask(MerkleTree tree, Connection connection);
    }

    private <T> T inTree(Question<T> question) {
        T answer = transactions.execute(_ -> jdbc.execute((ConnectionCallback<T>)
                connection -> question.ask(new MerkleTree(new LedgerTree(connection)), connection)));
        if (answer == null) {
            throw new IllegalStateException("no answer");
        }
        return answer;
    }

    /** Of those events of the tenant that are among the first {@code size}: where, and the way to the root. */
    public List<Included> included(TenantId tenant, List<UUID> events, long size) {
        Map<String, Long> places = new LinkedHashMap<>();
        jdbc.query(
                "SELECT event_id, index FROM ledger WHERE event_id = ANY (?) AND index < ? AND tenant IN (?, ?) ORDER BY index",
                statement -> {
                    statement.setArray(1, statement.getConnection().createArrayOf("uuid", events.toArray()));
                    statement.setLong(2, size);
                    statement.setString(3, tenant.value());
                    // What is nobody's: the fingerprints of all uses.
                    statement.setString(4, TenantId.SYSTEM.value());
                },
                row -> {
                    places.put(row.getString(1), row.getLong(2));
                });
        return inTree((tree, _) -> places.entrySet().stream()
                .map(place -> new Included(place.getKey(), place.getValue(), tree.inclusion(place.getValue(), size)))
                .toList());
    }

    private record Place(String topic, int partition, long first, long last, UUID event) {}

    /**
     * The ways of those uses to the roots of their batches: of those that are sealed into the first {@code size} events, and
     * that Kafka still has.
     *
     * @param uses those that are asked for
     */
    public List<Use> uses(List<UseId> uses, long size) {
        Map<Place, List<UseId>> byBatch = new LinkedHashMap<>();
        for (UseId use : uses) {
            for (Place place : places(use, size)) {
                byBatch.computeIfAbsent(place, _ -> new ArrayList<>()).add(use);
            }
        }
        Map<UseId, Use> found = new LinkedHashMap<>();
        byBatch.forEach((place, wanted) -> {
            List<UsageLeaves.Leaf> records = leaves.read(place.topic, place.partition, place.first, place.last);
            if (records.isEmpty()) {
                return;
            }
            Map<UseId, Integer> at = new HashMap<>();
            for (int i = 0; i < records.size(); i++) {
                at.putIfAbsent(new UseId(records.get(i).source(), records.get(i).sequence()), i);
            }
            MerkleTree tree =
                    MerkleTree.of(records.stream().map(UsageLeaves.Leaf::hash).toList());
            for (UseId use : wanted) {
                Integer leaf = at.get(use);
                if (leaf != null) {
                    found.put(
                            use,
                            new Use(
                                    use.source(),
                                    use.sequence(),
                                    place.event.toString(),
                                    leaf,
                                    tree.inclusion(leaf, records.size())));
                }
            }
        });
        return List.copyOf(found.values());
    }

    /** One event of one lane. */
    public record UseId(String source, long sequence) {}

    private List<Place> places(UseId use, long size) {
        return jdbc.query(
                """
                SELECT b.topic, b.partition, b.first_offset, b.last_offset, b.event_id
                FROM usage_lane l JOIN usage_batch b USING (topic, partition, first_offset)
                JOIN ledger e ON e.event_id = b.event_id
                WHERE l.source = ? AND l.last_sequence >= ? AND l.first_sequence <= ? AND e.index < ?
                ORDER BY l.last_sequence LIMIT 4
                """,
                (row, _) -> new Place(
                        row.getString(1), row.getInt(2), row.getLong(3), row.getLong(4), row.getObject(5, UUID.class)),
                use.source(),
                use.sequence(),
                use.sequence(),
                size);
    }

    /** The events that fix these batches. */
    public List<Batch> batches(List<UUID> events, long size) {
        Map<String, String> bytes = new HashMap<>();
        jdbc.query(
                "SELECT event_id, bytes FROM ledger WHERE event_id = ANY (?)",
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("uuid", events.toArray())),
                row -> {
                    bytes.put(row.getString(1), new String(row.getBytes(2), StandardCharsets.UTF_8));
                });
        return included(TenantId.SYSTEM, events, size).stream()
                .map(each -> new Batch(each, bytes.getOrDefault(each.id(), "")))
                .toList();
    }

    /** The first line of what is signed about the end of a source. */
    private static final String HEAD = "keyledger/head/v1";

    /**
     * Signs how far a source has come among the first {@code size} events: so that nobody can cut off the end of a key's life
     * without being found out. Empty when nothing is signed here.
     *
     * @param source of this tenant; else it has come to nothing
     */
    public Optional<String> head(TenantId tenant, String source, long size, long epochSecond) {
        if (signers.isEmpty()) {
            return Optional.empty();
        }
        List<String> end = jdbc.query(
                "SELECT sequence, hash FROM ledger WHERE source = ? AND index < ? AND tenant = ? ORDER BY sequence DESC LIMIT 1",
                (row, _) -> row.getLong(1) + "\n" + Base64Text.of(row.getBytes(2)),
                source,
                size,
                tenant.value());
        String last = end.isEmpty() ? "0\n" + Base64Text.of(TreeHash.empty()) : end.getFirst();
        byte[] root = inTree((tree, _) -> tree.root(size));
        String text = HEAD + "\n" + new Checkpoint(origin, size, root).text() + source + "\n" + last + "\n";
        return Optional.of(SignedNote.sign(text, signers, epochSecond).toString());
    }
}
