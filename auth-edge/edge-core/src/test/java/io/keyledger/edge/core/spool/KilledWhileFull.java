package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/** A process that accepts what its full spool cannot hold, says so to a file once it is counted, and waits to be killed. */
final class KilledWhileFull {
    private KilledWhileFull() {}

    static SpoolSettings settings(Path data) {
        return new SpoolSettings(
                "inst-01", "edge-1", data, 1 << 16, 1 << 16, 1 << 16, Durability.PROCESS, WhenFull.COUNT);
    }

    public static void main(String[] args) throws IOException {
        KeyId key = Ids.newKeyId(Instant.EPOCH);
        UseSpool spool =
                UseSpool.unstarted(new RealDisk(), settings(Path.of(args[0])), new MemoryLog(), InstantSource.system());
        try (FileChannel answers = KilledProcess.append(Path.of(args[1]))) {
            ByteBuffer one = ByteBuffer.wrap(new byte[] {'x'});
            while (true) {
                if (spool.use(UseSpoolTest.use(key, "/"), Granularity.REQUEST) == Spooled.COUNTED) {
                    answers.write(one.rewind());
                }
            }
        }
    }
}
