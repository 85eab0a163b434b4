package io.keyledger.events.proof;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text with signatures below it, as C2SP signed-note has it. The text means nothing until {@link #isSignedBy} says so.
 *
 * @param text ends in a line feed
 */
public record SignedNote(String text, List<Line> lines) {
    /** The longest note that is read, in bytes. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_LINES = 100;
    private static final String DASH = "\u2014 ";
    private static final int ID_BYTES = 4;

    /**
     * One signature.
     *
     * @param signature without the key's id
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its text
    record Line(String name, int id, byte[] signature) {
        String written() {
            byte[] whole = ByteBuffer.allocate(ID_BYTES + signature.length)
                    .putInt(id)
                    .put(signature)
                    .array();
            return DASH + name + " " + Base64Text.of(whole) + "\n";
        }

        static Line read(String line) {
            int blank = line.lastIndexOf(' ');
            if (!line.startsWith(DASH) || blank <= DASH.length()) {
                throw new IllegalArgumentException("a signature line is a dash, a name and base64");
            }
            String name = line.substring(DASH.length(), blank);
            byte[] whole = Base64Text.read(line.substring(blank + 1));
            if (!NoteKey.isName(name) || whole.length <= ID_BYTES) {
                throw new IllegalArgumentException("a signature line is a dash, a name and base64");
            }
            return new Line(name, ByteBuffer.wrap(whole).getInt(), Arrays.copyOfRange(whole, ID_BYTES, whole.length));
        }
    }

    public SignedNote {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("the text of a note ends in a line feed");
        }
        lines = List.copyOf(lines);
    }

    /** That text, signed by each of them. */
    public static SignedNote sign(String text, List<NoteSigner> signers, long epochSecond) {
        return new SignedNote(
                text,
                signers.stream().map(signer -> signer.sign(text, epochSecond)).toList());
    }

    /**
     * Reads a note; checks no signature.
     *
     * @throws IllegalArgumentException when it is not one, in exactly the form that {@link #toString} writes
     */
    public static SignedNote read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a note has at most %d bytes".formatted(MAX_BYTES));
        }
        String whole;
        try {
            whole = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8", e);
        }
        if (whole.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw new IllegalArgumentException("a note holds no control characters");
        }
        int end = whole.lastIndexOf("\n\n");
        if (end < 0 || !whole.endsWith("\n") || end + 2 == whole.length()) {
            throw new IllegalArgumentException("a note is a text, an empty line and signatures");
        }
        List<Line> lines = new ArrayList<>();
        for (String line : whole.substring(end + 2, whole.length() - 1).split("\n", -1)) {
            if (lines.size() == MAX_LINES) {
                throw new IllegalArgumentException("a note has at most %d signatures".formatted(MAX_LINES));
            }
            lines.add(Line.read(line));
        }
        return new SignedNote(whole.substring(0, end + 1), lines);
    }

    /** Whether that key has signed it: it has a line here, and none of its lines is false. */
    public boolean isSignedBy(NoteKey key) {
        List<Line> its = lines.stream()
                .filter(line -> line.name().equals(key.name()) && line.id() == key.id())
                .toList();
        return !its.isEmpty() && its.stream().allMatch(line -> key.verifies(text, line.signature()));
    }

    /** The same with one more signature: what a witness adds. */
    public SignedNote with(NoteSigner signer, long epochSecond) {
        List<Line> more = new ArrayList<>(lines);
        more.add(signer.sign(text, epochSecond));
        return new SignedNote(text, more);
    }

    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The note as it is written. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(text).append('\n');
        lines.forEach(line -> out.append(line.written()));
        return out.toString();
    }
}
