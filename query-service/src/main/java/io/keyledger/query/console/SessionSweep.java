package io.keyledger.query.console;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;

/** Takes sessions that are over out of their table, each minute; while PostgreSQL is away it says so in one line. */
final class SessionSweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionSweep.class);
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final JdbcIndexedSessionRepository sessions;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("session-sweep").factory());

    SessionSweep(JdbcIndexedSessionRepository sessions) {
        this.sessions = sessions;
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::sweep, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void sweep() {
        try {
            sessions.cleanUpExpiredSessions();
        } catch (RuntimeException e) {
            LOG.warn("sessions that are over stay for now: {}", e.toString());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
