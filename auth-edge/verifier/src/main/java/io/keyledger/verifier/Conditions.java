package io.keyledger.verifier;

import io.keyledger.events.UsagePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link UsagePolicy} made ready to be asked, but for what has to be counted. Immutable; safe from any thread; asking makes
 * no garbage.
 *
 * <p>What it cannot read meets no request, as what a request does not tell meets no condition: a range or a zone that this
 * version does not know narrows to nothing, it never widens.
 */
final class Conditions {
    /** Narrows nothing. */
    static final Conditions NONE = new Conditions(UsagePolicy.NONE);

    private final @Nullable List<String> permissions;
    private final @Nullable List<RoutePattern> routes;
    private final @Nullable List<AddressRange> addresses;
    private final @Nullable Set<String> countries;
    private final @Nullable List<LocalHours> hours;
    private final long notBeforeMicros;

    Conditions(UsagePolicy policy) {
        permissions = policy.permissions() == null ? null : List.copyOf(policy.permissions());
        routes = read(policy.routes(), RoutePattern::new);
        addresses = read(policy.addresses(), AddressRange::read);
        countries = policy.countries() == null ? null : Set.copyOf(policy.countries());
        hours = read(policy.hours(), LocalHours::read);
        Instant notBefore = policy.notBefore();
        notBeforeMicros = notBefore == null ? Long.MIN_VALUE : Entry.micros(notBefore);
    }

    private static <A, B> @Nullable List<B> read(@Nullable List<A> texts, Function<A, @Nullable B> read) {
        if (texts == null) {
            return null;
        }
        List<B> all = new ArrayList<>();
        for (A text : texts) {
            B one = read.apply(text);
            if (one != null) {
                all.add(one);
            }
        }
        return List.copyOf(all);
    }

    /** Where a tenant's personal tokens may be used from. */
    static Conditions from(@Nullable List<String> addresses, @Nullable List<String> countries) {
        return addresses == null && countries == null
                ? NONE
                : new Conditions(new UsagePolicy(null, null, addresses, countries, null, null, null, null));
    }

    boolean hasBegun(long nowMicros) {
        return nowMicros >= notBeforeMicros;
    }

    /** Whether that may be asked for; what was not asked for needs no permission. */
    boolean permit(@Nullable String permission) {
        List<String> allowed = permissions;
        if (allowed == null || permission == null) {
            return true;
        }
        for (int i = 0; i < allowed.size(); i++) {
            if (permits(allowed.get(i), permission)) {
                return true;
            }
        }
        return false;
    }

    /** {@code orders:*} is every action of the resource. */
    private static boolean permits(String pattern, String permission) {
        int last = pattern.length() - 1;
        return pattern.equals(permission)
                || pattern.endsWith(":*")
                        && permission.length() > last
                        && permission.regionMatches(0, pattern, 0, last)
                        && permission.indexOf(':', last) < 0;
    }

    boolean holdRoute(Ask ask) {
        List<RoutePattern> allowed = routes;
        if (allowed == null) {
            return true;
        }
        PlainPath path = ask.path();
        for (int i = 0; path != null && i < allowed.size(); i++) {
            if (allowed.get(i).matches(ask.method(), path)) {
                return true;
            }
        }
        return false;
    }

    boolean holdAddress(Ask ask) {
        List<AddressRange> allowed = addresses;
        if (allowed == null) {
            return true;
        }
        Address address = ask.address();
        for (int i = 0; address != null && i < allowed.size(); i++) {
            if (allowed.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    boolean holdCountry(Ask ask) {
        Set<String> allowed = countries;
        if (allowed == null) {
            return true;
        }
        String country = ask.country();
        return country != null && allowed.contains(country);
    }

    boolean holdTime(long nowMicros) {
        List<LocalHours> allowed = hours;
        if (allowed == null) {
            return true;
        }
        long second = Math.floorDiv(nowMicros, 1_000_000L);
        for (int i = 0; i < allowed.size(); i++) {
            if (allowed.get(i).contain(second)) {
                return true;
            }
        }
        return false;
    }
}
