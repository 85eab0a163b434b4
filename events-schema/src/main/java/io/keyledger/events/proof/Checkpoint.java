package io.keyledger.events.proof;

import java.util.Arrays;

/**
 * What a log says of itself at one size: the text of a C2SP tlog-checkpoint, of three lines. It is a promise only within a
 * {@link SignedNote}.
 *
 * @param origin which log
 * @param size how many entries
 * @param root of their tree
 */
@SuppressWarnings("ArrayRecordComponent") // equals below
public record Checkpoint(String origin, long size, byte[] root) {
    private static final int LINES = 3;
    private static final int MAX_DIGITS = 18;

    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0 || size < 0 || root.length != TreeHash.SIZE) {
            throw new IllegalArgumentException("a checkpoint is an origin, a size and a root");
        }
        root = root.clone();
    }

    /**
     * Reads the text of a note. Lines after the third, which no witness vouches for, are passed over.
     *
     * @throws IllegalArgumentException when it is no checkpoint
     */
    public static Checkpoint read(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length <= LINES || !lines[lines.length - 1].isEmpty()) {
            throw new IllegalArgumentException("a checkpoint has three lines");
        }
        for (int i = 0; i < lines.length - 1; i++) {
            if (lines[i].isEmpty()) {
                throw new IllegalArgumentException("a checkpoint has no empty line");
            }
        }
        return new Checkpoint(lines[0], number(lines[1]), Base64Text.hash(lines[2]));
    }

    /** A number from 0 in its one decimal form. */
    static long number(String digits) {
        if (!digits.matches("0|[1-9][0-9]{0," + (MAX_DIGITS - 1) + "}")) {
            throw new IllegalArgumentException("not a number from 0, without leading zeros");
        }
        return Long.parseLong(digits);
    }

    /** The text that is signed. */
    public String text() {
        return origin + "\n" + size + "\n" + Base64Text.of(root) + "\n";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && origin.equals(that.origin)
                && size == that.size
                && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(root);
    }

    @Override
    public String toString() {
        return origin + " at " + size + " " + Base64Text.of(root);
    }
}
