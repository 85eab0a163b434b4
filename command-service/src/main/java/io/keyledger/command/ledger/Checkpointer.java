package io.keyledger.command.ledger;

import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.Frontier;
import io.keyledger.events.proof.MerkleProof;
import io.keyledger.events.proof.MerkleTree;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.events.proof.SignedNote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Grows the ledger's tree behind the sealer, and signs what it has come to: the text of a C2SP tlog-checkpoint. One thread;
 * of several processes, that which has the lock of the tree at that moment.
 *
 * <p>Nothing is signed that is not a continuation of what was signed last, be it known from the database or from the file:
 * a second history under the same name is what a checkpoint is there to rule out. Then it says so, once a minute and in a
 * metric, until somebody has looked.
 */
final class Checkpointer implements Runnable {
    private static final int LEAVES = 20_000;
    private static final int TO_SEND = 100;
    private static final Duration SAY_AGAIN = Duration.ofMinutes(1);
    private static final Duration SEND = Duration.ofSeconds(20);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final String origin;
    private final List<NoteSigner> signers;
    private final List<NoteKey> known;
    private final Clock clock;
    private final ProofConfig config;
    private final CheckpointFile file;
    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Wake wake = new Wake();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private volatile boolean refusing;
    private volatile long signedSize;
    private @Nullable Frontier frontier;
    private @Nullable Producer<byte[], byte[]> producer;
    private String lastSaid = "";
    private long saidAt;

    /** What was signed last must not be signed differently. */
    static final class Inconsistent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Inconsistent(String what) {
            super(what);
        }
    }

    /** @param signers those that sign now; none = it only grows the tree */
    Checkpointer(
            String instance,
            List<NoteSigner> signers,
            ProofConfig config,
            Clock clock,
            TransactionOperations transactions,
            DataSource dataSource,
            Supplier<Producer<byte[], byte[]>> producers) {
        this.origin = ProofConfig.origin(instance);
        this.signers = signers;
        this.known = new ArrayList<>(signers.stream().map(NoteSigner::key).toList());
        config.formerKeys().forEach(key -> known.add(NoteKey.read(key)));
        this.clock = clock;
        this.config = config;
        this.file = new CheckpointFile(config.file());
        this.transactions = transactions;
        this.jdbc = new JdbcTemplate(dataSource);
        this.producers = producers;
    }

    @Override
    public void run() {
        while (running.get()) {
            try {
                round();
                lastSaid = "";
            } catch (RuntimeException e) {
                frontier = null;
                say(e);
            }
            wake.sleep(config.every().toNanos());
        }
        closeProducer();
    }

    /** Takes in all of the ledger, signs what is due, and sends what is signed. */
    void round() {
        while (grow() == LEAVES && running.get()) {
            // There is more.
        }
        if (!signers.isEmpty()) {
            transactions.executeWithoutResult(_ -> jdbc.execute((ConnectionCallback<Boolean>) connection -> {
                sign(connection);
                return true;
            }));
            refusing = false;
            send();
        }
    }

    private int grow() {
        Integer count = transactions.execute(_ -> jdbc.execute((ConnectionCallback<Integer>) connection -> {
            long size = LedgerTree.lock(connection);
            if (size < 0) {
                return 0;
            }
            Frontier edge = frontier;
            if (edge == null || edge.size() != size) {
                edge = new Frontier(size, new LedgerTree(connection));
            }
            // Only what is committed is remembered.
            frontier = null;
            int grown = LedgerTree.grow(connection, edge, LEAVES);
            frontier = edge;
            return grown;
        }));
        return count == null ? 0 : count;
    }

    private void sign(Connection connection) throws SQLException {
        long size = LedgerTree.lock(connection);
        if (size < 0) {
            return;
        }
        Instant now = RecordJson.micros(clock.instant());
        Last last = last(connection);
        if (last != null) {
            MerkleTree tree = new MerkleTree(new LedgerTree(connection));
            mustContinue(last.checkpoint, size, tree);
            signedSize = last.checkpoint.size();
            if (last.checkpoint.size() == size
                    && last.signedAt != null
                    && now.isBefore(last.signedAt.plus(config.atLeast()))) {
                return;
            }
        }
        if (size == 0) {
            return;
        }
        Checkpoint checkpoint = new Checkpoint(origin, size, new MerkleTree(new LedgerTree(connection)).root(size));
        SignedNote note = SignedNote.sign(checkpoint.text(), signers, now.getEpochSecond());
        try {
            // Before anybody sees it: what is on its way into the world is known here, whatever becomes of this
            // transaction.
            file.append(note, RecordJson.time(now));
        } catch (IOException e) {
            throw new IllegalStateException("the file of checkpoints cannot be written: " + e, e);
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO checkpoint (size, root, note, signed_at) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, size);
            insert.setBytes(2, checkpoint.root());
            insert.setString(3, note.toString());
            insert.setObject(4, OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
            insert.executeUpdate();
        }
        signedSize = size;
    }

    /** @param signedAt null when only the file knows of it */
    private record Last(Checkpoint checkpoint, @Nullable Instant signedAt) {}

    /** What was signed last, wherever it is known from. */
    private @Nullable Last last(Connection connection) throws SQLException {
        Last last = null;
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT note, signed_at FROM checkpoint ORDER BY number DESC LIMIT 1");
                ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                last = new Last(
                        checked("the database", SignedNote.read(row.getString(1).getBytes(StandardCharsets.UTF_8))),
                        row.getObject(2, OffsetDateTime.class).toInstant());
            }
        } catch (IllegalArgumentException e) {
            throw new Inconsistent("the last checkpoint in the database is none: " + e.getMessage());
        }
        try {
            SignedNote note = file.last().orElse(null);
            if (note != null) {
                Checkpoint filed = checked("the file", note);
                if (last == null || filed.size() > last.checkpoint.size()) {
                    last = new Last(filed, null);
                } else if (filed.size() == last.checkpoint.size() && !filed.equals(last.checkpoint)) {
                    throw new Inconsistent("database and file hold different checkpoints of the size " + filed.size());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the file of checkpoints cannot be read: " + e, e);
        }
        return last;
    }

    private Checkpoint checked(String where, SignedNote note) {
        Checkpoint checkpoint = Checkpoint.read(note.text());
        if (!checkpoint.origin().equals(origin)) {
            throw new Inconsistent("the last checkpoint in %s is that of %s, and this is %s"
                    .formatted(where, checkpoint.origin(), origin));
        }
        if (known.stream().noneMatch(note::isSignedBy)) {
            throw new Inconsistent("the last checkpoint in " + where
                    + " is signed by none of the keys in keyledger.proofs.key and keyledger.proofs.former-keys");
        }
        return checkpoint;
    }

    private static void mustContinue(Checkpoint last, long size, MerkleTree tree) {
        if (last.size() > size) {
            throw new Inconsistent(
                    "a checkpoint over %d events was signed, and the ledger has %d: was the database put back?"
                            .formatted(last.size(), size));
        }
        if (!MerkleProof.isConsistent(
                last.size(), last.root(), size, tree.root(size), tree.consistency(last.size(), size))) {
            throw new Inconsistent(
                    "the first %d events of the ledger are not those that were signed".formatted(last.size()));
        }
    }

    private record Unsent(long number, String note) {}

    private void send() {
        List<Unsent> unsent = jdbc.query(
                "SELECT number, note FROM checkpoint WHERE number > (SELECT published FROM tree) ORDER BY number LIMIT "
                        + TO_SEND,
                (row, _) -> new Unsent(row.getLong(1), row.getString(2)));
        if (unsent.isEmpty()) {
            return;
        }
        try {
            Producer<byte[], byte[]> to = producer == null ? producers.get() : producer;
            producer = to;
            byte[] key = origin.getBytes(StandardCharsets.UTF_8);
            for (Unsent each : unsent) {
                to.send(new ProducerRecord<>(Topics.CHECKPOINTS, key, each.note.getBytes(StandardCharsets.UTF_8)))
                        .get(SEND.toMillis(), TimeUnit.MILLISECONDS);
                jdbc.update("UPDATE tree SET published = ? WHERE published < ?", each.number, each.number);
            }
        } catch (ExecutionException | TimeoutException e) {
            closeProducer();
            throw new IllegalStateException("Kafka did not take a checkpoint; it is sent again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close(CLOSE);
            producer = null;
        }
    }

    private void say(RuntimeException e) {
        boolean refused = e instanceof Inconsistent;
        refusing |= refused;
        String what = String.valueOf(e.getMessage());
        if (what.equals(lastSaid) && System.nanoTime() - saidAt < SAY_AGAIN.toNanos()) {
            return;
        }
        lastSaid = what;
        saidAt = System.nanoTime();
        if (refused) {
            LOG.error("NO CHECKPOINT IS SIGNED: {}. See docs/runbook.md, \"The ledger is not signed\".", what);
        } else {
            LOG.warn("No checkpoint for now; it tries again", e);
        }
    }

    /** Whether it refuses to sign, for the ledger is not what was signed. From any thread. */
    boolean refuses() {
        return refusing;
    }

    /** The size that was signed last, as far as this process knows. From any thread. */
    long signedSize() {
        return signedSize;
    }

    /** Ends {@link #run} after the round at hand. */
    void stop() {
        running.set(false);
        wake.signal();
    }
}
