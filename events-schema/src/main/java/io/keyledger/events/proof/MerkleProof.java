package io.keyledger.events.proof;

import java.security.MessageDigest;
import java.util.List;

/** Checks the proofs of RFC 6962, by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2. Never throws on bad input. */
public final class MerkleProof {
    /** More hashes than any proof has, in a tree of any size. */
    public static final int MAX_HASHES = 2 * Long.SIZE;

    private MerkleProof() {}

    /** Whether the entry of that leaf hash is entry {@code index} of the tree of that size and root. */
    public static boolean isIncluded(byte[] leafHash, long index, long size, byte[] root, List<byte[]> path) {
        if (index < 0 || index >= size || !areHashes(path)) {
            return false;
        }
        byte[] hash = leafHash;
        long node = index;
        long last = size - 1;
        for (byte[] neighbour : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = TreeHash.node(neighbour, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = TreeHash.node(hash, neighbour);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && MessageDigest.isEqual(hash, root);
    }

    /**
     * Whether the tree of {@code to} leaves begins with the tree of {@code from} leaves. Of no leaves, everything is a
     * continuation.
     */
    public static boolean isConsistent(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> proof) {
        if (from < 0 || from > to || !areHashes(proof)) {
            return false;
        }
        if (from == 0) {
            return proof.isEmpty() && MessageDigest.isEqual(fromRoot, TreeHash.empty());
        }
        if (from == to) {
            return proof.isEmpty() && MessageDigest.isEqual(fromRoot, toRoot);
        }
        boolean whole = Long.bitCount(from) == 1;
        if (proof.isEmpty()) {
            return false;
        }
        byte[] oldHash = whole ? fromRoot : proof.getFirst();
        byte[] newHash = oldHash;
        long node = from - 1;
        long last = to - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        for (byte[] hash : whole ? proof : proof.subList(1, proof.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldHash = TreeHash.node(hash, oldHash);
                newHash = TreeHash.node(hash, newHash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newHash = TreeHash.node(newHash, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && MessageDigest.isEqual(oldHash, fromRoot) && MessageDigest.isEqual(newHash, toRoot);
    }

    private static boolean areHashes(List<byte[]> hashes) {
        return hashes.size() <= MAX_HASHES && hashes.stream().allMatch(hash -> hash.length == TreeHash.SIZE);
    }
}
