package io.keyledger.edge.core.view;

import io.keyledger.verifier.EdgeTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that makes an image of the view every so often, and the one at a stop. */
final class Saving implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Saving.class);

    /** So many times as long as an image took it rests at least: a large view costs no more of the machine than a small one. */
    private static final int REST = 20;

    private final ViewStore store;
    private final Supplier<Map<String, String>> topics;
    private final EdgeTime time;
    private final Duration every;
    private final BooleanSupplier ready;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private Map<?, ?> saved = Map.of();

    /** @param ready whether there is a view that is worth it */
    Saving(
            String edge,
            ViewStore store,
            Supplier<Map<String, String>> topics,
            EdgeTime time,
            Duration every,
            BooleanSupplier ready) {
        this.store = store;
        this.topics = topics;
        this.time = time;
        this.every = every;
        this.ready = ready;
        this.thread = Thread.ofPlatform().name("image-" + edge).daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try {
            long restNanos = every.toNanos();
            while (!stopping.await(restNanos, TimeUnit.NANOSECONDS)) {
                long began = System.nanoTime();
                save();
                restNanos = Math.max(every.toNanos(), REST * (System.nanoTime() - began));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it, with an image of what is there when nothing is applied any more. */
    void stop(boolean last) throws InterruptedException {
        stopping.countDown();
        if (thread.isAlive()) {
            thread.join();
        }
        if (last) {
            save();
        }
        store.close();
    }

    private void save() {
        Map<?, ?> positions = store.positions();
        if (!ready.getAsBoolean() || positions.equals(saved)) {
            return;
        }
        try {
            store.save(topics.get(), time.instant());
            saved = positions;
        } catch (IOException | RuntimeException e) {
            LOG.error("no image of the view was written; the one before it stays: {}", e.toString());
        }
    }
}
