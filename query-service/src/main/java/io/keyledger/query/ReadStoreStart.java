package io.keyledger.query;

import io.keyledger.query.log.LogReader;
import io.keyledger.query.readstore.ReadStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the schema as soon as PostgreSQL is there, and only then lets the log be read. The service itself does not wait: it
 * forwards commands and answers 503 to what it cannot know yet.
 */
final class ReadStoreStart implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ReadStoreStart.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Flyway flyway;
    private final ReadStore store;
    private final LogReader reader;
    private final boolean rebuild;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean done;
    private volatile @Nullable Thread thread;

    ReadStoreStart(Flyway flyway, ReadStore store, LogReader reader, boolean rebuild) {
        this.flyway = flyway;
        this.store = store;
        this.reader = reader;
        this.rebuild = rebuild;
    }

    /** Whether the schema is there. */
    boolean done() {
        return done;
    }

    @Override
    public void start() {
        Thread started = Thread.ofPlatform().name("read-store-start").unstarted(this::run);
        thread = started;
        started.start();
    }

    private void run() {
        do {
            try {
                flyway.migrate();
                if (store.renew()) {
                    LOG.warn(
                            "the read store was made by an older version: it is emptied and folded again from the log");
                }
                if (rebuild) {
                    store.empty();
                    LOG.warn("the read store was emptied and is folded again from the log");
                }
                done = true;
                reader.start();
                return;
            } catch (RuntimeException e) {
                LOG.warn("the schema cannot be made yet: {}", e.toString());
            }
        } while (!rest());
    }

    private boolean rest() {
        try {
            return stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void stop() {
        stopping.countDown();
        Thread started = thread;
        thread = null;
        if (started != null) {
            try {
                started.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        reader.stop();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
