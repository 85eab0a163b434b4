package io.keyledger.query.checkpoint;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Lets a request wait until the read store has come far enough. */
public final class Positions {
    /** Another instance may be the one that folds the partition, and it cannot wake us. */
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(50).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    /** Wakes those who wait. */
    public void moved() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code reached}, at most for {@code patience}; whether it was. */
    public boolean await(BooleanSupplier reached, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            if (reached.getAsBoolean()) {
                return true;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            lock.lock();
            try {
                long unused = moved.awaitNanos(Math.min(left, LOOK_EVERY_NANOS));
            } finally {
                lock.unlock();
            }
        }
    }
}
