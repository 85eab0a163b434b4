package io.keyledger.query.usage;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.query.log.LoggedEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of events adds to the counts. Sums and maxima only, so that the counts end the same whatever the order of
 * arrival; kept in key order, so that two transactions never wait for each other crosswise.
 */
public final class Uses {
    /** The outcome of an accepted request; every other outcome is the reason of a refusal. */
    public static final String ACCEPTED = "accepted";

    /** In place of a key id, in the counts of a whole tenant. */
    static final String WHOLE_TENANT = "";

    private static final int HOURS = 24;

    private final TreeMap<String, Total> keys = new TreeMap<>();
    private final TreeMap<String, Total> credentials = new TreeMap<>();
    private final TreeMap<Day, Hours> days = new TreeMap<>();
    private final TreeMap<Named, Counts> endpoints = new TreeMap<>();
    private final TreeMap<Named, Counts> addresses = new TreeMap<>();
    private final TreeMap<Caller, Seen> callers = new TreeMap<>();

    /**
     * What is added to one key or credential.
     *
     * @param lastUsed the last accepted use; null when there was none
     */
    record Total(
            String keyId,
            String tenant,
            long accepted,
            long refused,
            @Nullable LastUse lastUsed) {
        Total plus(Total other) {
            return new Total(
                    keyId,
                    tenant,
                    accepted + other.accepted,
                    refused + other.refused,
                    LastUse.later(lastUsed, other.lastUsed));
        }
    }

    /** The later one wins; of two at one instant, the one with the higher event id. */
    record LastUse(Instant at, @Nullable String ip, UUID event) {
        static @Nullable LastUse later(@Nullable LastUse a, @Nullable LastUse b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            return compare(a.at, a.event, b.at, b.event) >= 0 ? a : b;
        }
    }

    record Day(String tenant, String keyId, LocalDate day, String outcome) implements Comparable<Day> {
        private static final Comparator<Day> ORDER = Comparator.comparing(Day::tenant)
                .thenComparing(Day::keyId)
                .thenComparing(Day::day)
                .thenComparing(Day::outcome);

        @Override
        public int compareTo(Day other) {
            return ORDER.compare(this, other);
        }
    }

    /** Counts of the hours of one UTC day. */
    static final class Hours {
        private final long[] counts = new long[HOURS];

        long sum() {
            return Arrays.stream(counts).sum();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Hours hours && Arrays.equals(counts, hours.counts);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(counts);
        }

        /** As PostgreSQL writes an array. */
        @Override
        public String toString() {
            return Arrays.toString(counts).replace('[', '{').replace(']', '}');
        }
    }

    /** An endpoint or an address of one day. */
    record Named(String tenant, String keyId, LocalDate day, String name) implements Comparable<Named> {
        private static final Comparator<Named> ORDER = Comparator.comparing(Named::tenant)
                .thenComparing(Named::keyId)
                .thenComparing(Named::day)
                .thenComparing(Named::name);

        @Override
        public int compareTo(Named other) {
            return ORDER.compare(this, other);
        }
    }

    record Counts(long accepted, long refused) {
        Counts plus(Counts other) {
            return new Counts(accepted + other.accepted, refused + other.refused);
        }
    }

    /** Who presented a credential, and was accepted. */
    record Caller(String keyId, String credentialId, String address, String agent) implements Comparable<Caller> {
        private static final Comparator<Caller> ORDER = Comparator.comparing(Caller::keyId)
                .thenComparing(Caller::credentialId)
                .thenComparing(Caller::address)
                .thenComparing(Caller::agent);

        @Override
        public int compareTo(Caller other) {
            return ORDER.compare(this, other);
        }
    }

    /** The last time; the later one wins as of {@link LastUse}. */
    record Seen(String endpoint, Instant at, UUID event) {
        static Seen later(Seen a, Seen b) {
            return compare(a.at, a.event, b.at, b.event) >= 0 ? a : b;
        }
    }

    private static int compare(Instant at, UUID event, Instant otherAt, UUID otherEvent) {
        int order = at.compareTo(otherAt);
        // As text, for Java and PostgreSQL order UUIDs differently.
        return order == 0 ? event.toString().compareTo(otherEvent.toString()) : order;
    }

    /** Adds one event; nothing when it is not about a request. */
    public void add(LoggedEvent event) {
        switch (event.data()) {
            case KeyUsed e -> {
                String keyId = e.keyId().value();
                Total total =
                        new Total(keyId, event.tenant(), e.count(), 0, new LastUse(e.lastTime(), e.ip(), event.id()));
                keys.merge(keyId, total, Total::plus);
                credentials.merge(e.credentialId().value(), total, Total::plus);
                String endpoint = Endpoints.of(e.method(), e.path());
                String address = name(e.ip());
                count(event, keyId, ACCEPTED, e.count());
                count(event, keyId, endpoint, address, new Counts(e.count(), 0));
                callers.merge(
                        new Caller(keyId, e.credentialId().value(), address, name(e.userAgent())),
                        new Seen(endpoint, e.lastTime(), event.id()),
                        Seen::later);
            }
            case AuthFailed e -> {
                String keyId = e.keyId() == null ? null : e.keyId().value();
                if (keyId != null) {
                    Total total = new Total(keyId, event.tenant(), 0, e.count(), null);
                    keys.merge(keyId, total, Total::plus);
                    if (e.credentialId() != null) {
                        credentials.merge(e.credentialId().value(), total, Total::plus);
                    }
                }
                count(event, keyId, e.reason(), e.count());
                count(event, keyId, Endpoints.of(e.method(), e.path()), name(e.ip()), new Counts(0, e.count()));
            }
            case null, default -> {}
        }
    }

    private static String name(@Nullable String told) {
        return told == null || told.isEmpty() ? Endpoints.UNKNOWN : Endpoints.cut(told);
    }

    private void count(LoggedEvent event, @Nullable String keyId, String outcome, long count) {
        OffsetDateTime time = event.time().atOffset(ZoneOffset.UTC);
        if (keyId != null) {
            add(new Day(event.tenant(), keyId, time.toLocalDate(), outcome), time.getHour(), count);
        }
        add(new Day(event.tenant(), WHOLE_TENANT, time.toLocalDate(), outcome), time.getHour(), count);
    }

    private void add(Day day, int hour, long count) {
        days.computeIfAbsent(day, d -> new Hours()).counts[hour] += count;
    }

    private void count(LoggedEvent event, @Nullable String keyId, String endpoint, String address, Counts counts) {
        LocalDate day = LocalDate.ofInstant(event.time(), ZoneOffset.UTC);
        String tenant = event.tenant();
        if (keyId != null) {
            endpoints.merge(new Named(tenant, keyId, day, endpoint), counts, Counts::plus);
            addresses.merge(new Named(tenant, keyId, day, address), counts, Counts::plus);
        }
        endpoints.merge(new Named(tenant, WHOLE_TENANT, day, endpoint), counts, Counts::plus);
        addresses.merge(new Named(tenant, WHOLE_TENANT, day, address), counts, Counts::plus);
    }

    SortedMap<String, Total> keys() {
        return keys;
    }

    SortedMap<String, Total> credentials() {
        return credentials;
    }

    SortedMap<Day, Hours> days() {
        return days;
    }

    SortedMap<Named, Counts> endpoints() {
        return endpoints;
    }

    SortedMap<Named, Counts> addresses() {
        return addresses;
    }

    SortedMap<Caller, Seen> callers() {
        return callers;
    }
}
