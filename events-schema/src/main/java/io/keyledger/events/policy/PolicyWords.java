package io.keyledger.events.policy;

import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A usage policy in sentences for people: what a key may still be used for. */
public final class PolicyWords {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern(
                    "d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern(
                    "d MMM uuuu HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final int MINUTE_SECONDS = 60;
    private static final String ANY = "any";

    private PolicyWords() {}

    /**
     * One member of a policy.
     *
     * @param member its name in the policy, such as {@code addresses}
     * @param label for people, such as {@code Addresses}
     * @param text a sentence without its full stop, such as {@code Only from 192.0.2.0/24}
     */
    public record Sentence(String member, String label, String text) {}

    /** A member that is other than before; {@code any} stands where nothing is narrowed. */
    public record Change(String member, String label, String from, String to) {}

    /** One sentence for each member there is, limits one each; none for none. */
    public static List<Sentence> of(@Nullable UsagePolicy policy) {
        List<Sentence> sentences = new ArrayList<>();
        if (policy == null) {
            return sentences;
        }
        add(sentences, "permissions", permissions(policy.permissions()));
        add(sentences, "routes", routes(policy.routes()));
        add(sentences, "addresses", policy.addresses() == null ? null : "Only from " + list(policy.addresses()));
        add(sentences, "countries", countries(policy.countries()));
        add(sentences, "hours", hours(policy.hours()));
        add(sentences, "notBefore", notBefore(policy.notBefore()));
        if (policy.rates() != null) {
            policy.rates().forEach(r -> add(sentences, "rates", rate(r)));
        }
        if (policy.quotas() != null) {
            policy.quotas().forEach(q -> add(sentences, "quotas", quota(q)));
        }
        return sentences;
    }

    /** All of it in one line; {@code nothing but the scope} for none. */
    public static String line(@Nullable UsagePolicy policy) {
        List<Sentence> sentences = of(policy);
        return sentences.isEmpty()
                ? "nothing but the scope"
                : String.join("; ", sentences.stream().map(Sentence::text).toList());
    }

    /** What is other in {@code after}, member by member. */
    public static List<Change> changes(@Nullable UsagePolicy before, @Nullable UsagePolicy after) {
        List<Change> changes = new ArrayList<>();
        for (Member member : Member.values()) {
            String from = text(before, member);
            String to = text(after, member);
            if (!from.equals(to)) {
                changes.add(new Change(member.wire, member.label, from, to));
            }
        }
        return changes;
    }

    private static String text(@Nullable UsagePolicy policy, Member member) {
        List<String> texts = of(policy).stream()
                .filter(s -> s.member().equals(member.wire))
                .map(Sentence::text)
                .toList();
        return texts.isEmpty() ? ANY : String.join("; ", texts);
    }

    /** The label of a member; of an unknown one its name. */
    public static String label(String member) {
        return Arrays.stream(Member.values())
                .filter(m -> m.wire.equals(member))
                .map(m -> m.label)
                .findFirst()
                .orElse(member);
    }

    private enum Member {
        PERMISSIONS("permissions", "Permissions"),
        ROUTES("routes", "Routes"),
        ADDRESSES("addresses", "Addresses"),
        COUNTRIES("countries", "Countries"),
        HOURS("hours", "Hours"),
        NOT_BEFORE("notBefore", "Not before"),
        RATES("rates", "Rates"),
        QUOTAS("quotas", "Quotas");

        private final String wire;
        private final String label;

        Member(String wire, String label) {
            this.wire = wire;
            this.label = label;
        }
    }

    private static void add(List<Sentence> sentences, String member, @Nullable String text) {
        if (text != null) {
            sentences.add(new Sentence(member, label(member), text));
        }
    }

    private static @Nullable String permissions(@Nullable List<String> permissions) {
        return permissions == null
                ? null
                : (permissions.size() == 1 ? "Only with the permission " : "Only with one of the permissions ")
                        + list(permissions);
    }

    private static @Nullable String routes(@Nullable List<Route> routes) {
        return routes == null
                ? null
                : "Only " + list(routes.stream().map(PolicyWords::route).toList());
    }

    private static String route(Route route) {
        return route.methods() == null ? "any method on " + route.path() : list(route.methods()) + " " + route.path();
    }

    private static @Nullable String countries(@Nullable List<String> countries) {
        return countries == null
                ? null
                : "Only from "
                        + list(countries.stream().map(PolicyWords::country).toList());
    }

    private static String country(String code) {
        String name = Locale.of("", code).getDisplayCountry(Locale.ENGLISH);
        return name.isEmpty() || name.equals(code) ? code : "%s (%s)".formatted(name, code);
    }

    private static @Nullable String hours(@Nullable List<Hours> hours) {
        return hours == null
                ? null
                : "Only " + list(hours.stream().map(PolicyWords::hours).toList());
    }

    private static String hours(Hours h) {
        String days = h.days() == null || h.days().size() == Day.values().length
                ? "every day"
                : list(Week.names(h.days(), PolicyWords::day, " to "));
        // Both are times of day of one form, so that text order is their order.
        String end = h.from().compareTo(h.to()) < 0 ? h.to() : h.to() + " on the day after";
        return "%s from %s to %s (%s)".formatted(days, h.from(), end, h.zone());
    }

    private static String day(Day day) {
        return day.name().charAt(0) + day.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static @Nullable String notBefore(@Nullable Instant time) {
        return time == null
                ? null
                : "Only from %s on"
                        .formatted((time.getEpochSecond() % MINUTE_SECONDS == 0 ? MINUTE : SECOND).format(time));
    }

    private static String rate(Rate r) {
        return "At most %s in any %s%s".formatted(requests(r.requests()), span(r.windowSeconds()), shared(r.of()));
    }

    private static String quota(Quota q) {
        String period = q.period().name().toLowerCase(Locale.ROOT);
        return "At most %s a calendar %s (%s)%s".formatted(requests(q.requests()), period, q.zone(), shared(q.of()));
    }

    private static String requests(long n) {
        return String.format(Locale.ENGLISH, "%,d request%s", n, n == 1 ? "" : "s");
    }

    private static String shared(Of of) {
        return switch (of) {
            case KEY -> "";
            case OWNER -> ", shared with the owner's other keys that have the same limit";
        };
    }

    private static String span(long seconds) {
        long[] sizes = {86_400, 3_600, 60, 1};
        String[] units = {"day", "hour", "minute", "second"};
        for (int i = 0; i < sizes.length; i++) {
            if (seconds % sizes[i] == 0) {
                long n = seconds / sizes[i];
                return n == 1 ? units[i] : n + " " + units[i] + "s";
            }
        }
        throw new IllegalStateException(Objects.toString(seconds));
    }

    private static String list(List<String> parts) {
        int last = parts.size() - 1;
        return last < 1
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }
}
