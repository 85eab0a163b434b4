package io.keyledger.command.barrier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;

/** A barrier that says how long commands waited at it. */
final class MeasuredBarrier implements Barrier {
    private final Barrier barrier;
    private final Timer effective;
    private final Timer pending;

    MeasuredBarrier(Barrier barrier, MeterRegistry meters) {
        this.barrier = barrier;
        this.effective = timer(meters, "effective");
        this.pending = timer(meters, "pending");
    }

    private static Timer timer(MeterRegistry meters, String outcome) {
        return Timer.builder("keyledger.barrier")
                .description("Time from the commit of a change until every edge had it, or the caller's patience ended")
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(2))
                .register(meters);
    }

    @Override
    public Outcome await(String eventId, boolean strict, Duration patience) {
        long start = System.nanoTime();
        Outcome outcome = barrier.await(eventId, strict, patience);
        (outcome.effective() ? effective : pending).record(Duration.ofNanos(System.nanoTime() - start));
        return outcome;
    }

    @Override
    public Optional<Outcome> status(String barrierId) {
        return barrier.status(barrierId);
    }
}
