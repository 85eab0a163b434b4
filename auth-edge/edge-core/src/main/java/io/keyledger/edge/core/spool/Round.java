package io.keyledger.edge.core.spool;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The uses that are being counted at the moment: which of them share an event, and the sequence of that event. It lasts a
 * second at most; once it is over nobody joins it, so that its counts are final. The groups are under the caller's lock.
 */
final class Round {
    /** So many events are made of one round at most: what is held in memory here, and once more when they are made. */
    static final int MAX_GROUPS = 4096;

    /** After so long it is over, whatever the second was that it began with: edge time can be ahead of this clock. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Nobody outside knows it, so that nobody can choose texts that fall together. */
    private static final int FACTOR = new SecureRandom().nextInt() | 1;

    private final long number;
    private final long second;
    private final Instant began;
    private final Map<Alike, Long> groups = new HashMap<>();

    /**
     * All of a use but its instant and its request id, with the second that it was in.
     *
     * @param raw compared from {@code from} to {@code to}
     */
    @SuppressWarnings("ArrayRecordComponent") // compared below
    record Alike(long second, byte[] raw, int from, int to) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Alike o && second == o.second && Arrays.equals(raw, from, to, o.raw, o.from, o.to);
        }

        @Override
        public int hashCode() {
            int hash = Long.hashCode(second);
            for (int i = from; i < to; i++) {
                hash = FACTOR * hash + raw[i];
            }
            return hash;
        }
    }

    /**
     * A round without anybody in it.
     *
     * @param number tells it from all others of its run
     * @param second the UTC second of its first use
     * @param began on the spool's clock
     */
    Round(long number, long second, Instant began) {
        this.number = number;
        this.second = second;
        this.began = began;
    }

    long number() {
        return number;
    }

    /** Whether a use of that second is for another round. A late one of a second before is not: it makes a group. */
    boolean isOver(long useSecond) {
        return useSecond > second;
    }

    /** Whether nobody is to be waited for any more; from any thread. A clock that was set back ends it, too. */
    boolean isOver(Instant now) {
        return now.getEpochSecond() > second || now.isBefore(began) || now.isAfter(began.plus(LONGEST));
    }

    boolean isFull() {
        return groups.size() >= MAX_GROUPS;
    }

    /** The sequence of the event that the use shares, or null. */
    @Nullable
    Long sequence(Alike use) {
        return groups.get(use);
    }

    void add(Alike use, long sequence) {
        groups.put(use, sequence);
    }
}
