package io.keyledger.query.retention;

import io.keyledger.query.search.SearchIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends activity in PostgreSQL and Elasticsearch some times a day, once it has been kept for as long as it may be. A server that
 * is away is asked again the next time, and keeps the other from nothing.
 */
public final class ActivitySweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActivitySweep.class);
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration EVERY = Duration.ofHours(6);

    private final OldActivity rows;
    private final SearchIndex index;
    private final Duration kept;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("activity-sweep").factory());

    /** @param kept how long activity is kept, by the time of the event */
    public ActivitySweep(OldActivity rows, SearchIndex index, Duration kept, InstantSource clock) {
        this.rows = rows;
        this.index = index;
        this.kept = kept;
        this.clock = clock;
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::sweep, FIRST.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void sweep() {
        Instant moment = clock.instant().minus(kept);
        try {
            long taken = rows.forget(moment);
            if (taken > 0) {
                LOG.info("activity before {} has ended: {} events", moment, taken);
            }
        } catch (RuntimeException e) {
            LOG.warn("activity before {} stays in the read store for now: {}", moment, e.toString());
        }
        try {
            List<String> deleted = index.forgetActivity(moment);
            if (!deleted.isEmpty()) {
                LOG.info("activity before {} has ended: {}", moment, deleted);
            }
        } catch (RuntimeException e) {
            LOG.warn("activity before {} stays in the search index for now: {}", moment, e.toString());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
