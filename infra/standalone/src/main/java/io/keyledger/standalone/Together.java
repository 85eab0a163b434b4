package io.keyledger.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs several things at once. */
final class Together {
    private Together() {}

    /** Runs all, each on a thread of its own, and waits. The first failure interrupts the others and is thrown. */
    static void run(List<Runnable> all) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ExecutorCompletionService<Boolean> done = new ExecutorCompletionService<>(threads);
            List<Future<Boolean>> running = new ArrayList<>();
            all.forEach(one -> running.add(done.submit(one, true)));
            try {
                for (int i = 0; i < running.size(); i++) {
                    done.take().get();
                }
            } catch (ExecutionException e) {
                running.forEach(r -> r.cancel(true));
                if (e.getCause() instanceof StartFailure failure) {
                    throw failure;
                }
                throw new StartFailure(String.valueOf(e.getCause()), e);
            } catch (InterruptedException e) {
                running.forEach(r -> r.cancel(true));
                Thread.currentThread().interrupt();
                throw new StartFailure("interrupted", e);
            }
        }
    }
}
