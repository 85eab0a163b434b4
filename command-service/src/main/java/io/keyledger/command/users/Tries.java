package io.keyledger.command.users;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often somebody may try: so many a minute, given back one by one. Holds only the names that have tried lately, and not
 * more than so many of them. Safe from any thread.
 */
final class Tries {
    private static final int REMEMBERED = 100_000;

    private final int aMinute;
    private final long nanosEach;
    private final LongSupplier nanoTime;

    /** By name, the moment at which all tries are given back. */
    private final Map<String, Long> backAt = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    Tries(int aMinute, LongSupplier nanoTime) {
        this.aMinute = aMinute;
        this.nanosEach = Duration.ofMinutes(1).toNanos() / aMinute;
        this.nanoTime = nanoTime;
    }

    /** Takes one try; zero = go on, else how long it is until there is another. */
    synchronized Duration take(String name) {
        long now = nanoTime.getAsLong();
        long from = Math.max(now, backAt.getOrDefault(name, now));
        long wait = from + nanosEach - now - nanosEach * aMinute;
        if (wait > 0) {
            return Duration.ofNanos(wait);
        }
        backAt.put(name, from + nanosEach);
        return Duration.ZERO;
    }

    /** Gives one try back: it was a good one. */
    synchronized void giveBack(String name) {
        backAt.computeIfPresent(name, (_, at) -> at - nanosEach);
    }
}
