package io.keyledger.edge.core.limits;

import io.keyledger.edge.core.limits.LimitState.Policy;
import io.keyledger.events.OwnerId;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits of one key with their counters, which other keys may share. Safe from any thread. */
final class Bound {
    private final List<Rate> rates;
    private final List<Quota> quotas;
    private final OwnerId owner;
    /** By order, so that who locks them all meets others who do so in the same order. */
    private final Counter[] counters;

    private final long[] sizes;
    private final List<Policy> policies;

    /** @param counters by order; with the size and the description of each */
    Bound(
            List<Rate> rates,
            List<Quota> quotas,
            OwnerId owner,
            Counter[] counters,
            long[] sizes,
            List<Policy> policies) {
        this.rates = rates;
        this.quotas = quotas;
        this.owner = owner;
        this.counters = counters;
        this.sizes = sizes;
        this.policies = policies;
    }

    /** Whether it is about these limits. */
    boolean isOf(List<Rate> otherRates, List<Quota> otherQuotas, OwnerId otherOwner) {
        return (rates == otherRates || rates.equals(otherRates))
                && (quotas == otherQuotas || quotas.equals(otherQuotas))
                && owner.equals(otherOwner);
    }

    /** Takes one from all counters, or from none; null when one of them is gone. */
    @Nullable
    Taken take(long now, Limits limits) {
        int locked = 0;
        try {
            long at = now;
            boolean gone = false;
            for (Counter counter : counters) {
                counter.lock.lock();
                locked++;
                at = Math.max(at, counter.last());
                gone |= counter.gone();
            }
            return gone ? null : take(limits, at);
        } finally {
            while (locked > 0) {
                counters[--locked].lock.unlock();
            }
        }
    }

    private Taken take(Limits limits, long at) {
        int tightest = -1;
        long room = Long.MAX_VALUE;
        long more = 0;
        for (int i = 0; i < counters.length; i++) {
            long used = counters[i].used(at);
            long left = Math.max(0, sizes[i] - used);
            if (left > room) {
                continue;
            }
            long then = counters[i].more(sizes[i], left == 0 ? used : used + 1, at);
            // Of those with least room the one that has it for longest.
            if (left < room || then > more) {
                tightest = i;
                room = left;
                more = then;
            }
        }
        if (tightest < 0) {
            return Taken.UNLIMITED;
        }
        boolean allowed = room > 0;
        if (allowed) {
            for (Counter counter : counters) {
                counter.take(at);
                limits.changed(counter);
            }
        }
        long seconds = Math.max(1, Math.ceilDiv(more - at, 1_000_000L));
        return new Taken(
                allowed, new LimitState(policies.get(tightest), allowed ? room - 1 : 0, seconds, policies), this, at);
    }

    /** Gives back what was taken at {@code at}. */
    void giveBack(long at, Limits limits) {
        for (Counter counter : counters) {
            counter.lock.lock();
            try {
                counter.giveBack(at);
                limits.changed(counter);
            } finally {
                counter.lock.unlock();
            }
        }
    }

    /** Whether one of its counters is gone, so that it is of no more use. */
    boolean over() {
        for (Counter counter : counters) {
            counter.lock.lock();
            try {
                if (counter.gone()) {
                    return true;
                }
            } finally {
                counter.lock.unlock();
            }
        }
        return false;
    }
}
