package io.keyledger.edge.core.limits;

import io.keyledger.edge.core.limits.LimitState.Policy;
import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.control.LimitCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All counters of one edge. A request takes from all limits of its key or from none. Exact for what this edge accepts; what
 * others accept counts from when it is heard of. So with E edges, and everything that one accepts known to all others at most
 * d later, at most {@code limit + (E - 1) * min(limit, a)} pass in any stretch of the limit's time, {@code a} being the most
 * that come to one edge in a stretch of d; and with no delay at all, exactly the limit. Edges that hear of nobody
 * count alone: {@code E * limit}.
 *
 * <p>Of a key's own limit only the time says which counter it is: another number counts on with what was counted. An
 * owner's limit of another number is another limit, with a counter of its own.
 *
 * <p>Times are edge time in microseconds since 1970. Safe from any thread; threads meet only at the counters that their keys share.
 */
public final class Limits {
    private final String edge;
    private final String boot;
    private final int max;
    private final Map<LimitCount.Counter, Counter> counters = new ConcurrentHashMap<>();
    private final Map<KeyId, Bound> keys = new ConcurrentHashMap<>();
    private final Queue<Counter> changed = new ConcurrentLinkedQueue<>();
    private final AtomicLong orders = new AtomicLong();
    private final AtomicLong size = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();

    /** @param max so many counters at most; a key whose limits find no room is refused */
    public Limits(String edge, String boot, int max) {
        this.edge = edge;
        this.boot = boot;
        this.max = max;
    }

    /** One request more of that key, if all its limits have room. */
    public Taken take(TenantId tenant, KeyId key, OwnerId owner, List<Rate> rates, List<Quota> quotas, long nowMicros) {
        if (rates.isEmpty() && quotas.isEmpty()) {
            return Taken.UNLIMITED;
        }
        while (true) {
            Bound bound = keys.get(key);
            if (bound == null || !bound.isOf(rates, quotas, owner)) {
                bound = bind(tenant, key, owner, rates, quotas);
                if (bound == null) {
                    turnedAway.incrementAndGet();
                    return Taken.NO_COUNTER;
                }
                keys.put(key, bound);
            }
            Taken taken = bound.take(nowMicros, this);
            if (taken != null) {
                return taken;
            }
            keys.remove(key, bound);
        }
    }

    /** As if it had not been: the request was not answered with yes after all. */
    public void giveBack(Taken taken) {
        if (taken.allowed() && taken.bound() != null) {
            taken.bound().giveBack(taken.at(), this);
        }
    }

    /**
     * What has changed since it was told last, up to so many counters.
     *
     * @return empty when nothing has
     */
    public List<LimitCount> changed(int many) {
        List<LimitCount> reports = new ArrayList<>();
        while (reports.size() < many) {
            Counter counter = changed.poll();
            if (counter == null) {
                break;
            }
            counter.lock.lock();
            try {
                reports.add(counter.report(edge, boot));
            } finally {
                counter.lock.unlock();
            }
        }
        return reports;
    }

    /** That report was not delivered: its counter is told again. */
    public void undelivered(LimitCount.Counter id) {
        Counter counter = counters.get(id);
        if (counter != null) {
            counter.lock.lock();
            try {
                changed(counter);
            } finally {
                counter.lock.unlock();
            }
        }
    }

    /**
     * What another run has accepted, or another edge. This run's own is passed over, and what does not count any more:
     * of that a topic may hold much.
     *
     * @throws IllegalArgumentException when it cannot be
     */
    public void heard(LimitCount count, long nowMicros) {
        if (count.boot().equals(boot)) {
            return;
        }
        check(count);
        if (!counters.containsKey(count.counter()) && Counter.isOver(count, nowMicros)) {
            return;
        }
        while (true) {
            Counter counter = counter(count.counter());
            if (counter == null) {
                turnedAway.incrementAndGet();
                return;
            }
            counter.lock.lock();
            try {
                if (!counter.gone()) {
                    counter.heard(count);
                    return;
                }
            } finally {
                counter.lock.unlock();
            }
        }
    }

    private static void check(LimitCount count) {
        LimitCount.Counter id = count.counter();
        boolean quota = id.period() != null;
        if (quota == id.windowSeconds() > 0
                || quota && id.zone() == null
                || id.windowSeconds() < 0
                || count.counts().size() > (quota ? 1 : Span.Sliding.PARTS + 1)
                || count.counts().stream().anyMatch(c -> c < 0)) {
            throw new IllegalArgumentException("not a count of a limit: " + id);
        }
    }

    /** Lets go of what does not count any more. To be called now and then. */
    public void sweep(long nowMicros) {
        counters.forEach((id, counter) -> {
            counter.lock.lock();
            try {
                if (counter.retire(nowMicros) && counters.remove(id, counter)) {
                    size.decrementAndGet();
                }
            } finally {
                counter.lock.unlock();
            }
        });
        keys.values().removeIf(Bound::over);
    }

    /** Counters in memory. */
    public int size() {
        return (int) Math.min(Integer.MAX_VALUE, size.get());
    }

    /** How often a limit found no room for its counter, and its key was refused or another edge's count passed over. */
    public long turnedAway() {
        return turnedAway.get();
    }

    /** Under the counter's lock. */
    void changed(Counter counter) {
        if (counter.change()) {
            changed.add(counter);
        }
    }

    /** One that exists or is made; null when there is no room. */
    private @Nullable Counter counter(LimitCount.Counter id) {
        Counter there = counters.get(id);
        if (there != null) {
            return there;
        }
        if (size.get() >= max) {
            return null;
        }
        return counters.computeIfAbsent(id, i -> {
            Counter made = new Counter(i, orders.getAndIncrement());
            size.incrementAndGet();
            return made;
        });
    }

    private record Part(Counter counter, long size, Policy policy) {}

    private @Nullable Bound bind(TenantId tenant, KeyId key, OwnerId owner, List<Rate> rates, List<Quota> quotas) {
        List<Part> parts = new ArrayList<>(rates.size() + quotas.size());
        for (Rate rate : rates) {
            boolean shared = rate.of() == Of.OWNER;
            if (!add(
                    parts,
                    new LimitCount.Counter(
                            tenant,
                            shared ? owner.value() : key.value(),
                            shared ? rate.requests() : 0,
                            rate.windowSeconds(),
                            null,
                            null),
                    new Policy(
                            rate.windowSeconds() + (shared ? "s-owner" : "s"),
                            rate.requests(),
                            rate.windowSeconds()))) {
                return null;
            }
        }
        for (Quota quota : quotas) {
            boolean shared = quota.of() == Of.OWNER;
            String period = quota.period().name().toLowerCase(Locale.ROOT);
            if (!add(
                    parts,
                    new LimitCount.Counter(
                            tenant,
                            shared ? owner.value() : key.value(),
                            shared ? quota.requests() : 0,
                            0,
                            quota.period(),
                            quota.zone()),
                    new Policy(shared ? period + "-owner" : period, quota.requests(), 0))) {
                return null;
            }
        }
        parts.sort(Comparator.comparingLong(p -> p.counter.order));
        return new Bound(
                rates,
                quotas,
                owner,
                parts.stream().map(Part::counter).toArray(Counter[]::new),
                parts.stream().mapToLong(Part::size).toArray(),
                parts.stream().map(Part::policy).toList());
    }

    /** False when there is no room for its counter. Of two limits of one time the smaller is kept. */
    private boolean add(List<Part> parts, LimitCount.Counter id, Policy policy) {
        Counter counter = counter(id);
        if (counter == null) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).counter == counter) {
                if (policy.requests() < parts.get(i).size) {
                    parts.set(i, new Part(counter, policy.requests(), policy));
                }
                return true;
            }
        }
        parts.add(new Part(counter, policy.requests(), policy));
        return true;
    }
}
