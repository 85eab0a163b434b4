package io.keyledger.query.history;

import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.query.web.JsonBody;
import io.keyledger.verifier.AddressRange;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What would be other.
 *
 * @param scope at most that; null = as it is
 * @param policy each member that is there takes the place of that member of the key's policy; null = as it is
 * @param expiresAt ends then, if not before; null = as it is
 * @param enabled the tenant's switch; null = as it is
 */
record Change(
        @Nullable Scope scope,
        @Nullable UsagePolicy policy,
        @Nullable Instant expiresAt,
        @Nullable Boolean enabled) {
    static final Change NONE = new Change(null, null, null, null);

    private static final List<String> SCOPES =
            Arrays.stream(Scope.values()).map(Scope::wire).toList();
    private static final Pattern PERMISSION = Pattern.compile("[a-z0-9-]{1,40}:(?:[a-z0-9-]{1,40}|\\*)");
    private static final Pattern TIME = Pattern.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00");
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final long MAX_WINDOW_SECONDS = 86_400;
    private static final int MOST = 100;

    /** The member {@code change} of a body. */
    static Change read(@Nullable JsonBody body) {
        if (body == null) {
            return NONE;
        }
        String scope = body.text("scope", 20);
        if (scope != null && !SCOPES.contains(scope)) {
            throw body.invalid("scope", "one of " + String.join(", ", SCOPES));
        }
        return new Change(
                scope == null ? null : Scope.ofWire(scope), policy(body), body.time("expiresAt"), body.flag("enabled"));
    }

    private static @Nullable UsagePolicy policy(JsonBody body) {
        Map<String, Object> given = body.object("policy");
        if (given == null) {
            return null;
        }
        // Names are looked at here, forms below.
        Objects.requireNonNull(body.part(
                "policy", "permissions", "routes", "addresses", "countries", "hours", "notBefore", "rates", "quotas"));
        UsagePolicy policy;
        try {
            policy = RecordJson.fromMap(UsagePolicy.class, whole(given));
        } catch (IllegalArgumentException e) {
            throw body.invalid("policy", "a usage policy, as keys have it");
        }
        String wrong = wrong(policy);
        if (wrong != null) {
            throw body.invalid("policy", wrong);
        }
        return policy.isNone() ? null : policy;
    }

    /** With what limits leave out, as it is for keys: they are the key's, and of UTC. */
    private static Map<String, Object> whole(Map<String, Object> policy) {
        Map<String, Object> whole = new LinkedHashMap<>(policy);
        for (String limits : List.of("rates", "quotas")) {
            if (policy.get(limits) instanceof List<?> list) {
                whole.put(limits, list.stream().map(l -> whole(l, limits)).toList());
            }
        }
        return whole;
    }

    private static Object whole(Object limit, String kind) {
        if (!(limit instanceof Map<?, ?> map)) {
            return limit;
        }
        Map<Object, Object> whole = new LinkedHashMap<>(map);
        whole.putIfAbsent("of", RecordJson.wire(Of.KEY));
        if (kind.equals("quotas")) {
            whole.putIfAbsent("zone", "UTC");
        }
        return whole;
    }

    /** What is not of its form; a rule that nobody can read would refuse everybody, and the answer would not say why. */
    private static @Nullable String wrong(UsagePolicy p) {
        if (!all(p.permissions(), t -> PERMISSION.matcher(t).matches())) {
            return "one with permissions such as orders:read or orders:*";
        }
        if (!all(p.routes(), r -> r.path().startsWith("/"))) {
            return "one with routes whose paths begin with /";
        }
        if (!all(p.addresses(), t -> AddressRange.read(t) != null)) {
            return "one with addresses such as 192.0.2.0/24 or 2001:db8::/32, with no bit set behind their length";
        }
        if (!all(p.countries(), t -> COUNTRY.matcher(t).matches())) {
            return "one with countries by their two letters of ISO 3166-1, such as CH";
        }
        if (!all(
                p.hours(),
                h -> TIME.matcher(h.from()).matches() && TIME.matcher(h.to()).matches() && zone(h.zone()))) {
            return "one with hours from HH:mm to HH:mm in a zone of the IANA database";
        }
        if (!all(p.rates(), r -> r.requests() > 0 && r.windowSeconds() > 0 && r.windowSeconds() <= MAX_WINDOW_SECONDS)
                || !all(p.quotas(), q -> q.requests() > 0 && zone(q.zone()))) {
            return "one with rates of at most a day and quotas in a zone of the IANA database, each of a number above 0";
        }
        if (!all(p.rates(), r -> r.of() == Of.KEY) || !all(p.quotas(), q -> q.of() == Of.KEY)) {
            return "one whose limits are of the key: those of an owner cannot be replayed key by key";
        }
        return null;
    }

    private static <T> boolean all(@Nullable List<T> entries, Predicate<T> good) {
        return entries == null
                || !entries.isEmpty()
                        && entries.size() <= MOST
                        && entries.stream().allMatch(good);
    }

    private static boolean zone(String zone) {
        return ZoneId.getAvailableZoneIds().contains(zone);
    }

    /** The facts as they would be. */
    Facts of(Facts facts) {
        Facts changed = facts;
        Scope before = facts.credential().scope();
        if (scope != null && scope.compareTo(before) < 0) {
            changed = changed.withScope(scope);
        }
        if (policy != null) {
            changed = changed.withPolicy(over(facts.credential().policy(), policy));
        }
        if (expiresAt != null) {
            changed = changed.withEnd(expiresAt);
        }
        return enabled == null ? changed : changed.withSwitch(enabled);
    }

    /** Whether it sets limits, so that what would have been counted has to be counted again. */
    boolean limits() {
        return policy != null && (policy.rates() != null || policy.quotas() != null);
    }

    private static UsagePolicy over(@Nullable UsagePolicy before, UsagePolicy after) {
        UsagePolicy b = before == null ? UsagePolicy.NONE : before;
        return new UsagePolicy(
                after.permissions() == null ? b.permissions() : after.permissions(),
                after.routes() == null ? b.routes() : after.routes(),
                after.addresses() == null ? b.addresses() : after.addresses(),
                after.countries() == null ? b.countries() : after.countries(),
                after.hours() == null ? b.hours() : after.hours(),
                after.notBefore() == null ? b.notBefore() : after.notBefore(),
                after.rates() == null ? b.rates() : after.rates(),
                after.quotas() == null ? b.quotas() : after.quotas());
    }
}
