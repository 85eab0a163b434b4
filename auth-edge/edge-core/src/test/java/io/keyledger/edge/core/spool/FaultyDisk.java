package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.RealDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The real disk, of which a test decides when and whether it forces mapped memory, and which start of the machine it is. */
final class FaultyDisk implements Disk {
    private final Disk real = new RealDisk();
    private final AtomicInteger forces = new AtomicInteger();
    private volatile @Nullable Semaphore gate;
    private volatile boolean fails;
    private String machine = "first start";

    /** From here on each force waits for a permit. */
    Semaphore slow() {
        Semaphore made = new Semaphore(0);
        gate = made;
        return made;
    }

    void fails(boolean is) {
        fails = is;
    }

    void restarted() {
        machine = "second start";
    }

    /** How often memory was to be forced. */
    int forces() {
        return forces.get();
    }

    @Override
    public Mapped map(Path file) throws IOException {
        Mapped mapped = real.map(file);
        return new Mapped() {
            @Override
            public ByteBuffer bytes() {
                return mapped.bytes();
            }

            @Override
            public void force() throws IOException {
                forces.incrementAndGet();
                Semaphore waits = gate;
                if (waits != null) {
                    waits.acquireUninterruptibly();
                }
                if (fails) {
                    throw new IOException("the disk is gone");
                }
                mapped.force();
            }

            @Override
            public void close() {
                mapped.close();
            }
        };
    }

    @Override
    public String machine() {
        return machine;
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return real.list(folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        real.createFolder(folder);
    }

    @Override
    public DiskFile create(Path file) throws IOException {
        return real.create(file);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return real.open(file);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        real.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        real.forceFolder(folder);
    }

    @Override
    public Lock lock(Path folder) throws IOException {
        return real.lock(folder);
    }
}
