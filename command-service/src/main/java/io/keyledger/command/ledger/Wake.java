package io.keyledger.command.ledger;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Lets one thread sleep until there is work. A signal that comes while it works is not lost. */
final class Wake {
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> sleeper = new AtomicReference<>();

    /** Ends the present or the next sleep. From any thread. */
    void signal() {
        if (!signalled.getAndSet(true)) {
            LockSupport.unpark(sleeper.get());
        }
    }

    /** Sleeps until the next signal, at most that long; not at all when one has come since the last sleep. */
    void sleep(long nanos) {
        sleeper.set(Thread.currentThread());
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        while (!signalled.get() && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = deadline - System.nanoTime();
        }
        signalled.set(false);
    }
}
