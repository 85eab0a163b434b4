package io.keyledger.command;

import io.keyledger.events.RecordJson;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;

/**
 * A clock of microseconds that stands still within one unit of work, so that what a decision took for now is the time of
 * its events. Safe from any thread.
 */
final class UnitOfWorkClock extends Clock {
    private static final String NOW = UnitOfWorkClock.class.getName();
    private final Clock clock;

    UnitOfWorkClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return CurrentUnitOfWork.map(work -> work.getOrComputeResource(NOW, _ -> now()))
                .orElseGet(this::now);
    }

    private Instant now() {
        return RecordJson.micros(clock.instant());
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new UnitOfWorkClock(clock.withZone(zone));
    }
}
