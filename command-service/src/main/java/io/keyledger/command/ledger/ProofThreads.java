package io.keyledger.command.ledger;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs what makes the ledger provable, each on its thread: behind the sealer, and never in its way. */
final class ProofThreads implements SmartLifecycle {
    private static final long STOP_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(ProofThreads.class);

    private final Checkpointer checkpointer;
    private final UsageSealer uses;
    private List<Thread> threads = List.of();

    ProofThreads(Checkpointer checkpointer, UsageSealer uses) {
        this.checkpointer = checkpointer;
        this.uses = uses;
    }

    @Override
    public void start() {
        threads = List.of(
                Thread.ofPlatform().name("usage-sealer").start(uses),
                Thread.ofPlatform().name("checkpointer").start(checkpointer));
    }

    @Override
    public void stop() {
        uses.stop();
        checkpointer.stop();
        for (Thread thread : threads) {
            try {
                thread.join(STOP_MILLIS);
                if (thread.isAlive()) {
                    LOG.warn("{} did not end in time; it goes on where it was at the next start", thread.getName());
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads = List.of();
    }

    @Override
    public boolean isRunning() {
        return !threads.isEmpty();
    }

    /** With the sealer and the publisher. */
    @Override
    public int getPhase() {
        return 0;
    }
}
