package io.keyledger.command.web;

import static io.keyledger.command.key.Keys.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Day;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Period;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFieldsTest {

    private static @Nullable UsagePolicy read(String policy) {
        Body body = Body.parse(("{\"policy\":" + policy.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8));
        UsagePolicy usage = PolicyFields.usage(body);
        body.end();
        return usage;
    }

    @Test
    void a_policy_is_brought_into_its_normal_form() {
        assertThat(read("""
                {'permissions': ['orders:write', 'orders:*', 'orders:write'],
                 'routes': [{'methods': ['POST', 'GET'], 'path': '/orders/*/items'}, {'path': '/reports/**'},
                            {'path': '/reports/**'}, {'path': '/'}, {'path': '/**'}],
                 'addresses': ['10.1.2.3', '2001:DB8:0:0::/32', '::ffff:192.0.2.0/120', '10.1.2.3/32'],
                 'countries': ['de', 'CH'],
                 'hours': [{'days': ['friday', 'monday'], 'from': '22:00', 'to': '06:00', 'zone': 'Europe/Zurich'},
                           {'from': '00:00', 'to': '24:00', 'zone': 'UTC'}],
                 'notBefore': '2026-12-01T01:00:00.1234567+01:00',
                 'rates': [{'requests': 5, 'windowSeconds': 1}, {'requests': 5, 'windowSeconds': 1, 'of': 'owner'}],
                 'quotas': [{'requests': 1000000000000, 'period': 'month'},
                            {'requests': 1, 'period': 'hour', 'zone': 'Asia/Kathmandu', 'of': 'owner'}]}"""))
                .isEqualTo(new UsagePolicy(
                        List.of("orders:*", "orders:write"),
                        List.of(
                                new Route(List.of("GET", "POST"), "/orders/*/items"),
                                new Route(null, "/reports/**"),
                                new Route(null, "/"),
                                new Route(null, "/**")),
                        List.of("10.1.2.3/32", "2001:db8::/32", "192.0.2.0/24"),
                        List.of("CH", "DE"),
                        List.of(
                                new Hours(List.of(Day.MONDAY, Day.FRIDAY), "22:00", "06:00", "Europe/Zurich"),
                                new Hours(null, "00:00", "24:00", "UTC")),
                        Instant.parse("2026-12-01T00:00:00.123456Z"),
                        List.of(new Rate(5, 1, Of.KEY), new Rate(5, 1, Of.OWNER)),
                        List.of(
                                new Quota(1_000_000_000_000L, Period.MONTH, "UTC", Of.KEY),
                                new Quota(1, Period.HOUR, "Asia/Kathmandu", Of.OWNER))));
    }

    @Test
    void a_policy_that_narrows_nothing_is_none() {
        assertThat(read("null")).isNull();
        assertThat(read("{}")).isNull();
        assertThat(read("{'routes': null, 'countries': null}")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'adresses': ['10.0.0.0/8']} | policy.adresses",
                "{'routes': [{'path': '/a', 'verb': 'GET'}]} | policy.routes[0].verb",
                "{'routes': [{'methods': ['GET']}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a'}, {'path': 'a'}]} | policy.routes[1].path",
                "{'routes': [{'path': '/a//b'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a/'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a/../b'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/**/b'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a*'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/%61'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a?b=1'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a;b'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a b'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/ü'}]} | policy.routes[0].path",
                "{'routes': [{'path': '/a', 'methods': ['get']}]} | policy.routes[0].methods[0]",
                "{'routes': [{'path': '/a', 'methods': []}]} | policy.routes[0].methods",
                "{'routes': ['/a']} | policy.routes[0]",
                "{'routes': {}} | policy.routes",
                "{'routes': []} | policy.routes",
                "{'permissions': ['orders']} | policy.permissions[0]",
                "{'permissions': ['orders:read', '*:read']} | policy.permissions[1]",
                "{'permissions': ['*']} | policy.permissions[0]",
                "{'permissions': ['a:b:c']} | policy.permissions[0]",
                "{'permissions': 'orders:read'} | policy.permissions",
                "{'addresses': ['10.0.0.0/8', '::1', '10.0.0.1/8']} | policy.addresses[2]",
                "{'addresses': ['10.0.0.0/33']} | policy.addresses[0]",
                "{'addresses': ['localhost']} | policy.addresses[0]",
                "{'addresses': ['010.0.0.1']} | policy.addresses[0]",
                "{'countries': ['ZZ']} | policy.countries[0]",
                "{'countries': ['CHE']} | policy.countries[0]",
                "{'hours': [{'from': '24:00', 'to': '06:00', 'zone': 'UTC'}]} | policy.hours[0].from",
                "{'hours': [{'from': '06:00', 'to': '24:01', 'zone': 'UTC'}]} | policy.hours[0].to",
                "{'hours': [{'from': '6:00', 'to': '07:00', 'zone': 'UTC'}]} | policy.hours[0].from",
                "{'hours': [{'from': '06:00', 'to': '07:00'}]} | policy.hours[0].zone",
                "{'hours': [{'from': '06:00', 'to': '07:00', 'zone': 'Mars/Olympus'}]} | policy.hours[0].zone",
                "{'hours': [{'from': '06:00', 'to': '07:00', 'zone': '+01:00'}]} | policy.hours[0].zone",
                "{'hours': [{'days': ['Mon'], 'from': '06:00', 'to': '07:00', 'zone': 'UTC'}]} | policy.hours[0].days[0]",
                "{'notBefore': 'tomorrow'} | policy.notBefore",
                "{'notBefore': '+10000-01-01T00:00:00Z'} | policy.notBefore",
                "{'rates': [{'requests': 0, 'windowSeconds': 1}]} | policy.rates[0].requests",
                "{'rates': [{'requests': 1.5, 'windowSeconds': 1}]} | policy.rates[0].requests",
                "{'rates': [{'requests': 1, 'windowSeconds': 86401}]} | policy.rates[0].windowSeconds",
                "{'rates': [{'requests': 1}]} | policy.rates[0].windowSeconds",
                "{'rates': [{'requests': 1, 'windowSeconds': 9}, {'requests': 2, 'windowSeconds': 9}]} |"
                        + " policy.rates[1].windowSeconds",
                "{'quotas': [{'requests': 1000000000001, 'period': 'day'}]} | policy.quotas[0].requests",
                "{'quotas': [{'requests': 99999999999999999999, 'period': 'day'}]} | policy.quotas[0].requests",
                "{'quotas': [{'requests': 1, 'period': 'year'}]} | policy.quotas[0].period",
                "{'quotas': [{'requests': 1, 'period': 'day', 'of': 'tenant'}]} | policy.quotas[0].of",
                "[] | policy",
                "'none' | policy",
            })
    void what_is_wrong_is_refused_by_the_name_of_its_member(String policy, String field) {
        Refusal refusal = refusal(() -> read(policy.strip()));
        assertThat(Problem.of(refusal).body(null)).as(policy).containsEntry("field", field);
    }

    @Test
    void a_range_with_bits_behind_its_length_is_told_what_was_meant() {
        assertThat(Problem.of(refusal(() -> read("{'addresses': ['10.1.2.3/8']}")))
                        .body(null)
                        .get("detail"))
                .asString()
                .contains("10.0.0.0/8 perhaps");
    }

    @Test
    void no_list_is_longer_than_its_limit() {
        String hundred = String.join(",", Collections.nCopies(100, "'10.0.0.1'"));
        assertThat(read("{'addresses': [" + hundred + "]}"))
                .isEqualTo(new UsagePolicy(null, null, List.of("10.0.0.1/32"), null, null, null, null, null));
        assertThat(refusal(() -> read("{'addresses': ['::1'," + hundred + "]}")))
                .isEqualTo(new Refusal.InvalidValue(
                        "policy.addresses", "1 to 100 entries; to narrow nothing, leave it out"));
    }
}
