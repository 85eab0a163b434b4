package io.keyledger.events.proof;

import java.util.ArrayList;
import java.util.List;

/**
 * That an entry is in a log, as C2SP tlog-proof writes it: the entry's index and its way to the root. With the checkpoint
 * below it, it can be checked with nothing but the log's key.
 *
 * @param index from 0
 * @param path as of {@link MerkleTree#inclusion}
 */
public record TlogProof(long index, List<byte[]> path) {
    private static final String FIRST = "c2sp.org/tlog-proof@v1";
    private static final String INDEX = "index ";

    public TlogProof {
        path = List.copyOf(path);
    }

    /** The lines before the checkpoint, and the empty line that parts them from it. */
    public String head() {
        StringBuilder out = new StringBuilder(FIRST)
                .append('\n')
                .append(INDEX)
                .append(index)
                .append('\n');
        path.forEach(hash -> out.append(Base64Text.of(hash)).append('\n'));
        return out.append('\n').toString();
    }

    /** The whole of it. */
    public String with(SignedNote checkpoint) {
        return head() + checkpoint;
    }

    /**
     * Reads {@link #head} from its lines, without the empty one.
     *
     * @throws IllegalArgumentException when it is not that
     */
    public static TlogProof read(List<String> lines) {
        if (lines.size() < 2 || !lines.getFirst().equals(FIRST) || !lines.get(1).startsWith(INDEX)) {
            throw new IllegalArgumentException("a proof begins with " + FIRST + " and its index");
        }
        if (lines.size() - 2 > MerkleProof.MAX_HASHES) {
            throw new IllegalArgumentException("a proof has at most %d hashes".formatted(MerkleProof.MAX_HASHES));
        }
        List<byte[]> path = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            path.add(Base64Text.hash(line));
        }
        return new TlogProof(Checkpoint.number(lines.get(1).substring(INDEX.length())), path);
    }
}
