package io.keyledger.command.ledger;

import io.keyledger.events.proof.Frontier;
import io.keyledger.events.proof.MerkleTree;
import io.keyledger.events.proof.TreeHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DataRetrievalFailureException;

/**
 * The nodes of the ledger's tree as they are stored: the leaves in {@code ledger}, and of the nodes those of every eighth
 * level. A node in between is made from at most 128 below it, which are read at once, so that a proof takes one query for
 * every eight levels and edge. Remembers what it read: for one transaction, and one thread.
 */
final class LedgerTree implements MerkleTree.Nodes {
    /** Levels from one that is stored to the next. */
    static final int STEP = 8;

    private static final int WIDTH = 1 << STEP;

    private final Connection connection;
    private final Map<Long, byte[][]> tiles = new HashMap<>();

    LedgerTree(Connection connection) {
        this.connection = connection;
    }

    @Override
    public byte[] hash(int level, long index) {
        int stored = level - level % STEP;
        int width = 1 << (level - stored);
        long first = index * width;
        byte[][] tile = tile(stored, first / WIDTH);
        int from = (int) (first % WIDTH);
        List<byte[]> hashes = new ArrayList<>(width);
        for (int i = from; i < from + width; i++) {
            if (i >= tile.length) {
                throw new DataRetrievalFailureException(
                        "the tree lacks node %d of level %d".formatted(first + i - from, stored));
            }
            hashes.add(tile[i]);
        }
        while (hashes.size() > 1) {
            List<byte[]> above = new ArrayList<>(hashes.size() / 2);
            for (int i = 0; i < hashes.size(); i += 2) {
                above.add(TreeHash.node(hashes.get(i), hashes.get(i + 1)));
            }
            hashes = above;
        }
        return hashes.getFirst();
    }

    private byte[][] tile(int level, long tile) {
        return tiles.computeIfAbsent(tile << STEP | level, _ -> {
            try {
                return read(level, tile * WIDTH);
            } catch (SQLException e) {
                throw new DataRetrievalFailureException("the tree cannot be read", e);
            }
        });
    }

    private byte[][] read(int level, long first) throws SQLException {
        String query = level == 0
                ? "SELECT index, hash FROM ledger WHERE index >= ? AND index < ? ORDER BY index"
                : "SELECT index, hash FROM tree_node WHERE index >= ? AND index < ? AND level = ? ORDER BY index";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, first);
            statement.setLong(2, first + WIDTH);
            if (level > 0) {
                statement.setInt(3, level);
            }
            try (ResultSet row = statement.executeQuery()) {
                List<byte[]> hashes = new ArrayList<>(WIDTH);
                while (row.next() && row.getLong(1) == first + hashes.size()) {
                    hashes.add(row.getBytes(2));
                }
                return hashes.toArray(byte[][]::new);
            }
        }
    }

    /** How many leaves the stored nodes cover; the row is locked, if nobody else has it: else -1. */
    static long lock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT size FROM tree FOR UPDATE SKIP LOCKED");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    /**
     * Takes in at most {@code limit} leaves that the ledger has gained, in the transaction that holds the lock; tells how
     * many it was.
     *
     * @param frontier of the tree as it is stored
     */
    static int grow(Connection connection, Frontier frontier, int limit) throws SQLException {
        int count = 0;
        try (PreparedStatement read = connection.prepareStatement(
                        "SELECT hash FROM ledger WHERE index >= ? AND index < ? ORDER BY index");
                PreparedStatement node =
                        connection.prepareStatement("INSERT INTO tree_node (level, index, hash) VALUES (?, ?, ?)");
                PreparedStatement size = connection.prepareStatement("UPDATE tree SET size = ?")) {
            read.setLong(1, frontier.size());
            read.setLong(2, frontier.size() + limit);
            List<Node> completed = new ArrayList<>();
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    frontier.append(row.getBytes(1), (level, index, hash) -> {
                        if (level % STEP == 0) {
                            completed.add(new Node(level, index, hash));
                        }
                    });
                    count++;
                }
            }
            for (Node each : completed) {
                node.setInt(1, each.level);
                node.setLong(2, each.index);
                node.setBytes(3, each.hash);
                node.addBatch();
            }
            node.executeBatch();
            size.setLong(1, frontier.size());
            size.executeUpdate();
        }
        return count;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Node(int level, long index, byte[] hash) {}
}
