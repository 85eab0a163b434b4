package io.keyledger.events.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import io.keyledger.events.policy.PolicyWords.Change;
import io.keyledger.events.policy.PolicyWords.Sentence;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyWordsTest {
    private static final UsagePolicy ALL = new UsagePolicy(
            List.of("orders:read", "orders:*"),
            List.of(new Route(List.of("GET", "HEAD"), "/orders/**"), new Route(null, "/health")),
            List.of("192.0.2.0/24", "2001:db8::/32"),
            List.of("CH", "DE"),
            List.of(
                    new Hours(
                            List.of(Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY),
                            "08:00",
                            "18:00",
                            "Europe/Zurich"),
                    new Hours(List.of(Day.SATURDAY, Day.SUNDAY), "22:00", "06:00", "UTC")),
            Instant.parse("2026-12-01T08:00:00Z"),
            List.of(new Rate(100, 10, Of.OWNER), new Rate(1, 3_600, Of.KEY)),
            List.of(new Quota(10_000, Period.DAY, "Europe/Zurich", Of.KEY)));

    @Test
    void every_member_is_said() {
        assertThat(PolicyWords.of(ALL))
                .extracting(Sentence::text)
                .containsExactly(
                        "Only with one of the permissions orders:read and orders:*",
                        "Only GET and HEAD /orders/** and any method on /health",
                        "Only from 192.0.2.0/24 and 2001:db8::/32",
                        "Only from Switzerland (CH) and Germany (DE)",
                        "Only Monday to Friday from 08:00 to 18:00 (Europe/Zurich) and Saturday and Sunday from 22:00 to 06:00 on the day"
                                + " after (UTC)",
                        "Only from 1 Dec 2026 08:00 UTC on",
                        "At most 100 requests in any 10 seconds, shared with the owner's other keys that have the same limit",
                        "At most 1 request in any hour",
                        "At most 10,000 requests a calendar day (Europe/Zurich)");
        assertThat(PolicyWords.of(null)).isEmpty();
        assertThat(PolicyWords.line(UsagePolicy.NONE)).isEqualTo("nothing but the scope");
    }

    @Test
    void changes_name_what_is_other_and_nothing_else() {
        UsagePolicy addresses = new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);
        assertThat(PolicyWords.changes(null, addresses))
                .containsExactly(new Change("addresses", "Addresses", "any", "Only from 192.0.2.0/24"));
        assertThat(PolicyWords.changes(ALL, addresses))
                .extracting(Change::member)
                .containsExactly(
                        "permissions", "routes", "addresses", "countries", "hours", "notBefore", "rates", "quotas");
        assertThat(PolicyWords.changes(ALL, ALL)).isEmpty();
    }
}
