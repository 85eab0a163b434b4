package io.keyledger.edge.core.spool;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Forces what was written to the disk, once for all who wait: while one force runs, those who come gather for the next. One
 * thread of its own; without it (it was not started, or is stopped) whoever joins does the work.
 *
 * <p>After a failure it is broken for good: what the kernel could not write it may have thrown away, so a later success would
 * prove nothing.
 */
final class Forcer implements Runnable {
    private final Work work;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Void> next;
    private volatile boolean running;
    private volatile @Nullable String broken;

    /** What is to be done. */
    interface Work {
        /** Forces all that was written before the call. */
        void force() throws IOException;
    }

    Forcer(String name, Work work) {
        this.work = work;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
    }

    void start() {
        running = true;
        thread.start();
    }

    /** Forces what was asked for, and ends the thread. */
    void stop() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        step();
    }

    /** Done when all that was written before this call is forced; fails when it could not be. */
    CompletableFuture<Void> join() {
        CompletableFuture<Void> mine;
        boolean first;
        lock.lock();
        try {
            CompletableFuture<Void> present = next;
            first = present == null;
            mine = present == null ? new CompletableFuture<>() : present;
            next = mine;
        } finally {
            lock.unlock();
        }
        if (!running) {
            step();
        } else if (first) {
            LockSupport.unpark(thread);
        }
        return mine;
    }

    /** Why nothing can be forced any more, or null. */
    @Nullable
    String broken() {
        return broken;
    }

    @Override
    public void run() {
        while (running) {
            if (!step()) {
                LockSupport.park(this);
            }
        }
        step();
    }

    /** Forces for those who wait now; false when nobody does. */
    private synchronized boolean step() {
        CompletableFuture<Void> waiting;
        lock.lock();
        try {
            waiting = next;
            next = null;
        } finally {
            lock.unlock();
        }
        if (waiting == null) {
            return false;
        }
        try {
            if (broken != null) {
                throw new IOException(broken);
            }
            work.force();
            waiting.complete(null);
        } catch (IOException | RuntimeException e) {
            broken = String.valueOf(e.getMessage());
            waiting.completeExceptionally(e);
        }
        return true;
    }
}
