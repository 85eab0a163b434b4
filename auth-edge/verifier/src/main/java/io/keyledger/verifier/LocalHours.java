package io.keyledger.verifier;

import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Hours} made ready to be asked: what counts is what a clock on the wall of that zone shows. So an hour that the clocks
 * repeat in autumn counts twice, and one that they skip in spring not at all.
 */
final class LocalHours {
    private static final int MINUTES_A_DAY = 24 * 60;
    private static final int DAYS = 7;
    private static final int EVERY_DAY = (1 << DAYS) - 1;

    private final ZoneRules rules;
    /** One bit a day on which they begin, Monday the lowest. */
    private final int days;

    private final int from;
    private final int to;

    /** Where the last question was, so that the next one needs no calendar. Any thread replaces it whole. */
    private Span span = new Span(1, 0, 0);

    /**
     * A time without a change of the clocks.
     *
     * @param from second since 1970, inclusive
     * @param to exclusive
     * @param offset seconds ahead of UTC
     */
    private record Span(long from, long to, int offset) {}

    private LocalHours(ZoneRules rules, int days, int from, int to) {
        this.rules = rules;
        this.days = days;
        this.from = from;
        this.to = to;
    }

    /** Null when the zone or a time means nothing here. */
    static @Nullable LocalHours read(Hours hours) {
        int from = minute(hours.from());
        int to = minute(hours.to());
        if (from < 0 || from == MINUTES_A_DAY || to < 0) {
            return null;
        }
        try {
            return new LocalHours(ZoneId.of(hours.zone()).getRules(), bits(hours.days()), from, to);
        } catch (DateTimeException e) {
            return null;
        }
    }

    @SuppressWarnings("EnumOrdinal") // in this process only; the order is that of ISO 8601
    private static int bits(@Nullable List<Day> days) {
        if (days == null) {
            return EVERY_DAY;
        }
        int bits = 0;
        for (Day day : days) {
            bits |= 1 << day.ordinal();
        }
        return bits;
    }

    /** The minute of the day of {@code HH:mm}, up to 24:00; less than 0 for anything else. */
    private static int minute(String text) {
        if (text.length() != 5 || text.charAt(2) != ':') {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < 5; i++) {
            char c = text.charAt(i);
            if (i != 2 && (c < '0' || c > '9')) {
                return -1;
            }
            value = i == 2 ? value : value * 10 + c - '0';
        }
        int minute = value / 100 * 60 + value % 100;
        return value % 100 > 59 || minute > MINUTES_A_DAY ? -1 : minute;
    }

    /** @param second since 1970 */
    boolean contain(long second) {
        Span now = span;
        if (second < now.from || second >= now.to) {
            now = span(second);
            span = now;
        }
        long minutes = Math.floorDiv(second + now.offset, 60L);
        long day = Math.floorDiv(minutes, (long) MINUTES_A_DAY);
        int minute = (int) Math.floorMod(minutes, (long) MINUTES_A_DAY);
        // 1970 began on a Thursday.
        int weekday = (int) Math.floorMod(day + 3, (long) DAYS);
        if (from < to) {
            return begin(weekday) && minute >= from && minute < to;
        }
        return minute >= from && begin(weekday) || minute < to && begin((weekday + DAYS - 1) % DAYS);
    }

    private boolean begin(int weekday) {
        return (days >>> weekday & 1) != 0;
    }

    private Span span(long second) {
        Instant at = Instant.ofEpochSecond(second);
        ZoneOffsetTransition before = rules.previousTransition(at.plusNanos(1));
        ZoneOffsetTransition after = rules.nextTransition(at);
        return new Span(
                before == null ? Long.MIN_VALUE : before.toEpochSecond(),
                after == null ? Long.MAX_VALUE : after.toEpochSecond(),
                rules.getOffset(at).getTotalSeconds());
    }
}
