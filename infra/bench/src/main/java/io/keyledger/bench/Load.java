package io.keyledger.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** So many operations, with so many in flight at any time. */
final class Load {
    private Load() {}

    /** One worker's hands: made once a worker, used by it alone. */
    @FunctionalInterface
    interface Worker {
        void run(int operation) throws Exception;
    }

    /** How fast it went, and how long each operation took, by its number. */
    static final class Result {
        private final double perSecond;
        private final long[] nanos;

        private Result(double perSecond, long[] nanos) {
            this.perSecond = perSecond;
            this.nanos = nanos;
        }

        double perSecond() {
            return perSecond;
        }

        LongStream nanos() {
            return Arrays.stream(nanos);
        }
    }

    /**
     * Runs operations 0 to {@code count - 1}, each once, and returns when all are done.
     *
     * @throws IllegalStateException at the first one that fails: a measurement with failures in it measures something else
     */
    static Result run(int count, List<Worker> workers) {
        return run(count, workers, () -> {});
    }

    /**
     * As {@link #run(int, List)}.
     *
     * @param end called after the last operation; its time counts
     */
    static Result run(int count, List<Worker> workers, Runnable end) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long[] nanos = new long[count];
        CountDownLatch ready = new CountDownLatch(workers.size());
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Worker worker : workers) {
            threads.add(Thread.ofPlatform().name("bench-", threads.size()).start(() -> {
                try {
                    ready.countDown();
                    go.await();
                    for (int i = next.getAndIncrement();
                            i < count && failure.get() == null;
                            i = next.getAndIncrement()) {
                        long from = System.nanoTime();
                        worker.run(i);
                        nanos[i] = System.nanoTime() - from;
                    }
                } catch (Exception e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        try {
            ready.await();
            long from = System.nanoTime();
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            end.run();
            double seconds = (System.nanoTime() - from) / 1e9;
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new IllegalStateException("an operation failed: " + thrown.getMessage(), thrown);
            }
            return new Result(count / seconds, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
