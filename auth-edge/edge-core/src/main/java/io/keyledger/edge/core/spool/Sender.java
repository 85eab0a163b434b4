package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that turns raw records into events and sends them, for this run and for those before it. */
final class Sender implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final long IDLE_NANOS = Duration.ofMillis(100).toNanos();
    /** So long it lets records gather once one has woken it: a wake costs more than a record does. */
    private static final long GATHER_NANOS = Duration.ofMillis(2).toNanos();

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** The name that a folder gets once nothing in it is needed any more. */
    static final String DONE = ".done";

    private final Disk disk;
    private final boolean forces;
    private final List<BootSpool> earlier;
    private final BootSpool present;
    private final ActivityLog log;
    private final Runnable tick;
    private final Thread thread;
    private final AtomicReference<Waiting> waiting = new AtomicReference<>(Waiting.FOR_NOTHING);
    private volatile boolean stopping;
    private volatile long round;

    /** The last round that found nothing left to do. */
    private volatile long drained = -1;

    private volatile @Nullable String trouble;
    /** Whether it is worth a pause before the next try. */
    private boolean patient;

    /** What would give the thread something to do. */
    private enum Waiting {
        /** It is not asleep. */
        FOR_NOTHING,
        /** Its queue is full: another record is nothing to it. */
        FOR_ACKNOWLEDGEMENTS,
        FOR_ANYTHING
    }

    /** @param tick called between rounds, at least every 100 ms or so */
    Sender(
            Disk disk,
            SpoolSettings settings,
            List<BootSpool> earlier,
            BootSpool present,
            ActivityLog log,
            Runnable tick) {
        this.disk = disk;
        this.forces = settings.forces();
        this.earlier = new ArrayList<>(earlier);
        this.present = present;
        this.log = log;
        this.tick = tick;
        this.thread =
                Thread.ofPlatform().name("spool-" + settings.edge()).daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** A record was written. Cheap when the sender is awake anyway, or could do nothing with it; of many one wakes it. */
    void wake() {
        if (waiting.get() == Waiting.FOR_ANYTHING && waiting.compareAndSet(Waiting.FOR_ANYTHING, Waiting.FOR_NOTHING)) {
            LockSupport.unpark(thread);
        }
    }

    /** Something else than sending is to be done, whatever it waits for. */
    void look() {
        LockSupport.unpark(thread);
    }

    private void acknowledged() {
        if (waiting.get() != Waiting.FOR_NOTHING && waiting.getAndSet(Waiting.FOR_NOTHING) != Waiting.FOR_NOTHING) {
            LockSupport.unpark(thread);
        }
    }

    /** Lets it send what is there, for at most {@code patience}, and ends it. Whether everything was acknowledged. */
    boolean stop(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        // The present round may have looked before the last record came.
        long after = round;
        try {
            while (drained <= after && System.nanoTime() - end < 0 && thread.isAlive()) {
                Thread.sleep(5);
            }
            stopping = true;
            LockSupport.unpark(thread);
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
        return drained > after;
    }

    /** Why nothing moves, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Runs before this one that are not yet sent. */
    int earlierRuns() {
        return earlier.size();
    }

    @Override
    public void run() {
        try {
            for (long n = 0; !stopping; n++) {
                round = n;
                boolean moved = round();
                if (!moved) {
                    if (isDrained()) {
                        drained = n;
                    }
                    waiting.set(present.isFull() ? Waiting.FOR_ACKNOWLEDGEMENTS : Waiting.FOR_ANYTHING);
                    LockSupport.parkNanos(IDLE_NANOS);
                    if (waiting.getAndSet(Waiting.FOR_NOTHING) == Waiting.FOR_NOTHING && !stopping) {
                        LockSupport.parkNanos(GATHER_NANOS);
                    }
                }
            }
        } finally {
            log.close();
            earlier.forEach(BootSpool::close);
            present.close();
        }
    }

    private boolean round() {
        boolean moved = step();
        if (patient) {
            LockSupport.parkNanos(PATIENCE.toNanos());
        }
        return moved;
    }

    /** Moves everything one stage on; whether there was anything. By the sender's thread, or whoever stands in for it. */
    boolean step() {
        boolean moved = false;
        patient = true;
        String stuck = null;
        try {
            tick.run();
            for (BootSpool spool : List.copyOf(earlier)) {
                try {
                    moved |= spool.pump(log, this::acknowledged);
                    if (spool.drained()) {
                        earlier.remove(spool);
                        remove(spool);
                    }
                } catch (IOException | RuntimeException e) {
                    // What this run writes down does not wait for what an earlier one has left damaged.
                    stuck = "what boot %s has left behind cannot go on: %s".formatted(spool.boot(), e);
                }
            }
            moved |= present.pump(log, this::acknowledged);
            Exception failure = failure();
            if (failure != null) {
                trouble("Kafka refuses events: " + failure);
                log.reset();
                earlier.forEach(BootSpool::resend);
                present.resend();
            } else {
                patient = false;
                trouble(stuck);
            }
        } catch (IOException | RuntimeException e) {
            trouble("the spool cannot go on: " + e);
        }
        return moved;
    }

    private void trouble(@Nullable String text) {
        if (text != null && !text.equals(trouble)) {
            LOG.error("{}; nothing is lost, trying again", text);
        }
        trouble = text;
    }

    private @Nullable Exception failure() {
        for (BootSpool spool : earlier) {
            if (spool.failure() != null) {
                return spool.failure();
            }
        }
        return present.failure();
    }

    private boolean isDrained() {
        try {
            return earlier.isEmpty() && present.drained();
        } catch (IOException e) {
            return false;
        }
    }

    private void remove(BootSpool spool) throws IOException {
        spool.close();
        // The name first: a half deleted folder must not be taken for one with unsent events.
        Path done = spool.dir().resolveSibling(spool.dir().getFileName() + DONE);
        disk.move(spool.dir(), done);
        Path root = done.getParent();
        if (forces && root != null) {
            disk.forceFolder(root);
        }
        disk.delete(done);
        LOG.info("everything that boot {} had left behind is sent", spool.boot());
    }
}
