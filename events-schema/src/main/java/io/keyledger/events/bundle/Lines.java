package io.keyledger.events.bundle;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a file by lines, each of which must end in a line feed and be no longer than the limit. */
final class Lines implements AutoCloseable {
    /** No event and no proof has a longer one. */
    static final int LONGEST = 1 << 20;

    private final String name;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(2048);

    Lines(Path file) throws IOException {
        this.name = String.valueOf(file.getFileName());
        this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /**
     * The next line, without its end; null when there is none.
     *
     * @throws Unsound when it is cut off or too long
     */
    byte @Nullable [] next() throws IOException {
        line.reset();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        while (b != '\n') {
            if (b < 0) {
                throw new Unsound(name + " ends within a line");
            }
            if (line.size() == LONGEST) {
                throw new Unsound(name + " has a line of more than " + LONGEST + " bytes");
            }
            line.write(b);
            b = in.read();
        }
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Something is not what the log has signed. */
    static final class Unsound extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsound(String what) {
            super(what, null, false, false);
        }
    }
}
