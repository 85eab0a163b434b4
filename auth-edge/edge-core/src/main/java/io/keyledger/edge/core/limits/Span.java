package io.keyledger.edge.core.limits;

import io.keyledger.events.UsagePolicy.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import org.jspecify.annotations.Nullable;

/**
 * Which stretches of time a counter tells apart, and how long each counts. Times are microseconds since 1970, and never go
 * back from one call to the next. For one thread.
 */
sealed interface Span {

    /** The stretch that {@code at} is in. */
    long slot(long at);

    /** The oldest stretch that counts at {@code at}. */
    long oldest(long at);

    /** From when on {@code slot} does not count any more; asked of those that count at the last time of {@link #slot}. */
    long end(long slot);

    /** How much of {@code slots} counts at {@code at}. */
    long counting(Slots slots, long at);

    /**
     * The last so many seconds. Cut into a hundred parts, of which the one that has begun to leave still counts whole: so
     * never too many are let through, and what was let through counts for up to a hundredth too long.
     */
    record Sliding(long partMicros) implements Span {
        static final int PARTS = 100;

        /** @param seconds at least 1 */
        static Sliding of(long seconds) {
            return new Sliding(Math.multiplyExact(seconds, 1_000_000L / PARTS));
        }

        @Override
        public long slot(long at) {
            return Math.floorDiv(at, partMicros);
        }

        @Override
        public long oldest(long at) {
            return slot(at) - PARTS;
        }

        @Override
        public long end(long slot) {
            return (slot + PARTS + 1) * partMicros;
        }

        @Override
        public long counting(Slots slots, long at) {
            slots.forget(oldest(at));
            return slots.total();
        }
    }

    /** The calendar's present hour, day, week or month. Named by its beginning. */
    final class Calendar implements Span {
        private final Period period;
        private final ZoneId zone;
        private long start;
        private long end;

        /** @throws java.time.DateTimeException when there is no such zone */
        Calendar(Period period, String zone) {
            this.period = period;
            this.zone = ZoneId.of(zone);
        }

        @Override
        public long slot(long at) {
            if (at < start || at >= end) {
                find(at);
            }
            return start;
        }

        @Override
        public long oldest(long at) {
            return slot(at);
        }

        @Override
        public long end(long slot) {
            return end;
        }

        /** Not what an edge whose clock is ahead has counted in the next period. */
        @Override
        public long counting(Slots slots, long at) {
            slots.forget(oldest(at));
            return slots.at(slot(at));
        }

        private void find(long at) {
            Instant now = Instant.EPOCH.plus(at, ChronoUnit.MICROS);
            if (period == Period.HOUR) {
                hour(now);
                return;
            }
            LocalDate first = first(LocalDate.ofInstant(now, zone));
            LocalDate next = next(first);
            // Where clocks went back over midnight, the day before comes again for a while: that is the new day's.
            while (micros(next) <= at) {
                first = next;
                next = next(first);
            }
            start = micros(first);
            end = micros(next);
        }

        /** Local hours, and where the offset changes by a part of one, a shorter one up to there. */
        private void hour(Instant now) {
            long offset = zone.getRules().getOffset(now).getTotalSeconds();
            long local = Math.floorDiv(now.getEpochSecond() + offset, 3600L) * 3600 - offset;
            @Nullable ZoneOffsetTransition before = zone.getRules().previousTransition(now.plusNanos(1));
            @Nullable ZoneOffsetTransition after = zone.getRules().nextTransition(now);
            start = (before == null ? local : Math.max(local, before.toEpochSecond())) * 1_000_000;
            end = (after == null ? local + 3600 : Math.min(local + 3600, after.toEpochSecond())) * 1_000_000;
        }

        private LocalDate first(LocalDate day) {
            return switch (period) {
                case HOUR, DAY -> day;
                case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case MONTH -> day.withDayOfMonth(1);
            };
        }

        private LocalDate next(LocalDate first) {
            return switch (period) {
                case HOUR, DAY -> first.plusDays(1);
                case WEEK -> first.plusWeeks(1);
                case MONTH -> first.plusMonths(1);
            };
        }

        private long micros(LocalDate day) {
            return day.atStartOfDay(zone).toEpochSecond() * 1_000_000;
        }
    }
}
