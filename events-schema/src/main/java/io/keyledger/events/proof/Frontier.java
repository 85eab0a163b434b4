package io.keyledger.events.proof;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a growing tree: the roots of the complete subtrees that the leaves so far fall into, the largest first.
 * Enough to append to and to know the root of, in log(n) memory. For one thread at a time.
 */
public final class Frontier {
    private final List<byte[]> subtrees = new ArrayList<>();
    private long size;

    /** Learns of each subtree that an append completes, the smallest first; leaves themselves are not told. */
    public interface Completed {
        /** Covers the leaves from {@code index << level} on, {@code 1 << level} of them. */
        void subtree(int level, long index, byte[] hash);
    }

    /** The edge of a tree without leaves. */
    public Frontier() {}

    /** The edge of a tree of {@code size} leaves whose complete subtrees are known. */
    public Frontier(long size, MerkleTree.Nodes nodes) {
        long start = 0;
        for (int level = Long.SIZE - 2; level >= 0; level--) {
            long width = 1L << level;
            if ((size & width) != 0) {
                subtrees.add(nodes.hash(level, start >> level));
                start += width;
            }
        }
        this.size = size;
    }

    /** How many leaves there are. */
    public long size() {
        return size;
    }

    /** Appends the leaf of that hash. */
    public void append(byte[] leafHash, Completed completed) {
        byte[] hash = leafHash;
        int level = 0;
        long index = size;
        while ((index & 1) == 1) {
            hash = TreeHash.node(subtrees.removeLast(), hash);
            level++;
            index >>= 1;
            completed.subtree(level, index, hash);
        }
        subtrees.add(hash);
        size++;
    }

    /** The root of the tree so far. */
    public byte[] root() {
        if (subtrees.isEmpty()) {
            return TreeHash.empty();
        }
        byte[] root = subtrees.getLast();
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            root = TreeHash.node(subtrees.get(i), root);
        }
        return root;
    }
}
