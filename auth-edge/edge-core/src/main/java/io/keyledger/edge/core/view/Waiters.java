package io.keyledger.edge.core.view;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Those who wait until the view has come as far as they need. Safe from any thread; no thread is held. */
public final class Waiters {
    static final int MAX = 1024;

    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private record Waiting(BooleanSupplier reached, CompletableFuture<Boolean> told) {}

    /**
     * Whether the view got there in time: done at once when it is there, or when {@value #MAX} wait already. It may be
     * completed by the thread that writes the view, so what follows must not take long.
     */
    public CompletableFuture<Boolean> await(BooleanSupplier reached, Duration patience) {
        if (reached.getAsBoolean()) {
            return CompletableFuture.completedFuture(true);
        }
        if (count.incrementAndGet() > MAX) {
            count.decrementAndGet();
            return CompletableFuture.completedFuture(false);
        }
        Waiting one = new Waiting(reached, new CompletableFuture<>());
        waiting.add(one);
        CompletableFuture<Boolean> over = one.told()
                .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, _) -> {
                    if (waiting.remove(one)) {
                        count.decrementAndGet();
                    }
                });
        // It may have come between the first look and the place in the queue.
        if (reached.getAsBoolean()) {
            one.told().complete(true);
        }
        return over;
    }

    /** The view has come further. */
    void moved() {
        if (waiting.isEmpty()) {
            return;
        }
        for (Waiting one : waiting) {
            if (one.reached().getAsBoolean()) {
                one.told().complete(true);
            }
        }
    }
}
