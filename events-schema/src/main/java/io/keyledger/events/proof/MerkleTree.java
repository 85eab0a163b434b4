package io.keyledger.events.proof;

import java.util.ArrayList;
import java.util.List;

/** Roots and proofs of RFC 6962 section 2.1, made from the hashes of complete subtrees: log(n) of them each. */
public final class MerkleTree {
    private final Nodes nodes;

    /** Where the hashes of complete subtrees are kept. */
    public interface Nodes {
        /** The root over the leaves from {@code index << level} on, {@code 1 << level} of them; level 0 is a leaf's hash. */
        byte[] hash(int level, long index);
    }

    public MerkleTree(Nodes nodes) {
        this.nodes = nodes;
    }

    /** A tree over these leaf hashes, all in memory. */
    public static MerkleTree of(List<byte[]> leafHashes) {
        List<List<byte[]>> levels = new ArrayList<>();
        levels.add(List.copyOf(leafHashes));
        while (levels.getLast().size() > 1) {
            List<byte[]> below = levels.getLast();
            List<byte[]> level = new ArrayList<>(below.size() / 2);
            for (int i = 0; i + 1 < below.size(); i += 2) {
                level.add(TreeHash.node(below.get(i), below.get(i + 1)));
            }
            levels.add(level);
        }
        return new MerkleTree((level, index) -> levels.get(level).get(Math.toIntExact(index)));
    }

    /** The root of the first {@code size} leaves. */
    public byte[] root(long size) {
        return size == 0 ? TreeHash.empty() : subtree(0, size);
    }

    /**
     * The hashes that lead from leaf {@code index} to the root of the first {@code size} leaves, the leaf's neighbour first.
     *
     * @throws IllegalArgumentException when there is no such leaf
     */
    public List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("a tree of %d leaves has no leaf %d".formatted(size, index));
        }
        List<byte[]> path = new ArrayList<>();
        inclusion(index, 0, size, path);
        return path;
    }

    private void inclusion(long index, long start, long end, List<byte[]> path) {
        if (end - start == 1) {
            return;
        }
        long middle = start + split(end - start);
        if (index < middle) {
            inclusion(index, start, middle, path);
            path.add(subtree(middle, end));
        } else {
            inclusion(index, middle, end, path);
            path.add(subtree(start, middle));
        }
    }

    /**
     * The hashes that show that the first {@code from} leaves are the beginning of the first {@code to}; none when
     * {@code from} is 0 or {@code to}.
     *
     * @throws IllegalArgumentException when {@code from} is negative or beyond {@code to}
     */
    public List<byte[]> consistency(long from, long to) {
        if (from < 0 || from > to) {
            throw new IllegalArgumentException("no tree grows from %d leaves to %d".formatted(from, to));
        }
        List<byte[]> proof = new ArrayList<>();
        if (from > 0 && from < to) {
            consistency(from, 0, to, true, proof);
        }
        return proof;
    }

    /** @param known whether the verifier has the hash of these leaves already */
    private void consistency(long from, long start, long end, boolean known, List<byte[]> proof) {
        if (from == end) {
            if (!known) {
                proof.add(subtree(start, end));
            }
            return;
        }
        long middle = start + split(end - start);
        if (from <= middle) {
            consistency(from, start, middle, known, proof);
            proof.add(subtree(middle, end));
        } else {
            consistency(from, middle, end, false, proof);
            proof.add(subtree(start, middle));
        }
    }

    /** The root over the leaves from {@code start} to {@code end}, exclusive; start must be a multiple of the width. */
    private byte[] subtree(long start, long end) {
        long width = end - start;
        if (Long.bitCount(width) == 1) {
            int level = Long.numberOfTrailingZeros(width);
            return nodes.hash(level, start >> level);
        }
        long middle = start + split(width);
        return TreeHash.node(subtree(start, middle), subtree(middle, end));
    }

    /** The largest power of two below {@code n}, for n of 2 and more. */
    private static long split(long n) {
        return Long.highestOneBit(n - 1);
    }
}
