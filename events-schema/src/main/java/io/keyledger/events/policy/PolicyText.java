package io.keyledger.events.policy;

import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The short forms in which people write the parts of a usage policy: {@code GET /orders/**}, {@code mon-fri 08:00-18:00
 * Europe/Zurich}, {@code 100/10s}, {@code 10000/day@Europe/Zurich}. Each part written by an {@code of} here is read back as
 * the same part. Whoever reads gets an {@link IllegalArgumentException} whose message says what is wrong with the value and
 * how to write it; whether a value is allowed at all is for command-service to decide.
 */
public final class PolicyText {
    private static final int DAY = 86_400;
    private static final int HOUR = 3_600;
    private static final int MINUTE = 60;
    private static final String NO_DAYS = "has days of no known form: write such as mon-fri or sat,sun";
    /** 999 million million: far beyond any use, and far from an overflow when it is multiplied. */
    private static final int DIGITS = 15;

    private static final Pattern METHODS = Pattern.compile("[A-Za-z]+(?:,[A-Za-z]+)*");
    private static final Pattern TIMES = Pattern.compile("(\\d{1,2}:\\d{2})-(\\d{1,2}:\\d{2})");
    private static final Pattern WINDOW = Pattern.compile("(\\d{0,9})(s|m|min|h|d)");
    private static final Pattern RANGE = Pattern.compile("([0-9a-fA-F:.]{2,45})(?:/(\\d{1,3}))?");
    private static final Pattern QUOTA = Pattern.compile("([^/]+)/([a-zA-Z]+)(?:@(.+))?");
    private static final Set<String> COUNTRIES = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);
    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .appendPattern("HH:mm")
            .optionalStart()
            .appendPattern(":ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter BRIEF = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);

    private PolicyText() {}

    /** {@code GET /orders/**}, {@code GET,HEAD /orders}, or {@code /orders} for any method. */
    public static Route route(String text) {
        String[] parts = text.strip().split("\\s+", 2);
        String path = parts[parts.length - 1];
        if (!path.startsWith("/") || path.chars().anyMatch(Character::isWhitespace)) {
            throw wrong(text, "is no route: write a path, or methods and a path, such as GET /orders/**");
        }
        if (parts.length == 1) {
            return new Route(null, path);
        }
        if (!METHODS.matcher(parts[0]).matches()) {
            throw wrong(text, "has no methods before its path: write them with commas, such as GET,HEAD /orders/**");
        }
        return new Route(
                Arrays.stream(parts[0].toUpperCase(Locale.ROOT).split(",", -1))
                        .distinct()
                        .sorted()
                        .toList(),
                path);
    }

    public static String of(Route route) {
        return route.methods() == null ? route.path() : String.join(",", route.methods()) + " " + route.path();
    }

    /** An address, or a range of them in CIDR notation; nothing is looked up. */
    public static String address(String text) {
        String stripped = text.strip();
        Matcher m = RANGE.matcher(stripped);
        int bits = m.matches() ? bits(m.group(1)) : 0;
        if (bits == 0) {
            throw wrong(text, "is no address and no range: write such as 192.0.2.0/24 or 2001:db8::/32");
        }
        if (m.group(2) != null && Integer.parseInt(m.group(2)) > bits) {
            throw wrong(text, "has a prefix beyond %d: write such as 192.0.2.0/24 or 2001:db8::/32".formatted(bits));
        }
        return stripped;
    }

    /** 32 or 128; 0 for what is no address. */
    private static int bits(String literal) {
        if (literal.indexOf(':') < 0 && literal.chars().filter(c -> c == '.').count() != 3) {
            return 0;
        }
        try {
            InetAddress.ofLiteral(literal);
            // Of an address of IPv4 that is written as one of IPv6 it makes one of IPv4.
            return literal.indexOf(':') < 0 ? 32 : 128;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** Two letters of ISO 3166-1, in any case. */
    public static String country(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        if (!COUNTRIES.contains(upper)) {
            throw wrong(text, "is no country: write the two letters of ISO 3166-1, such as CH or DE");
        }
        return upper;
    }

    /** {@code mon-fri 08:00-18:00 Europe/Zurich}; without days every day, without a zone UTC. */
    public static Hours hours(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        int at = 0;
        List<Day> days = null;
        if (!TIMES.matcher(parts[0]).matches()) {
            days = days(text, parts[0]);
            at = 1;
        }
        Matcher times = TIMES.matcher(parts.length > at ? parts[at] : "");
        if (!times.matches() || parts.length > at + 2) {
            throw wrong(text, "are no hours: write such as mon-fri 08:00-18:00 Europe/Zurich");
        }
        return new Hours(
                days,
                time(text, times.group(1), false),
                time(text, times.group(2), true),
                parts.length > at + 1 ? zone(parts[at + 1]) : "UTC");
    }

    public static String of(Hours hours) {
        String days =
                hours.days() == null ? "" : String.join(",", Week.names(hours.days(), PolicyText::brief, "-")) + " ";
        return "%s%s-%s %s".formatted(days, hours.from(), hours.to(), hours.zone());
    }

    private static List<Day> days(String whole, String text) {
        Set<Day> days = EnumSet.noneOf(Day.class);
        for (String part : text.split(",", -1)) {
            List<String> ends = List.of(part.split("-", -1));
            if (ends.size() > 2) {
                throw wrong(whole, NO_DAYS);
            }
            days.addAll(Week.run(day(whole, ends.getFirst()), day(whole, ends.getLast())));
        }
        return List.copyOf(days);
    }

    private static Day day(String whole, String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        for (Day day : Day.values()) {
            if (upper.length() >= 3 && day.name().startsWith(upper)) {
                return day;
            }
        }
        throw wrong(whole, NO_DAYS);
    }

    private static String brief(Day day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static String time(String whole, String text, boolean end) {
        int hour = Integer.parseInt(text.substring(0, text.indexOf(':')));
        int minute = Integer.parseInt(text.substring(text.indexOf(':') + 1));
        boolean midnight = end && hour == 24 && minute == 0;
        if (!midnight && (hour > 23 || minute > 59)) {
            throw wrong(whole, "has the time " + text + ": write 00:00 to 23:59, or 24:00 as an end");
        }
        return "%02d:%02d".formatted(hour, minute);
    }

    /** A zone of the IANA database, or {@code UTC}. */
    public static String zone(String text) {
        String stripped = text.strip();
        if (!ZoneId.getAvailableZoneIds().contains(stripped)) {
            throw wrong(text, "is no time zone: write such as Europe/Zurich or UTC");
        }
        return stripped;
    }

    /** {@code 100/10s}; s, m, h and d after the slash, without a number one of them. */
    public static Rate rate(String text, Of of) {
        int slash = text.indexOf('/');
        Matcher window = WINDOW.matcher(text.substring(slash + 1).strip().toLowerCase(Locale.ROOT));
        if (slash < 1 || !window.matches()) {
            throw wrong(text, "is no rate: write such as 100/10s or 5000/h (s, m, h or d)");
        }
        long number = window.group(1).isEmpty() ? 1 : Long.parseLong(window.group(1));
        return new Rate(
                number(text.substring(0, slash)),
                positive(text, number)
                        * switch (window.group(2)) {
                            case "s" -> 1;
                            case "h" -> HOUR;
                            case "d" -> DAY;
                            default -> MINUTE;
                        },
                of);
    }

    /** With the largest unit that leaves no rest. */
    public static String of(Rate rate) {
        return rate.requests() + "/" + window(rate.windowSeconds());
    }

    private static String window(long seconds) {
        if (seconds % DAY == 0) {
            return seconds / DAY + "d";
        }
        if (seconds % HOUR == 0) {
            return seconds / HOUR + "h";
        }
        return seconds % MINUTE == 0 ? seconds / MINUTE + "m" : seconds + "s";
    }

    /** {@code 10000/day@Europe/Zurich}; hour, day, week or month, without a zone UTC. */
    public static Quota quota(String text, Of of) {
        Matcher m = QUOTA.matcher(text.strip());
        if (m.matches()) {
            for (Period period : Period.values()) {
                if (period.name().equalsIgnoreCase(m.group(2))) {
                    return new Quota(number(m.group(1)), period, m.group(3) == null ? "UTC" : zone(m.group(3)), of);
                }
            }
        }
        throw wrong(text, "is no quota: write such as 10000/day@Europe/Zurich (hour, day, week or month)");
    }

    public static String of(Quota quota) {
        return "%d/%s@%s".formatted(quota.requests(), quota.period().name().toLowerCase(Locale.ROOT), quota.zone());
    }

    /** How many requests; spaces, apostrophes, underscores and commas between its digits are passed over. */
    public static long number(String text) {
        String digits = text.strip().replaceAll("(?<=\\d)[ \u00a0\u202f'’_,](?=\\d{3}(?!\\d))", "");
        if (!digits.matches("\\d+") || new BigInteger(digits).toString().length() > DIGITS) {
            throw wrong(text, "is no number of requests: write 1 or more, such as 100");
        }
        return positive(text, Long.parseLong(digits));
    }

    private static long positive(String text, long number) {
        if (number < 1) {
            throw wrong(text, "has a number below 1: write 1 or more");
        }
        return number;
    }

    /** {@code 2026-12-01T08:00} in UTC, or with a zone of its own: {@code 2026-12-01T08:00:00+01:00}. */
    public static Instant moment(String text) {
        String iso =
                text.strip().replaceFirst("^(\\d{4}-\\d{2}-\\d{2})\\s+", "$1T").toUpperCase(Locale.ROOT);
        try {
            return iso.matches("\\d{4}-\\d{2}-\\d{2}T[\\d:.]+")
                    ? LocalDateTime.parse(iso, LOCAL).toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeException e) {
            throw wrong(text, "is no moment: write such as 2026-12-01T08:00 (UTC) or 2026-12-01T08:00:00+01:00");
        }
    }

    /** As {@link #moment} reads it, in UTC, to the millisecond. */
    public static String of(Instant moment) {
        LocalDateTime local = LocalDateTime.ofInstant(moment.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC);
        return local.getSecond() == 0 && local.getNano() == 0 ? BRIEF.format(local) : LOCAL.format(local);
    }

    private static IllegalArgumentException wrong(String value, String fix) {
        String shown = value.strip();
        return new IllegalArgumentException(
                "“" + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + "” " + fix + ".");
    }

    /** What is in a text of several values: one a line, or parted by commas. */
    public static List<String> values(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split("[\\r\\n,;]+", -1))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .toList();
    }

    /** What is in a text of several values, one a line. */
    public static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : text.lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
    }
}
