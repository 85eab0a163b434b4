package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Route;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Logs.Issued;
import io.keyledger.verifier.Verdict.Code;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementTest {
    private static final String[] PERMISSIONS = {"orders:read", "orders:write", "items:read", "http:read", "a:b:c"};
    private static final String[] ALLOWED = {"orders:read", "orders:*", "items:*", "http:read", "a:*"};
    private static final String[] METHODS = {"GET", "POST", "get", "DELETE"};
    private static final String[] SEGMENTS = {
        "a", "b", "A", "..", ".", "", "a;v=1", "%61", "%2e%2e", "a%2fb", "%zz", "b\\", "%5c", "%00", "%25", "*", "**",
        "a%3b"
    };
    private static final String[] PATTERNS = {"a", "b", "*", "A"};
    private static final String[] COUNTRIES = {"CH", "DE", "US"};

    /** By the last digit of the address; some are unknown. */
    private static final Countries ATLAS = address -> {
        int digit = (int) (address.low() & 3);
        return digit == 3 ? null : COUNTRIES[digit];
    };

    private record Case(
            CredentialRecord record,
            @Nullable PrincipalRecord tenant,
            @Nullable PrincipalRecord owner,
            Instant now,
            Standing standing,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip) {
        Ask ask(Ask ask) {
            return ask.set(permission, method, path, ip);
        }
    }

    private static <T> @Nullable T maybe(Random random, int oneOf, Supplier<T> value) {
        return random.nextInt(oneOf) == 0 ? value.get() : null;
    }

    private static <T> List<T> some(Random random, Supplier<T> value) {
        List<T> all = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            all.add(value.get());
        }
        return all;
    }

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static Route route(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            path.append('/').append(pick(random, PATTERNS));
        }
        if (path.isEmpty() || random.nextBoolean()) {
            path.append(random.nextBoolean() || path.isEmpty() ? "/**" : "");
        }
        return new Route(maybe(random, 2, () -> List.of("GET", "POST")), path.toString());
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            boolean plain = random.nextInt(3) > 0;
            path.append('/').append(plain ? pick(random, PATTERNS) : pick(random, SEGMENTS));
        }
        return (path.isEmpty() && random.nextInt(4) > 0 ? "/" : path.toString())
                + (random.nextInt(6) == 0 ? "?q=/../x" : "");
    }

    /** Each condition is there in one of {@code rare} policies. */
    private static UsagePolicy policy(Random random, int rare) {
        return new UsagePolicy(
                maybe(random, rare, () -> some(random, () -> pick(random, ALLOWED))),
                maybe(random, rare, () -> some(random, () -> route(random))),
                maybe(random, rare, () -> some(random, () -> AddressTest.randomRange(random))),
                maybe(random, rare, () -> some(random, () -> pick(random, COUNTRIES))),
                maybe(random, rare, () -> some(random, () -> LocalHoursTest.random(random))),
                maybe(random, rare, () -> Logs.NOON.plusSeconds(random.nextInt(5) - 2)),
                null,
                null);
    }

    private static <E> E pick(Random random, E[] from, int usualFirst) {
        return random.nextInt(usualFirst) > 0 ? from[0] : from[random.nextInt(from.length)];
    }

    private static @Nullable Instant end(Random random) {
        return random.nextInt(4) == 0 ? Logs.NOON.plusSeconds(random.nextInt(40) - 4) : null;
    }

    private static Case random(Random random) {
        State[] states = {State.ACTIVE, State.SUSPENDED, State.REPLACED, State.EXPIRED, State.REVOKED, State.DELETED};
        KeyKind kind = pick(random, new KeyKind[] {KeyKind.KEY, KeyKind.PERSONAL, KeyKind.BOOTSTRAP}, 1);
        Instant expiresAt = end(random);
        Instant notAfter = random.nextBoolean() ? expiresAt : end(random);
        CredentialRecord record = new CredentialRecord(
                new CredentialId("0".repeat(CredentialId.LENGTH)),
                Ids.newKeyId(Logs.NOON),
                TenantId.DEFAULT,
                1,
                pick(random, states, 8),
                kind,
                pick(random, new Scope[] {Scope.ADMIN, Scope.READ_WRITE, Scope.READ_ONLY, Scope.DEFAULT}, 2),
                Logs.ALICE,
                "k",
                random.nextBoolean(),
                notAfter,
                expiresAt,
                "p1",
                "A".repeat(43),
                random.nextInt(5) == 0 ? null : policy(random, 1 + random.nextInt(6)));
        PrincipalRecord tenant = PrincipalRecord.tenant(
                TenantId.DEFAULT,
                1,
                random.nextInt(10) > 0,
                null,
                maybe(random, 3, () -> some(random, () -> AddressTest.randomRange(random))),
                maybe(random, 3, () -> some(random, () -> pick(random, COUNTRIES))));
        PrincipalRecord owner = PrincipalRecord.user(
                Logs.ALICE,
                TenantId.DEFAULT,
                1,
                random.nextInt(10) > 0,
                List.of(),
                random.nextInt(10) == 0 ? null : pick(random, new Scope[] {Scope.ADMIN, Scope.READ_ONLY}, 3));
        return new Case(
                record,
                random.nextInt(12) == 0 ? null : tenant,
                random.nextInt(12) == 0 ? null : owner,
                random.nextBoolean() ? Logs.NOON : moment(random, record),
                pick(random, new Standing[] {Standing.LIVE, Standing.LAPSED, Standing.STALE, Standing.STARTING}, 4),
                random.nextInt(4) == 0 ? null : pick(random, PERMISSIONS),
                random.nextInt(8) == 0 ? null : pick(random, METHODS),
                random.nextInt(8) == 0 ? null : path(random),
                random.nextInt(8) == 0 ? null : random.nextInt(8) == 0 ? "unknown" : AddressTest.random(random));
    }

    /** Near a change of the clocks of the policy's own zone, if it has one. */
    private static Instant moment(Random random, CredentialRecord record) {
        List<Hours> hours = record.policy() == null ? null : record.policy().hours();
        if (hours == null) {
            return Logs.NOON.plusSeconds(random.nextInt(8) - 4);
        }
        List<Instant> changes = LocalHoursTest.around(ZoneId.of(hours.getFirst().zone()));
        return changes.get(random.nextInt(changes.size())).plusSeconds(random.nextInt(200_000) - 100_000);
    }

    /** The first reason against it, in the order that is promised; each told in another way than the code under test does. */
    private static Code naive(Case c) {
        CredentialRecord key = c.record;
        UsagePolicy policy = key.policy() == null ? UsagePolicy.NONE : key.policy();
        boolean personal = key.kind() == KeyKind.PERSONAL;
        Map<State, Code> ofState = new EnumMap<>(Map.of(
                State.SUSPENDED, Code.SUSPENDED,
                State.REPLACED, Code.REPLACED,
                State.EXPIRED, Code.EXPIRED,
                State.REVOKED, Code.REVOKED,
                State.DELETED, Code.DELETED));
        if (key.state() != State.ACTIVE) {
            return java.util.Objects.requireNonNull(ofState.get(key.state()));
        }
        boolean on = c.tenant != null && c.tenant.enabled();
        if (!on && key.kind() != KeyKind.BOOTSTRAP) {
            return Code.DISABLED;
        }
        if (c.owner == null ? personal : !c.owner.enabled()) {
            return Code.DISABLED;
        }
        if (key.expiresAt() != null && !c.now.isBefore(key.expiresAt())) {
            return Code.EXPIRED;
        }
        if (key.notAfter() != null && !c.now.isBefore(key.notAfter())) {
            return Code.REPLACED;
        }
        if (policy.notBefore() != null && c.now.isBefore(policy.notBefore())) {
            return Code.NOT_YET_VALID;
        }
        if (c.standing == Standing.STARTING) {
            return Code.STARTING;
        }
        if (c.standing == Standing.STALE || c.standing == Standing.LAPSED && key.strict()) {
            return Code.STALE;
        }
        String permission = c.permission;
        if (permission != null) {
            boolean ceiling = !personal
                    || c.owner != null
                            && c.owner.ceiling() != null
                            && c.owner.ceiling().grants(permission);
            if (!key.scope().grants(permission) || !ceiling) {
                return Code.FORBIDDEN;
            }
            if (policy.permissions() != null
                    && policy.permissions().stream()
                            .noneMatch(p -> permission.matches(Pattern.quote(p).replace("*", "\\E[^:]+\\Q")))) {
                return Code.PERMISSION_NOT_ALLOWED;
            }
        }
        if (policy.routes() != null && policy.routes().stream().noneMatch(r -> matches(r, c))) {
            return Code.ROUTE_NOT_ALLOWED;
        }
        PrincipalRecord network = personal ? c.tenant : null;
        if (!inOne(policy.addresses(), c.ip) || network != null && !inOne(network.tokenAddresses(), c.ip)) {
            return Code.ADDRESS_NOT_ALLOWED;
        }
        if (!isIn(policy.countries(), c.ip) || network != null && !isIn(network.tokenCountries(), c.ip)) {
            return Code.COUNTRY_NOT_ALLOWED;
        }
        return policy.hours() == null || policy.hours().stream().anyMatch(h -> LocalHoursTest.hold(h, c.now))
                ? Code.ACCEPTED
                : Code.OUTSIDE_HOURS;
    }

    private static boolean inOne(@Nullable List<String> ranges, @Nullable String ip) {
        return ranges == null
                || ip != null
                        && !ip.equals("unknown")
                        && ranges.stream().anyMatch(range -> AddressTest.holds(range, ip));
    }

    private static boolean isIn(@Nullable List<String> countries, @Nullable String ip) {
        if (countries == null) {
            return true;
        }
        if (ip == null || ip.equals("unknown")) {
            return false;
        }
        int digit = AddressTest.number(ip).intValue() & 3;
        return digit != 3 && countries.contains(COUNTRIES[digit]);
    }

    private static boolean matches(Route route, Case c) {
        String path = plain(c.path);
        String pattern =
                route.path().replace("/**", "\u0001").replace("*", "[^/]+").replace("\u0001", "(/[^/]+)*");
        return path != null
                && path.matches(pattern + (pattern.isEmpty() || path.isEmpty() ? "/?" : ""))
                && (route.methods() == null
                        || c.method != null && route.methods().contains(c.method));
    }

    /** The one meaning of a path, or null. */
    private static @Nullable String plain(@Nullable String raw) {
        if (raw == null || raw.isEmpty() || raw.charAt(0) != '/') {
            return null;
        }
        Deque<String> segments = new ArrayDeque<>();
        for (String part : raw.split("[?#]", 2)[0].split("/", -1)) {
            String text = part.split(";", 2)[0];
            if (Pattern.compile(
                            "%(?![0-9a-fA-F]{2})|%(2f|3b|25|3f|23|5c|7f|[01].)|[\\\\\\x00-\\x1f\\x7f]",
                            Pattern.CASE_INSENSITIVE)
                    .matcher(text)
                    .find()) {
                return null;
            }
            String decoded = Pattern.compile("%(..)")
                    .matcher(text)
                    .replaceAll(m -> java.util.regex.Matcher.quoteReplacement(
                            String.valueOf((char) Integer.parseInt(m.group(1), 16))));
            if (decoded.equals("..")) {
                if (segments.pollLast() == null) {
                    return null;
                }
            } else if (!decoded.isEmpty() && !decoded.equals(".")) {
                segments.addLast(decoded);
            }
        }
        StringBuilder plain = new StringBuilder();
        segments.forEach(segment -> plain.append('/').append(segment));
        return plain.toString();
    }

    @Test
    void every_policy_and_every_request_are_judged_as_the_words_say() {
        Random random = new Random(4);
        Ask ask = new Ask(ATLAS);
        Map<Code, Integer> seen = new EnumMap<>(Code.class);
        for (int i = 0; i < 40_000; i++) {
            Case c = random(random);
            Code code = Judgement.of(new Credential(c.record), c.tenant, c.owner, c.now, c.standing, c.ask(ask));
            if (code != naive(c)) {
                assertThat(code).as(c.toString()).isEqualTo(naive(c));
            }
            seen.merge(code, 1, Integer::sum);
        }
        assertThat(seen)
                .as("each code comes often enough to be believed")
                .hasSize(16)
                .allSatisfy((_, times) -> assertThat(times).isGreaterThan(100));
    }

    @Test
    void the_view_says_what_the_rule_says_of_the_same_facts() {
        Random random = new Random(5);
        KeyCheck check = new KeyCheck();
        Ask ask = new Ask(ATLAS);
        for (int i = 0; i < 2_000; i++) {
            Case c = random(random);
            Issued key = Issued.make();
            CredentialRecord record = key.record(c.record.kind(), c.record.scope(), c.record.policy());
            KeyView view = new KeyView(Logs.PEPPERS);
            int offset = 0;
            if (c.tenant != null) {
                view.apply(new Position(Topics.PRINCIPALS, 0, offset++), c.tenant);
            }
            if (c.owner != null) {
                view.apply(new Position(Topics.PRINCIPALS, 0, offset), c.owner);
            }
            view.apply(new Position(Topics.CREDENTIALS, 0, 0), record);
            Code expected = Judgement.of(new Credential(record), c.tenant, c.owner, c.now, Standing.LIVE, c.ask(ask));
            assertThat(check.verify(view, key.key().reveal(), c.ask(ask), Entry.micros(c.now), Standing.LIVE))
                    .isEqualTo(expected);
            Verdict verdict = view.verify(key.key(), c.ask(ask), c.now, Standing.LIVE);
            assertThat(verdict.code()).isEqualTo(expected);
            assertThat(view.again(verdict, c.ask(ask), c.now, Standing.LIVE).code())
                    .isEqualTo(expected);
            UsagePolicy policy = c.record.policy();
            assertThat(verdict.credential()).isNotNull();
            assertThat(verdict.credential().policy()).isEqualTo(policy == null || policy.isNone() ? null : policy);
        }
    }

    @Test
    void another_policy_of_the_same_key_counts_at_once() {
        KeyView view = Logs.view();
        Issued key = Issued.make();
        Ask ask = new Ask(Countries.UNKNOWN).set(null, "GET", "/orders/1", "192.0.2.1");
        UsagePolicy home = new UsagePolicy(null, null, List.of("192.0.2.0/24"), null, null, null, null, null);
        UsagePolicy away = new UsagePolicy(null, null, List.of("198.51.100.0/24"), null, null, null, null, null);
        List<@Nullable UsagePolicy> policies = new ArrayList<>(List.of(home, away, home));
        policies.add(null);
        int revision = 0;
        for (UsagePolicy policy : policies) {
            view.apply(new Position(Topics.CREDENTIALS, 0, revision++), key.record(revision, policy));
            assertThat(view.verify(key.key(), ask, Logs.NOON, Standing.LIVE).code())
                    .isEqualTo(away.equals(policy) ? Code.ADDRESS_NOT_ALLOWED : Code.ACCEPTED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/orders/*, GET, /orders/7, true",
        "/orders/*, GET, /orders/7/, true",
        "/orders/*, GET, /orders//7?x=1, true",
        "/orders/*, GET, /orders/7;v=2, true",
        "/orders/*, GET, /orders/%37, true",
        "/orders/*, GET, /orders, false",
        "/orders/*, GET, /orders/7/items, false",
        "/orders/*, GET, /Orders/7, false",
        "/orders/*, GET, /orders/7%2fitems, false",
        "/orders/*, GET, /orders/%252e, false",
        "/orders/*, GET, /orders/../admin, false",
        "/orders/**, GET, /orders/../admin, false",
        "/orders/**, GET, /orders/%2e%2e/admin, false",
        "/orders/**, GET, /orders/..%5cadmin, false",
        "/orders/**, GET, /../orders, false",
        "/orders/**, GET, /orders, true",
        "/orders/**, GET, /orders/a/b/c, true",
        "/orders/**, GET, /ordersx, false",
        "/orders/**, GET, http://orders/x, false",
        "/orders/**, GET, orders/x, false",
        "/orders/**, get, /orders/x, false",
        "/orders/**, POST, /orders/x, false",
        "/, GET, /, true",
        "/, GET, /x, false",
        "/**, GET, /, true",
        "/**, GET, '*', false",
    })
    void a_route_lets_in_what_it_says(String pattern, String method, String path, boolean held) {
        Conditions conditions = new Conditions(
                new UsagePolicy(null, List.of(new Route(List.of("GET"), pattern)), null, null, null, null, null, null));
        assertThat(conditions.holdRoute(new Ask(Countries.UNKNOWN).set(null, method, path, null)))
                .isEqualTo(held);
    }

    @Test
    void what_cannot_be_read_meets_no_request() {
        Ask ask = new Ask(ATLAS).set("orders:read", "GET", "/a", "192.0.2.1");
        Conditions conditions = new Conditions(new UsagePolicy(
                List.of(),
                List.of(),
                List.of("10.0.0.0/99"),
                List.of(),
                List.of(new Hours(null, "00:00", "24:00", "Mars/Olympus")),
                null,
                null,
                null));
        assertThat(conditions.permit("orders:read")).isFalse();
        assertThat(conditions.holdRoute(ask)).isFalse();
        assertThat(conditions.holdAddress(ask)).isFalse();
        assertThat(conditions.holdCountry(ask)).isFalse();
        assertThat(conditions.holdTime(Entry.micros(Logs.NOON))).isFalse();
    }

    @Test
    void country_and_address_are_not_looked_up_unless_a_policy_needs_them() {
        Ask ask = new Ask(_ -> {
            throw new AssertionError("nobody asked");
        });
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, UsagePolicy.NONE));
        assertThat(view.verify(key.key(), ask.set(null, null, null, "192.0.2.1"), Logs.NOON, Standing.LIVE)
                        .accepted())
                .isTrue();
    }

    @Test
    void a_key_with_every_condition_is_accepted_without_garbage() {
        UsagePolicy policy = new UsagePolicy(
                List.of("items:read", "orders:*"),
                List.of(new Route(List.of("POST"), "/x/**"), new Route(List.of("GET"), "/orders/*/items")),
                List.of("10.0.0.0/8", "2001:db8::/32"),
                List.of("CH", "DE"),
                List.of(new Hours(null, "00:00", "24:00", "Europe/Zurich")),
                Logs.NOON,
                null,
                null);
        KeyView view = Logs.view();
        Issued key = Issued.make();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, policy));
        String text = key.key().reveal();
        KeyCheck check = new KeyCheck();
        Ask ask = new Ask(_ -> "CH");
        long now = Entry.micros(Logs.NOON);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 20_000;
        int accepted = 0;
        long before = 0;
        for (int i = -calls; i < calls; i++) {
            if (i == 0) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            ask.set("orders:read", "GET", "/orders/%37;v=1/./items?x=1", "2001:db8::192.0.2.1");
            accepted += check.verify(view, text, ask, now, Standing.LIVE) == Code.ACCEPTED ? 1 : 0;
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(accepted).isEqualTo(2 * calls);
        assertThat(bytes).as("of %d calls", calls).isLessThan(calls);
    }
}
