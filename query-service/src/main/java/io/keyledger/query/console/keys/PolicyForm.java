package io.keyledger.query.console.keys;

import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.policy.PolicyText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A usage policy as a form holds it: texts, as they were typed. Pure. What it reads is early advice; command-service decides.
 *
 * @param permissions one a line or parted by commas, as addresses and countries are
 * @param routes one a line, as {@link PolicyText} has them, as hours are
 * @param notBefore UTC; empty = since ever
 */
public record PolicyForm(
        String permissions,
        String routes,
        String addresses,
        String countries,
        String hours,
        String notBefore,
        List<RateRow> rates,
        List<QuotaRow> quotas) {
    /** The name of the field by which a form says that it shows a policy; a form without it changes none. */
    static final String SHOWN = "policyShown";

    private static final int ROWS = 2;
    private static final RateRow NO_RATE = new RateRow("", "", "s", "key");
    private static final QuotaRow NO_QUOTA = new QuotaRow("", "day", "", "key");
    private static final Pattern MEMBER = Pattern.compile("(?:policy\\.)?([a-zA-Z]+)(?:[.\\[](\\d+))?.*");
    private static final List<String> WHERE =
            List.of("permissions", "routes", "addresses", "countries", "hours", "notBefore");
    private static final List<String> HOW_MUCH = List.of("rates", "quotas");

    /**
     * So many requests in any stretch of time.
     *
     * @param unit s, m, h or d
     * @param of key or owner
     */
    public record RateRow(String requests, String window, String unit, String of) {
        boolean isEmpty() {
            return requests.isBlank() && window.isBlank();
        }

        static RateRow of(Rate rate) {
            String text = PolicyText.of(rate);
            String window = text.substring(text.indexOf('/') + 1);
            int unit = window.length() - 1;
            return new RateRow(
                    Long.toString(rate.requests()),
                    window.substring(0, unit),
                    window.substring(unit),
                    lower(rate.of()));
        }
    }

    /**
     * So many requests in a period of the calendar.
     *
     * @param period hour, day, week or month
     * @param zone empty = UTC
     * @param of key or owner
     */
    public record QuotaRow(String requests, String period, String zone, String of) {
        boolean isEmpty() {
            return requests.isBlank();
        }

        static QuotaRow of(Quota quota) {
            return new QuotaRow(
                    Long.toString(quota.requests()), lower(quota.period()), quota.zone(), lower(quota.of()));
        }
    }

    /**
     * What was typed, as a policy.
     *
     * @param policy null when it narrows nothing, and when there are problems
     * @param problems what is wrong, by the member of the policy; of one row of limits, such as {@code rates.0}
     */
    public record Read(@Nullable UsagePolicy policy, Map<String, String> problems) {}

    /** An empty form for null. */
    public static PolicyForm of(@Nullable UsagePolicy policy) {
        UsagePolicy p = policy == null ? UsagePolicy.NONE : policy;
        return new PolicyForm(
                joined(p.permissions(), UnaryOperator.identity(), "\n"),
                joined(p.routes(), PolicyText::of, "\n"),
                joined(p.addresses(), UnaryOperator.identity(), "\n"),
                joined(p.countries(), UnaryOperator.identity(), ", "),
                joined(p.hours(), PolicyText::of, "\n"),
                p.notBefore() == null ? "" : PolicyText.of(p.notBefore()),
                p.rates() == null
                        ? List.of()
                        : p.rates().stream().map(RateRow::of).toList(),
                p.quotas() == null
                        ? List.of()
                        : p.quotas().stream().map(QuotaRow::of).toList());
    }

    /** The fields of a request, by name; rows that are empty are dropped. */
    public static PolicyForm of(Map<String, List<String>> fields) {
        List<RateRow> rates = new ArrayList<>();
        for (int i = 0; i < size(fields, "rateRequests"); i++) {
            rates.add(new RateRow(
                    at(fields, "rateRequests", i),
                    at(fields, "rateWindow", i),
                    at(fields, "rateUnit", i),
                    at(fields, "rateOf", i)));
        }
        rates.removeIf(RateRow::isEmpty);
        List<QuotaRow> quotas = new ArrayList<>();
        for (int i = 0; i < size(fields, "quotaRequests"); i++) {
            quotas.add(new QuotaRow(
                    at(fields, "quotaRequests", i),
                    at(fields, "quotaPeriod", i),
                    at(fields, "quotaZone", i),
                    at(fields, "quotaOf", i)));
        }
        quotas.removeIf(QuotaRow::isEmpty);
        return new PolicyForm(
                at(fields, "permissions", 0),
                at(fields, "routes", 0),
                at(fields, "addresses", 0),
                at(fields, "countries", 0),
                at(fields, "hours", 0),
                at(fields, "notBefore", 0),
                List.copyOf(rates),
                List.copyOf(quotas));
    }

    /** What was typed, as a policy, or what is wrong with it. */
    public Read read() {
        Map<String, String> problems = new LinkedHashMap<>();
        UsagePolicy policy = new UsagePolicy(
                sorted(all("permissions", PolicyText.values(permissions), UnaryOperator.identity(), problems)),
                all("routes", PolicyText.lines(routes), PolicyText::route, problems),
                all("addresses", PolicyText.values(addresses), PolicyText::address, problems),
                sorted(all(
                        "countries", PolicyText.values(countries.replace(' ', '\n')), PolicyText::country, problems)),
                all("hours", PolicyText.lines(hours), PolicyText::hours, problems),
                notBefore.isBlank() ? null : one("notBefore", notBefore, PolicyText::moment, problems),
                limits("rates", rates, PolicyForm::rate, problems),
                limits("quotas", quotas, PolicyForm::quota, problems));
        return new Read(problems.isEmpty() && !policy.isNone() ? policy : null, problems);
    }

    private static Rate rate(RateRow row) {
        if (row.requests().isBlank() || row.window().isBlank()) {
            throw new IllegalArgumentException("Give both: how many requests, and in what time.");
        }
        long requests = PolicyText.number(row.requests());
        return PolicyText.rate(requests + "/" + PolicyText.number(row.window()) + row.unit(), who(row.of()));
    }

    private static Quota quota(QuotaRow row) {
        String zone = row.zone().isBlank() ? "UTC" : PolicyText.zone(row.zone());
        return PolicyText.quota(PolicyText.number(row.requests()) + "/" + row.period() + "@" + zone, who(row.of()));
    }

    private static Of who(String of) {
        return of.equals("owner") ? Of.OWNER : Of.KEY;
    }

    private static <T> @Nullable List<T> all(
            String member, List<String> texts, Function<String, T> reader, Map<String, String> problems) {
        List<T> values = new ArrayList<>();
        for (String text : texts) {
            T value = one(member, text, reader, problems);
            if (value != null && !values.contains(value)) {
                values.add(value);
            }
        }
        return values.isEmpty() ? null : List.copyOf(values);
    }

    /** As the normal form has it, so that another order is no change. */
    private static @Nullable List<String> sorted(@Nullable List<String> values) {
        return values == null ? null : values.stream().sorted().toList();
    }

    private static <R, T> @Nullable List<T> limits(
            String member, List<R> rows, Function<R, T> reader, Map<String, String> problems) {
        List<T> values = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            T value = one(member + "." + i, rows.get(i), reader, problems);
            if (value != null) {
                values.add(value);
            }
        }
        return values.isEmpty() ? null : List.copyOf(values);
    }

    /** Of several problems of a member the first is told: the others may come of it. */
    private static <R, T> @Nullable T one(String member, R typed, Function<R, T> reader, Map<String, String> problems) {
        try {
            return reader.apply(typed);
        } catch (IllegalArgumentException e) {
            problems.putIfAbsent(member, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /**
     * Where a refusal of command-service belongs; null when it is about something else.
     *
     * @param field of the problem, such as {@code policy.addresses[2]}
     */
    static @Nullable String memberOf(@Nullable String field) {
        Matcher m = MEMBER.matcher(field == null ? "" : field);
        if (!m.matches()) {
            return null;
        }
        String member = m.group(1);
        if (HOW_MUCH.contains(member) && m.group(2) != null) {
            return member + "." + m.group(2);
        }
        return HOW_MUCH.contains(member) || WHERE.contains(member) ? member : null;
    }

    /** As many as there are, and room for another one. */
    public List<RateRow> rateRows() {
        return withRoom(rates, NO_RATE);
    }

    /** As many as there are, and room for another one. */
    public List<QuotaRow> quotaRows() {
        return withRoom(quotas, NO_QUOTA);
    }

    private static <T> List<T> withRoom(List<T> rows, T empty) {
        List<T> room = new ArrayList<>(rows);
        do {
            room.add(empty);
        } while (room.size() < ROWS);
        return room;
    }

    /** How many conditions are filled in: what a folded section says of itself. */
    public long conditions() {
        return List.of(permissions, routes, addresses, countries, hours, notBefore).stream()
                .filter(text -> !text.isBlank())
                .count();
    }

    public long limits() {
        return (long) rates.size() + quotas.size();
    }

    /** Whether a section is shown open: there is something in it, or something is wrong in it. */
    public boolean opens(boolean limits, Map<String, String> problems) {
        List<String> members = limits ? HOW_MUCH : WHERE;
        return (limits ? limits() : conditions()) > 0
                || problems.keySet().stream().anyMatch(p -> members.contains(p.replaceFirst("\\..*", "")));
    }

    private static <T> String joined(@Nullable List<T> values, Function<T, String> writer, String separator) {
        return values == null
                ? ""
                : String.join(separator, values.stream().map(writer).toList());
    }

    private static int size(Map<String, List<String>> fields, String name) {
        return fields.getOrDefault(name, List.of()).size();
    }

    /** What was sent, with one sort of line end; empty when nothing was. */
    private static String at(Map<String, List<String>> fields, String name, int i) {
        List<String> values = fields.getOrDefault(name, List.of());
        String value = i < values.size() ? values.get(i) : null;
        return value == null ? "" : value.replace("\r\n", "\n");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
