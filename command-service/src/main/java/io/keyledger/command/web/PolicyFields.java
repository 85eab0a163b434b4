package io.keyledger.command.web;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Places;
import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The member {@code policy} of a body, read strictly and brought into the normal form of {@link UsagePolicy}. */
public final class PolicyFields {
    private static final int MAX_PERMISSIONS = 50;
    private static final int MAX_ROUTES = 50;
    private static final int MAX_METHODS = 10;
    private static final int MAX_HOURS = 20;
    private static final int MAX_RATES = 5;
    private static final int MAX_QUOTAS = 8;
    private static final int MAX_PATH = 200;
    private static final long MAX_WINDOW_SECONDS = 86_400;
    private static final long MAX_REQUESTS = 1_000_000_000_000L;
    private static final int LAST_YEAR = 9999;

    private static final Pattern PERMISSION = Pattern.compile("[a-z0-9-]{1,40}:(?:[a-z0-9-]{1,40}|\\*)");
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");
    private static final Pattern TIME = Pattern.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]");
    private static final String MIDNIGHT = "24:00";

    /** One segment: {@code *}, or visible ASCII that means itself on every server. */
    private static final Pattern SEGMENT = Pattern.compile("\\*|(?!\\.{1,2}$)[!-~&&[^/*%;?#\\\\]]+");

    private static final String PATH =
            "/ and segments of visible ASCII without any of *%%;?#\\ and other than . and .., of at most %d characters in all;"
                            .formatted(MAX_PATH)
                    + " a segment may be *, the last one **: /orders/*/items, /reports/**";

    private PolicyFields() {}

    /** The policy in the body; null when there is none, and for one that narrows nothing. */
    public static @Nullable UsagePolicy usage(Body body) {
        Body policy = body.part("policy");
        if (policy == null) {
            return null;
        }
        UsagePolicy usage = new UsagePolicy(
                sorted(permissions(policy)),
                routes(policy),
                addresses(policy),
                sorted(texts(policy, "countries", Places.MOST, "a country " + Places.COUNTRY, Places::country)),
                hours(policy),
                notBefore(policy),
                rates(policy),
                quotas(policy));
        policy.end();
        return usage.isNone() ? null : usage;
    }

    private static @Nullable List<String> permissions(Body policy) {
        return texts(
                policy,
                "permissions",
                MAX_PERMISSIONS,
                "resource:action or resource:* in lower-case letters, digits and hyphens, such as orders:read or orders:*",
                text -> PERMISSION.matcher(text).matches() ? text : null);
    }

    private static @Nullable List<Route> routes(Body policy) {
        return objects(policy, "routes", MAX_ROUTES, route -> {
            List<String> methods = texts(
                    route,
                    "methods",
                    MAX_METHODS,
                    "a method in upper case, such as GET",
                    text -> METHOD.matcher(text).matches() ? text : null);
            String path = route.text("path");
            if (!isPattern(path)) {
                throw new Refused(new Refusal.InvalidValue(route.named("path"), PATH));
            }
            return new Route(sorted(methods), path);
        });
    }

    private static boolean isPattern(String path) {
        if (!path.startsWith("/") || path.length() > MAX_PATH) {
            return false;
        }
        String rest = path.equals("/**")
                ? ""
                : path.endsWith("/**") ? path.substring(1, path.length() - 3) : path.substring(1);
        return rest.isEmpty()
                || Arrays.stream(rest.split("/", -1))
                        .allMatch(segment -> SEGMENT.matcher(segment).matches());
    }

    private static @Nullable List<String> addresses(Body policy) {
        List<String> given = policy.optionalTexts("addresses");
        if (given == null) {
            return null;
        }
        count(policy.named("addresses"), given.size(), Places.MOST);
        Set<String> ranges = new LinkedHashSet<>();
        for (int i = 0; i < given.size(); i++) {
            String range = Places.range(given.get(i));
            if (range == null) {
                String meant = Places.meant(given.get(i));
                throw new Refused(new Refusal.InvalidValue(
                        policy.named("addresses[" + i + "]"),
                        "an address range " + Places.RANGE + (meant == null ? "" : ": " + meant + " perhaps")));
            }
            ranges.add(range);
        }
        return List.copyOf(ranges);
    }

    private static @Nullable List<Hours> hours(Body policy) {
        return objects(
                policy,
                "hours",
                MAX_HOURS,
                hours -> new Hours(
                        days(hours), time(hours, "from"), time(hours, "to"), zone(hours, hours.text("zone"))));
    }

    private static @Nullable List<Day> days(Body hours) {
        List<String> given = hours.optionalTexts("days");
        if (given == null) {
            return null;
        }
        count(hours.named("days"), given.size(), Day.values().length);
        Set<Day> days = EnumSet.noneOf(Day.class);
        for (int i = 0; i < given.size(); i++) {
            days.add(oneOf(hours.named("days[" + i + "]"), given.get(i), Day.values()));
        }
        return List.copyOf(days);
    }

    private static String time(Body hours, String field) {
        String text = hours.text(field);
        boolean to = field.equals("to");
        if (!TIME.matcher(text).matches() && !(to && text.equals(MIDNIGHT))) {
            throw new Refused(new Refusal.InvalidValue(
                    hours.named(field), "a time of day as HH:mm, from 00:00 to " + (to ? MIDNIGHT : "23:59")));
        }
        return text;
    }

    /** Only names of the database: an offset would not follow the clocks. */
    private static String zone(Body of, String text) {
        if (!ZoneId.getAvailableZoneIds().contains(text)) {
            throw new Refused(new Refusal.InvalidValue(
                    of.named("zone"), "a zone of the IANA database, such as Europe/Zurich or UTC"));
        }
        return text;
    }

    private static @Nullable Instant notBefore(Body policy) {
        String text = policy.optionalText("notBefore");
        if (text == null) {
            return null;
        }
        try {
            Instant time = RecordJson.micros(Instant.parse(text));
            int year = time.atOffset(java.time.ZoneOffset.UTC).get(ChronoField.YEAR);
            if (year >= 1970 && year <= LAST_YEAR) {
                return time;
            }
        } catch (DateTimeException _) {
            // Refused below.
        }
        throw new Refused(new Refusal.InvalidValue(
                policy.named("notBefore"), "an instant such as 2027-01-31T12:00:00Z, from 1970 to 9999"));
    }

    private static @Nullable List<Rate> rates(Body policy) {
        Set<List<Object>> seen = new HashSet<>();
        return objects(policy, "rates", MAX_RATES, rate -> {
            Rate read = new Rate(
                    whole(rate, "requests", MAX_REQUESTS), whole(rate, "windowSeconds", MAX_WINDOW_SECONDS), of(rate));
            if (!seen.add(List.of(read.windowSeconds(), read.of()))) {
                throw new Refused(new Refusal.InvalidValue(
                        rate.named("windowSeconds"),
                        "another than in the rates before it that count the same requests"));
            }
            return read;
        });
    }

    private static @Nullable List<Quota> quotas(Body policy) {
        Set<List<Object>> seen = new HashSet<>();
        return objects(policy, "quotas", MAX_QUOTAS, quota -> {
            String zone = quota.optionalText("zone");
            Quota read = new Quota(
                    whole(quota, "requests", MAX_REQUESTS),
                    oneOf(quota.named("period"), quota.text("period"), Period.values()),
                    zone(quota, zone == null ? "UTC" : zone),
                    of(quota));
            if (!seen.add(List.of(read.period(), read.of()))) {
                throw new Refused(new Refusal.InvalidValue(
                        quota.named("period"), "another than in the quotas before it that count the same requests"));
            }
            return read;
        });
    }

    private static Of of(Body limit) {
        String text = limit.optionalText("of");
        return text == null ? Of.KEY : oneOf(limit.named("of"), text, Of.values());
    }

    private static long whole(Body body, String field, long most) {
        long value = Body.require(body.named(field), body.optionalWhole(field));
        if (value < 1 || value > most) {
            throw new Refused(
                    new Refusal.InvalidValue(body.named(field), "a whole number from 1 to %d".formatted(most)));
        }
        return value;
    }

    private static <E extends Enum<E>> E oneOf(String field, String text, E[] values) {
        for (E value : values) {
            if (RecordJson.wire(value).equals(text)) {
                return value;
            }
        }
        throw new Refused(new Refusal.InvalidValue(
                field, Arrays.stream(values).map(RecordJson::wire).collect(Collectors.joining(", ", "one of ", ""))));
    }

    /** @param normal form of one, null when it is not allowed */
    private static @Nullable List<String> texts(
            Body body, String field, int most, String allowed, Function<String, @Nullable String> normal) {
        List<String> given = body.optionalTexts(field);
        if (given == null) {
            return null;
        }
        count(body.named(field), given.size(), most);
        Set<String> texts = new LinkedHashSet<>();
        for (int i = 0; i < given.size(); i++) {
            String text = normal.apply(given.get(i));
            if (text == null) {
                throw new Refused(new Refusal.InvalidValue(body.named(field + "[" + i + "]"), allowed));
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    private static <T> @Nullable List<T> objects(Body body, String field, int most, Function<Body, T> read) {
        List<Body> given = body.parts(field);
        if (given == null) {
            return null;
        }
        count(body.named(field), given.size(), most);
        Set<T> all = new LinkedHashSet<>();
        for (Body one : given) {
            all.add(read.apply(one));
            one.end();
        }
        return List.copyOf(all);
    }

    private static void count(String field, int count, int most) {
        if (count < 1 || count > most) {
            throw new Refused(new Refusal.InvalidValue(
                    field, "1 to %d entries; to narrow nothing, leave it out".formatted(most)));
        }
    }

    private static @Nullable List<String> sorted(@Nullable Collection<String> texts) {
        return texts == null ? null : List.copyOf(new TreeSet<>(texts));
    }
}
