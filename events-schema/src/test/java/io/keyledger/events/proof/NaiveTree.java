package io.keyledger.events.proof;

import java.util.ArrayList;
import java.util.List;

/** RFC 6962 section 2.1 word for word, over lists of entries: slow, and plain to see. */
final class NaiveTree {
    private NaiveTree() {}

    static byte[] root(List<byte[]> entries) {
        if (entries.isEmpty()) {
            return TreeHash.empty();
        }
        if (entries.size() == 1) {
            return TreeHash.leaf(entries.getFirst());
        }
        int k = split(entries.size());
        return TreeHash.node(root(entries.subList(0, k)), root(entries.subList(k, entries.size())));
    }

    static List<byte[]> path(int m, List<byte[]> entries) {
        if (entries.size() == 1) {
            return List.of();
        }
        int k = split(entries.size());
        List<byte[]> left = entries.subList(0, k);
        List<byte[]> right = entries.subList(k, entries.size());
        List<byte[]> path = new ArrayList<>(m < k ? path(m, left) : path(m - k, right));
        path.add(root(m < k ? right : left));
        return path;
    }

    static List<byte[]> proof(int m, List<byte[]> entries) {
        return m == 0 || m == entries.size() ? List.of() : subproof(m, entries, true);
    }

    private static List<byte[]> subproof(int m, List<byte[]> entries, boolean complete) {
        if (m == entries.size()) {
            return complete ? List.of() : List.of(root(entries));
        }
        int k = split(entries.size());
        List<byte[]> left = entries.subList(0, k);
        List<byte[]> right = entries.subList(k, entries.size());
        List<byte[]> proof = new ArrayList<>(m <= k ? subproof(m, left, complete) : subproof(m - k, right, false));
        proof.add(root(m <= k ? right : left));
        return proof;
    }

    private static int split(int n) {
        int k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }
}
