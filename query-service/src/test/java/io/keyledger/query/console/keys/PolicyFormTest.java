package io.keyledger.query.console.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import io.keyledger.requirements.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFormTest {
    private static final List<String> ZONES = List.of("UTC", "Europe/Zurich", "America/New_York");

    @Row("S5-29")
    @Test
    void a_policy_that_is_shown_and_sent_back_is_the_same_policy() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(529);
        for (int i = 0; i < 3_000; i++) {
            UsagePolicy policy = policy(random);
            PolicyForm shown = PolicyForm.of(policy);
            PolicyForm sent = PolicyForm.of(fields(shown));
            PolicyForm.Read read = sent.read();
            assertThat(read.problems()).as("%s", policy).isEmpty();
            assertThat(read.policy()).as("%s", policy).isEqualTo(policy.isNone() ? null : policy);
            assertThat(PolicyForm.of(read.policy())).isEqualTo(shown).isEqualTo(sent);
        }
    }

    @Test
    void an_empty_form_is_no_policy() {
        assertThat(PolicyForm.of(Map.of()).read()).isEqualTo(new PolicyForm.Read(null, Map.of()));
        PolicyForm blank = PolicyForm.of(Map.of(
                "addresses", List.of(" \r\n \r\n"),
                "rateRequests", List.of("", ""),
                "rateWindow", List.of("", ""),
                "quotaRequests", List.of("")));
        assertThat(blank.read()).isEqualTo(new PolicyForm.Read(null, Map.of()));
        assertThat(blank.conditions() + blank.limits()).isZero();
    }

    @Test
    void people_may_write_as_they_are_used_to() {
        UsagePolicy policy = PolicyForm.of(Map.of(
                        "permissions", List.of("orders:read, orders:write"),
                        "countries", List.of("ch de,CH"),
                        "addresses", List.of("192.0.2.7; 2001:db8::/32\r\n"),
                        "hours", List.of("Mon-Fri 8:00-18:00 Europe/Zurich"),
                        "rateRequests", List.of("", "1'000"),
                        "rateWindow", List.of("", "1"),
                        "rateUnit", List.of("s", "h"),
                        "rateOf", List.of("key", "owner")))
                .read()
                .policy();
        assertThat(policy)
                .isEqualTo(new UsagePolicy(
                        List.of("orders:read", "orders:write"),
                        null,
                        List.of("192.0.2.7", "2001:db8::/32"),
                        List.of("CH", "DE"),
                        List.of(new Hours(
                                List.of(Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY),
                                "08:00",
                                "18:00",
                                "Europe/Zurich")),
                        null,
                        List.of(new Rate(1_000, 3_600, Of.OWNER)),
                        null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addresses|192.0.2.0/33",
                "addresses|example.org",
                "countries|Switzerland",
                "routes|orders",
                "hours|mon-fri",
                "hours|mon-fri 08:00-18:00 Zurich",
                "notBefore|tomorrow"
            })
    void what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(String field, String typed) {
        PolicyForm form = PolicyForm.of(Map.of(field, List.of(typed), "permissions", List.of("orders:read")));
        PolicyForm.Read read = form.read();
        assertThat(read.policy()).isNull();
        assertThat(read.problems()).containsOnlyKeys(field);
        assertThat(fields(form)).containsEntry(field, List.of(typed));
        assertThat(form.opens(false, read.problems())).isTrue();
    }

    @Test
    void a_wrong_limit_is_told_at_its_row() {
        PolicyForm form = PolicyForm.of(Map.of(
                "rateRequests", List.of("100", "", "5"),
                "rateWindow", List.of("10", "", ""),
                "rateUnit", List.of("s", "s", "s"),
                "rateOf", List.of("key", "key", "key"),
                "quotaRequests", List.of("many"),
                "quotaPeriod", List.of("day"),
                "quotaZone", List.of("")));
        assertThat(form.read().problems()).containsOnlyKeys("rates.1", "quotas.0");
        assertThat(form.rateRows()).hasSize(3);
        assertThat(form.rateRows().get(1).requests()).isEqualTo("5");
        assertThat(form.opens(true, form.read().problems())).isTrue();
        assertThat(PolicyForm.of((UsagePolicy) null).opens(true, Map.of("quotas.0", "x")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "policy.addresses[2],addresses",
                "policy.addresses,addresses",
                "policy.rates[1].windowSeconds,rates.1",
                "policy.rates.0.requests,rates.0",
                "policy.quotas,quotas",
                "policy.notBefore,notBefore",
                "policy,-",
                "name,-",
                "-,-"
            })
    void a_refusal_finds_the_field_that_it_is_about(@Nullable String field, @Nullable String member) {
        assertThat(PolicyForm.memberOf(field)).isEqualTo(member);
    }

    /** As a browser sends it, empty rows included. */
    private static Map<String, List<String>> fields(PolicyForm form) {
        Map<String, List<String>> fields = new HashMap<>();
        Map.of(
                        "permissions", form.permissions(),
                        "routes", form.routes(),
                        "addresses", form.addresses(),
                        "countries", form.countries(),
                        "hours", form.hours(),
                        "notBefore", form.notBefore())
                .forEach((name, text) -> fields.put(name, List.of(text.replace("\n", "\r\n"))));
        form.rateRows().forEach(r -> {
            add(fields, "rateRequests", r.requests());
            add(fields, "rateWindow", r.window());
            add(fields, "rateUnit", r.unit());
            add(fields, "rateOf", r.of());
        });
        form.quotaRows().forEach(q -> {
            add(fields, "quotaRequests", q.requests());
            add(fields, "quotaPeriod", q.period());
            add(fields, "quotaZone", q.zone());
            add(fields, "quotaOf", q.of());
        });
        return fields;
    }

    private static void add(Map<String, List<String>> fields, String name, String value) {
        fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    private static UsagePolicy policy(RandomGenerator random) {
        List<Day> week = new ArrayList<>(List.of(Day.values()));
        week.removeIf(d -> random.nextInt(3) == 0);
        return new UsagePolicy(
                sorted(some(random, () -> "orders:" + random.nextInt(99))),
                some(
                        random,
                        () -> new Route(
                                random.nextBoolean() ? null : List.of("GET", "POST"), "/a/*/" + random.nextInt(99))),
                some(random, () -> "192.0.2." + random.nextInt(255) + "/" + (24 + random.nextInt(9))),
                random.nextBoolean() ? null : List.of("AT", "CH", "DE").subList(0, 1 + random.nextInt(3)),
                some(
                        random,
                        () -> new Hours(
                                week.isEmpty() ? null : List.copyOf(week),
                                "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60)),
                                random.nextBoolean() ? "24:00" : "%02d:30".formatted(random.nextInt(24)),
                                ZONES.get(random.nextInt(3)))),
                random.nextBoolean() ? null : Instant.ofEpochMilli(1_800_000_000_000L + random.nextLong(1L << 36)),
                some(
                        random,
                        () -> new Rate(
                                1 + random.nextInt(100_000),
                                (1 + random.nextInt(90))
                                        * List.of(1L, 60L, 3_600L, 86_400L).get(random.nextInt(4)),
                                List.of(Of.values()).get(random.nextInt(2)))),
                some(
                        random,
                        () -> new Quota(
                                1 + random.nextLong(1L << 40),
                                List.of(Period.values()).get(random.nextInt(4)),
                                ZONES.get(random.nextInt(3)),
                                List.of(Of.values()).get(random.nextInt(2)))));
    }

    private static @Nullable List<String> sorted(@Nullable List<String> values) {
        return values == null ? null : values.stream().sorted().toList();
    }

    /** Null, or up to four different ones. */
    private static <T> @Nullable List<T> some(RandomGenerator random, Supplier<T> one) {
        return random.nextBoolean()
                ? null
                : Stream.generate(one).limit(1 + random.nextInt(4)).distinct().toList();
    }
}
