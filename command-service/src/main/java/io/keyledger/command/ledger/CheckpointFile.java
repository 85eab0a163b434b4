package io.keyledger.command.ledger;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import io.keyledger.events.proof.Checkpoint;
import io.keyledger.events.proof.SignedNote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every checkpoint that this process signed, one JSON line each, outside the database: what a database that was put back to
 * an older day is held against. Only ever appended to; written through to the disk before anybody sees the checkpoint.
 */
final class CheckpointFile {
    private static final int TAIL = 4 * SignedNote.MAX_BYTES;

    private final @Nullable Path file;

    /** @param file null = there is none: nothing is kept and nothing is known */
    CheckpointFile(@Nullable Path file) {
        this.file = file;
    }

    void append(SignedNote note, String signedAt) throws IOException {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            String line = new String(
                            CanonicalJson.bytes(Map.of("note", note.toString(), "signedAt", signedAt)),
                            StandardCharsets.UTF_8)
                    + "\n";
            // A line that a crash cut off stays what it is: a line that is none.
            String start = endsInLine(out) ? "" : "\n";
            ByteBuffer bytes = ByteBuffer.wrap((start + line).getBytes(StandardCharsets.UTF_8));
            out.position(out.size());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    private static boolean endsInLine(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.size() == 0 || channel.read(last, channel.size() - 1) == 1 && last.get(0) == '\n';
    }

    /** The last of them; empty when there is none. */
    Optional<SignedNote> last() throws IOException {
        if (file == null || !Files.exists(file)) {
            return Optional.empty();
        }
        String tail;
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long start = Math.max(0, in.size() - TAIL);
            ByteBuffer bytes = ByteBuffer.allocate((int) (in.size() - start));
            while (bytes.hasRemaining() && in.read(bytes, start + bytes.position()) > 0) {
                // Until it is full.
            }
            tail = new String(bytes.array(), StandardCharsets.UTF_8);
        }
        String[] lines = tail.split("\n", -1);
        for (int i = lines.length - 1; i >= 0; i--) {
            try {
                Map<String, Object> line = JsonReader.object(lines[i].getBytes(StandardCharsets.UTF_8));
                SignedNote note =
                        SignedNote.read(String.valueOf(line.get("note")).getBytes(StandardCharsets.UTF_8));
                Checkpoint.read(note.text());
                return Optional.of(note);
            } catch (IllegalArgumentException _) {
                // Cut off by a crash, or the rest of what was cut off here: the one before it counts.
            }
        }
        return Optional.empty();
    }
}
