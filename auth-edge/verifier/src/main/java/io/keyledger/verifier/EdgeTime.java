package io.keyledger.verifier;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The time by which an edge ends keys: the latest that it ever knew it to be, from its own wall clock or from
 * command-service's heartbeat, carried on by the monotonic clock. So no clock that is set back lengthens a key's life.
 * Safe from any thread.
 */
public final class EdgeTime implements InstantSource {
    /** The wall clock may lead by so much before it is taken over, so that a read mostly writes nothing. */
    private static final Duration SLACK = Duration.ofMillis(1);

    private final InstantSource wall;
    private final LongSupplier nanos;
    private final AtomicReference<Anchor> anchor;

    private record Anchor(Instant time, long nanos) {
        Instant at(long now) {
            return time.plusNanos(now - nanos);
        }
    }

    /** @param nanos a monotonic clock, such as {@link System#nanoTime} */
    public EdgeTime(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.anchor = new AtomicReference<>(new Anchor(wall.instant(), nanos.getAsLong()));
    }

    /** Never earlier than anything it said before. */
    @Override
    public Instant instant() {
        Instant known = anchor.get().at(nanos.getAsLong());
        Instant clock = wall.instant();
        return clock.isAfter(known.plus(SLACK)) ? advance(clock) : known;
    }

    /** It is at least {@code time}: command-service says so. */
    public void heard(Instant time) {
        advance(time);
    }

    private Instant advance(Instant time) {
        long now = nanos.getAsLong();
        return anchor.updateAndGet(a -> a.at(now).isBefore(time) ? new Anchor(time, now) : a)
                .at(now);
    }
}
