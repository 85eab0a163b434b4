package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.Disk.DiskFile;
import io.keyledger.edge.core.disk.Disk.Mapped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * How many uses an edge has let pass without writing them down, since its data folder was made: one number in mapped memory,
 * that outlives the process at any instruction, for it is set by one store. One writer at a time, any reader.
 */
final class Losses implements AutoCloseable {
    static final String FILE = "losses";

    private final Mapped mapped;
    private volatile long count;
    private volatile long forced;

    private Losses(Mapped mapped) {
        this.mapped = mapped;
        this.count = mapped.bytes().getLong(0);
        this.forced = count;
    }

    /** That in {@code folder}; where there is none yet it is made, as zero. */
    static Losses open(Disk disk, Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!disk.list(folder).contains(FILE)) {
            Path draft = folder.resolve(FILE + ".new");
            try (DiskFile zero = disk.create(draft)) {
                zero.write(ByteBuffer.allocate(Long.BYTES), 0);
                zero.force();
            }
            disk.move(draft, file);
            disk.forceFolder(folder);
        }
        return new Losses(disk.map(file));
    }

    /** One more. */
    void add() {
        long next = count + 1;
        mapped.bytes().putLong(0, next);
        count = next;
    }

    long count() {
        return count;
    }

    boolean isForced() {
        return forced == count;
    }

    void force() throws IOException {
        long now = count;
        if (forced != now) {
            mapped.force();
            forced = now;
        }
    }

    @Override
    public void close() {
        mapped.close();
    }
}
