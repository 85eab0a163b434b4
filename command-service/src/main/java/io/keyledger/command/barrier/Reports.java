package io.keyledger.command.barrier;

import io.keyledger.command.barrier.Confirmations.Effective;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners what has become effective, a few at a time, and again later when one of them fails. */
final class Reports {
    private static final int AT_A_TIME = 8;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("barrier-report").factory());
    private final Semaphore slots = new Semaphore(AT_A_TIME);
    private final Supplier<Stream<BarrierListener>> listeners;

    Reports(Supplier<Stream<BarrierListener>> listeners) {
        this.listeners = listeners;
    }

    void report(Effective effective) {
        try {
            threads.execute(() -> tell(effective));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is reported after the restart", effective.cause(), e);
        }
    }

    private void tell(Effective effective) {
        Duration pause = FIRST_PAUSE;
        try {
            while (!tellOnce(effective)) {
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tellOnce(Effective effective) throws InterruptedException {
        slots.acquire();
        try {
            listeners
                    .get()
                    .forEach(listener -> listener.effective(effective.key(), effective.cause(), effective.edges()));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("{} could not be recorded as confirmed, and is again later", effective.cause(), e);
            return false;
        } finally {
            slots.release();
        }
    }

    /** What is under way or waits is dropped: it is found again in the table {@code unconfirmed}. */
    void stop() {
        threads.shutdownNow();
    }
}
