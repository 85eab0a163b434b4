package io.keyledger.command.ledger;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs the sealer, the publisher and the repair of the view, each on its thread, from the start of the service to its end. */
final class LedgerThreads implements SmartLifecycle {
    private static final long STOP_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(LedgerThreads.class);

    private final Sealer sealer;
    private final Publisher publisher;
    private final ViewRepair repair;
    private @Nullable Thread sealing;
    private @Nullable Thread publishing;
    private @Nullable Thread repairing;

    LedgerThreads(Sealer sealer, Publisher publisher, ViewRepair repair) {
        this.sealer = sealer;
        this.publisher = publisher;
        this.repair = repair;
    }

    @Override
    public void start() {
        sealing = Thread.ofPlatform().name("sealer").start(sealer);
        publishing = Thread.ofPlatform().name("publisher").start(publisher);
        repairing = Thread.ofPlatform().name("view-repair").start(repair);
    }

    /** The sealer first, so that the publisher can send what it sealed last. */
    @Override
    public void stop() {
        repair.stop();
        join(repairing);
        sealer.stop();
        join(sealing);
        publisher.stop();
        join(publishing);
        sealing = null;
        publishing = null;
        repairing = null;
    }

    private static void join(@Nullable Thread thread) {
        if (thread == null) {
            return;
        }
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

    @Override
    public boolean isRunning() {
        return sealing != null;
    }

    /** Started before and stopped after the doors, which end in a phase of their own. */
    @Override
    public int getPhase() {
        return 0;
    }
}
