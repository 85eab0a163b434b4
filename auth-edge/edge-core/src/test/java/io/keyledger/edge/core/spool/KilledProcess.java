package io.keyledger.edge.core.spool;

import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process that spools as fast as it can, notes each answer that it gave in a file, and is killed. */
final class KilledProcess {
    private KilledProcess() {}

    /** Takes: data folder, file that plays Kafka, file of answers, name of the round. */
    public static void main(String[] args) throws IOException {
        UseSpool spool = UseSpool.open(
                new SpoolSettings("inst-01", "edge-1", Path.of(args[0]), 64 << 20, 64 << 20, 1 << 16),
                new FileLog(Path.of(args[1])),
                InstantSource.system());
        try (FileChannel answers = append(Path.of(args[2]))) {
            KeyId[] keys = new KeyId[8];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = Ids.newKeyId(Instant.now());
            }
            for (int i = 0; ; i++) {
                String id = args[3] + "-" + i;
                if (i % 5 == 4) {
                    spool.refused(new Refusal(
                            Instant.now(),
                            Verdict.Code.UNKNOWN,
                            TenantId.SYSTEM,
                            null,
                            null,
                            null,
                            null,
                            null,
                            "GET",
                            "/",
                            "192.0.2." + i % 3,
                            null,
                            null));
                    write(answers, "refused\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                } else if (i % 5 >= 2) {
                    // Rounds are short, so that each kill cuts one.
                    Use use = UseSpoolTest.use(Instant.now(), keys[0], "/counted-" + i % 3, id);
                    if (spool.use(use, Granularity.SECOND) == Spooled.DONE) {
                        write(answers, "counted\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    }
                    if (i % 100 == 2) {
                        spool.lanes(i);
                    }
                } else if (spool.use(UseSpoolTest.use(keys[i % keys.length], "/" + id), Granularity.REQUEST)
                        == Spooled.DONE) {
                    write(answers, ("/" + id + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                }
            }
        }
    }

    static FileChannel append(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** A topic in a file, one event a line; acknowledges only now and then, so that there is always something unsure. */
    static final class FileLog implements ActivityLog {
        private final FileChannel file;
        private int sent;

        FileLog(Path path) throws IOException {
            file = append(path);
        }

        @Override
        public void send(String key, byte[] bytes, Map<String, byte[]> headers, Consumer<@Nullable Exception> done) {
            try {
                byte[] line = java.util.Arrays.copyOf(bytes, bytes.length + 1);
                line[bytes.length] = '\n';
                write(file, line);
                done.accept(++sent % 499 == 0 ? new IOException("connection lost") : null);
            } catch (IOException e) {
                done.accept(e);
            }
        }

        @Override
        public void reset() {}

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
