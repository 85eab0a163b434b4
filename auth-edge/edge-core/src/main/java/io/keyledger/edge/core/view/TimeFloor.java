package io.keyledger.edge.core.view;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.Disk.DiskFile;
import io.keyledger.edge.core.disk.Disk.Mapped;
import io.keyledger.events.RecordJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The latest edge time that was ever acted upon, in a memory-mapped file: a key that was refused because its time is over is
 * refused after a start, too, whatever the clocks say then. Two places, written in turn, each with its complement beside it:
 * so one is whole wherever the process dies. Safe from any thread.
 */
final class TimeFloor implements AutoCloseable {
    private static final String NAME = "time";
    private static final int PLACE = 2 * Long.BYTES;
    private static final int BYTES = 2 * PLACE;

    private final Mapped file;
    private long micros = Long.MIN_VALUE;
    private boolean second;
    private boolean closed;

    private TimeFloor(Mapped file) {
        this.file = file;
        for (int at = 0; at < BYTES; at += PLACE) {
            long value = file.bytes().getLong(at);
            if (value == ~file.bytes().getLong(at + Long.BYTES) && value > micros) {
                micros = value;
                second = at == 0;
            }
        }
    }

    static TimeFloor open(Disk disk, Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        if (!disk.list(folder).contains(NAME) || sizeOf(disk, path) != BYTES) {
            Path draft = folder.resolve(NAME + ".new");
            try (DiskFile file = disk.create(draft)) {
                file.write(ByteBuffer.allocate(BYTES), 0);
                file.force();
            }
            disk.move(draft, path);
        }
        return new TimeFloor(disk.map(path));
    }

    /** A loss of power may have left the name without the content. */
    private static long sizeOf(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            return file.size();
        }
    }

    /** Null when none was ever noted. */
    synchronized @Nullable Instant time() {
        return micros == Long.MIN_VALUE ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    synchronized void passed(Instant now) {
        long next = ChronoUnit.MICROS.between(Instant.EPOCH, RecordJson.micros(now));
        if (next > micros && !closed) {
            micros = next;
            int at = second ? PLACE : 0;
            second = !second;
            file.bytes().putLong(at, next);
            file.bytes().putLong(at + Long.BYTES, ~next);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        file.close();
    }
}
