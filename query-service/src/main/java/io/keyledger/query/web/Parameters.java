package io.keyledger.query.web;

import io.keyledger.events.RecordJson;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of one request, read strictly: an unknown name, a repeated one or a value that is not of its form is
 * refused, for a filter that is silently dropped shows what was not asked for.
 */
public final class Parameters {
    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 500;

    private static final int MAX_TEXT = 200;
    private static final int MAX_CURSOR = 1000;
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,30}");

    private final HttpServletRequest request;
    private final boolean form;

    private Parameters(HttpServletRequest request, boolean form) {
        this.request = request;
        this.form = form;
    }

    /** As {@link #of}, for what a form sends: a field that was left empty is as one that is not given. */
    public static Parameters ofForm(HttpServletRequest request, String... known) {
        of(request, known);
        return new Parameters(request, true);
    }

    /** The request's parameters, if they are among {@code known} and each there once. */
    public static Parameters of(HttpServletRequest request, String... known) {
        List<String> names = Arrays.asList(known);
        request.getParameterMap().forEach((name, values) -> {
            if (!names.contains(name)) {
                throw new Refused(
                        new Refusal.UnknownParameter(WORD.matcher(name).matches() ? name : "(not shown)", names));
            }
            if (values.length != 1) {
                throw new Refused(new Refusal.RepeatedParameter(name));
            }
        });
        return new Parameters(request, false);
    }

    /** The value; null when it is not given. An empty one is refused: leaving it out says the same and nothing else. */
    public @Nullable String text(String name) {
        String value = request.getParameter(name);
        if (value == null) {
            return null;
        }
        if (value.isBlank() && form) {
            return null;
        }
        if (value.isBlank()) {
            throw invalid(name, "left out, or not empty");
        }
        if (value.length() > MAX_TEXT) {
            throw new Refused(new Refusal.OutOfBounds(name, "1.." + MAX_TEXT + " characters"));
        }
        if (value.indexOf(0) >= 0) {
            throw invalid(name, "text without U+0000");
        }
        return value;
    }

    /** {@code after}, not read yet; null when it is not given. */
    public @Nullable String cursor() {
        String value = request.getParameter("after");
        if (form && value != null && value.isEmpty()) {
            return null;
        }
        if (value != null && value.length() > MAX_CURSOR) {
            throw Cursor.refused();
        }
        return value;
    }

    /** One of {@code allowed}; null when it is not given. */
    public @Nullable String oneOf(String name, List<String> allowed) {
        String value = text(name);
        if (value != null && !allowed.contains(value)) {
            throw invalid(name, "one of " + String.join(", ", allowed));
        }
        return value;
    }

    /** A value of that form; null when it is not given. */
    public @Nullable String matching(String name, Pattern form, String allowed) {
        String value = text(name);
        if (value != null && !form.matcher(value).matches()) {
            throw invalid(name, allowed);
        }
        return value;
    }

    public boolean has(String name) {
        return request.getParameter(name) != null;
    }

    /** {@code limit}: how many items a page has. */
    public int limit() {
        String value = text("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MAX_LIMIT && !value.startsWith("+")) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw new Refused(new Refusal.OutOfBounds("limit", "1.." + MAX_LIMIT));
        }
        throw new Refused(new Refusal.OutOfBounds("limit", "1.." + MAX_LIMIT));
    }

    /** The first instant that counts: a date is its first instant, UTC. */
    public @Nullable Instant from(String name) {
        return time(name, 0);
    }

    /** The first instant that does not count any more: an instant is that itself, a date counts to its end, UTC. */
    public @Nullable Instant until(String name) {
        return time(name, 1);
    }

    private @Nullable Instant time(String name, int plusDays) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            Instant time = value.length() == 10
                    ? LocalDate.parse(value).plusDays(plusDays).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(value).toInstant();
            int year = time.atOffset(ZoneOffset.UTC).getYear();
            if (year >= 1970 && year <= 9999) {
                return time;
            }
        } catch (DateTimeException e) {
            throw notATime(name);
        }
        throw notATime(name);
    }

    private static Refused notATime(String name) {
        return invalid(
                name,
                "a date such as 2026-11-22, or an instant such as 2026-11-22T11:00:00Z, from 1970 to 9999 ('+' is %2B)");
    }

    /**
     * A moment that has come: a date is its first instant, UTC. Null when it is not given.
     *
     * @throws Refused when it is later than {@code now}: nobody knows yet what will be
     */
    public @Nullable Instant past(String name, Instant now) {
        Instant time = time(name, 0);
        if (time != null && time.isAfter(now)) {
            throw new Refused(new Refusal.OutOfBounds(
                    name, "what has come: now it is " + RecordJson.time(RecordJson.micros(now))));
        }
        return time == null ? null : RecordJson.micros(time);
    }

    /** A calendar day, UTC; null when it is not given. */
    public @Nullable LocalDate day(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(value);
            if (day.getYear() >= 1970 && day.getYear() <= 9999) {
                return day;
            }
        } catch (DateTimeException e) {
            throw invalid(name, "a date such as 2026-11-22");
        }
        throw invalid(name, "a date such as 2026-11-22, from 1970 to 9999");
    }

    public static Refused invalid(String name, String allowed) {
        return new Refused(new Refusal.InvalidParameter(name, allowed));
    }
}
