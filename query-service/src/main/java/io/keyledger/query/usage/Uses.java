package io.keyledger.query.usage;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.query.log.LoggedEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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

    private final TreeMap<String, Total> totals = new TreeMap<>();
    private final TreeMap<Day, Long> days = new TreeMap<>();

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
            int order = a.at.compareTo(b.at);
            if (order == 0) {
                // As text, for Java and PostgreSQL order UUIDs differently.
                order = a.event.toString().compareTo(b.event.toString());
            }
            return order >= 0 ? a : b;
        }
    }

    record Day(String tenant, String keyId, LocalDate day, String outcome) implements Comparable<Day> {
        @Override
        public int compareTo(Day other) {
            int order = tenant.compareTo(other.tenant);
            order = order == 0 ? keyId.compareTo(other.keyId) : order;
            order = order == 0 ? day.compareTo(other.day) : order;
            return order == 0 ? outcome.compareTo(other.outcome) : order;
        }
    }

    /** Adds one event; nothing when it is not about a request. */
    public void add(LoggedEvent event) {
        switch (event.data()) {
            case KeyUsed e -> {
                String keyId = e.keyId().value();
                Total total =
                        new Total(keyId, event.tenant(), e.count(), 0, new LastUse(e.lastTime(), e.ip(), event.id()));
                totals.merge(keyId, total, Total::plus);
                totals.merge(e.credentialId().value(), total, Total::plus);
                count(event, keyId, ACCEPTED, e.count());
            }
            case AuthFailed e -> {
                String keyId = e.keyId() == null ? null : e.keyId().value();
                if (keyId != null) {
                    Total total = new Total(keyId, event.tenant(), 0, e.count(), null);
                    totals.merge(keyId, total, Total::plus);
                    if (e.credentialId() != null) {
                        totals.merge(e.credentialId().value(), total, Total::plus);
                    }
                }
                count(event, keyId, e.reason(), e.count());
            }
            case null, default -> {}
        }
    }

    private void count(LoggedEvent event, @Nullable String keyId, String outcome, long count) {
        LocalDate day = LocalDate.ofInstant(event.time(), ZoneOffset.UTC);
        if (keyId != null) {
            days.merge(new Day(event.tenant(), keyId, day, outcome), count, Long::sum);
        }
        days.merge(new Day(event.tenant(), WHOLE_TENANT, day, outcome), count, Long::sum);
    }

    /** By key id or credential id. */
    SortedMap<String, Total> totals() {
        return totals;
    }

    SortedMap<Day, Long> days() {
        return days;
    }
}
