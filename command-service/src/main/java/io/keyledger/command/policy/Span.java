package io.keyledger.command.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A length of time as ISO 8601 writes it, of days or hours or both: {@code P90D}, {@code PT1H}, {@code P1Y2M10DT12H}.
 * Days, months and years count by the calendar, in UTC. Never negative.
 */
public record Span(Period date, Duration time) {
    /** The last instant that an event can hold. */
    public static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59.999999Z");

    private static final int MAX_LENGTH = 64;
    private static final Pattern FORM = Pattern.compile(
            "P(?=.)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?" + "(T(?=.)(\\d+H)?(\\d+M)?(\\d+(\\.\\d{1,6})?S)?)?");
    /** What is written in more digits than can be counted means for ever. */
    private static final Span LONGEST = new Span(Period.ofYears(999_999_999), Duration.ZERO);

    public static final Span ZERO = new Span(Period.ZERO, Duration.ZERO);

    /**
     * The span that {@code text} writes.
     *
     * @throws DateTimeException when it writes none, or one that is negative
     */
    public static Span parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (text.length() > MAX_LENGTH || !FORM.matcher(upper).matches()) {
            throw new DateTimeException("not a span of time");
        }
        int t = upper.indexOf('T');
        try {
            Period date = t == 1 ? Period.ZERO : Period.parse(t < 0 ? upper : upper.substring(0, t));
            Duration time = t < 0 ? Duration.ZERO : Duration.parse("P" + upper.substring(t));
            return new Span(date, time);
        } catch (DateTimeException | ArithmeticException _) {
            return LONGEST;
        }
    }

    /** The instant this long after {@code from}, and never later than {@link #END_OF_TIME}. */
    public Instant after(Instant from) {
        try {
            Instant end = LocalDateTime.ofInstant(from, ZoneOffset.UTC)
                    .plus(date)
                    .plus(time)
                    .toInstant(ZoneOffset.UTC);
            return end.isAfter(END_OF_TIME) ? END_OF_TIME : end;
        } catch (ArithmeticException | DateTimeException _) {
            return END_OF_TIME;
        }
    }

    public boolean isZero() {
        return date.isZero() && time.isZero();
    }

    @Override
    public String toString() {
        if (time.isZero()) {
            return date.isZero() ? "PT0S" : date.toString();
        }
        return date.isZero() ? time.toString() : date + time.toString().substring(1);
    }
}
