package io.keyledger.query.console.layout;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times as pages write them: UTC, which the script then turns into the viewer's own zone. Templates know it as {@code times}. */
public final class Times {
    static final Times INSTANCE = new Times();

    private static final DateTimeFormatter WORDS = DateTimeFormatter.ofPattern("d MMM yyyy HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Times() {}

    /** Such as {@code 22 Nov 2026 11:00 UTC}. */
    public String words(Object time) {
        return WORDS.format(instant(time));
    }

    /** Such as {@code 22 Nov 2026}. */
    public String day(Object time) {
        return DAY.format(instant(time));
    }

    /** As {@code datetime} of a {@code time} element. */
    public String iso(Object time) {
        return instant(time).toString();
    }

    /** Such as {@code 3 days} or {@code 5 minutes}; the largest unit alone. */
    public String span(Duration duration) {
        long seconds = Math.abs(duration.toSeconds());
        if (seconds < 60) {
            return count(seconds, "second");
        }
        if (seconds < 3600) {
            return count(seconds / 60, "minute");
        }
        if (seconds < 2 * 86_400) {
            return count(seconds / 3600, "hour");
        }
        return count(seconds / 86_400, "day");
    }

    private static String count(long n, String unit) {
        return n + " " + unit + (n == 1 ? "" : "s");
    }

    /** An Instant, an OffsetDateTime or the text of one. */
    public static Instant instant(@Nullable Object time) {
        return switch (time) {
            case Instant i -> i;
            case OffsetDateTime t -> t.toInstant();
            case String text -> Instant.parse(text);
            case null, default -> throw new DateTimeException("no time");
        };
    }
}
