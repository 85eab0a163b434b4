package io.keyledger.edge.core.limits;

import io.keyledger.events.control.LimitCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted under one limit: by this edge, and by the others as far as they have told. All but {@link #order} is asked
 * under {@link #lock}; who takes the locks of several does so by order.
 */
final class Counter {
    final ReentrantLock lock = new ReentrantLock();
    final long order;

    private final LimitCount.Counter id;
    private final Span span;
    private final Slots own = new Slots();
    /** What others have told, added up; null until one has. */
    private @Nullable Slots others;

    private final Map<String, Told> told = new HashMap<>(4);
    private long last = Long.MIN_VALUE;
    private boolean changed;
    private boolean gone;

    /** The last word of one run of another edge. */
    private record Told(long first, List<Long> counts) {}

    /** @throws java.time.DateTimeException when its zone is none */
    Counter(LimitCount.Counter id, long order) {
        this.id = id;
        this.order = order;
        this.span = span(id);
    }

    private static Span span(LimitCount.Counter id) {
        return id.period() == null
                ? Span.Sliding.of(id.windowSeconds())
                : new Span.Calendar(id.period(), id.zone() == null ? "UTC" : id.zone());
    }

    /** Whether nothing of it counts at that time. */
    static boolean isOver(LimitCount count, long at) {
        return count.counts().isEmpty()
                || count.first() + count.counts().size() - 1
                        < span(count.counter()).oldest(at);
    }

    LimitCount.Counter id() {
        return id;
    }

    /** The latest time that it was asked about; nothing is asked about an earlier one. */
    long last() {
        return last;
    }

    /** Accepted, and counting at {@code at}. */
    long used(long at) {
        last = at;
        return span.counting(own, at) + (others == null ? 0 : span.counting(others, at));
    }

    void take(long at) {
        own.add(span.slot(at), 1);
    }

    /** As if one that was taken at {@code at} had not been; if it does not count any more, that is so anyhow. */
    void giveBack(long at) {
        long slot = span instanceof Span.Sliding s ? s.slot(at) : slotOfPeriod(at);
        if (own.at(slot) > 0) {
            own.add(slot, -1);
        }
    }

    /** The period of {@code at} is the present one, or is over and forgotten. */
    private long slotOfPeriod(long at) {
        long present = span.slot(last);
        return at >= present ? present : Long.MIN_VALUE;
    }

    /**
     * When there is more room than now: once {@code size} leaves room for one, or, if there is some, for one more.
     *
     * @param used what {@link #used} has just told
     */
    long more(long size, long used, long at) {
        if (span instanceof Span.Calendar c) {
            return c.end(c.slot(at));
        }
        long leave = Math.max(1, used - size + 1);
        Slots other = others == null ? new Slots() : others;
        int i = 0;
        int j = 0;
        long slot = span.slot(at);
        while (leave > 0 && (i < own.size() || j < other.size())) {
            boolean mine = j == other.size() || i < own.size() && own.slot(i) <= other.slot(j);
            slot = mine ? own.slot(i) : other.slot(j);
            leave -= mine ? own.count(i++) : other.count(j++);
        }
        return span.end(slot);
    }

    /** Marks it as changed; true when it was not. */
    boolean change() {
        boolean first = !changed;
        changed = true;
        return first;
    }

    /** What this edge has accepted and what still counts; the mark is taken away. */
    LimitCount report(String edge, String boot) {
        changed = false;
        if (last != Long.MIN_VALUE) {
            own.forget(span.oldest(last));
        }
        List<Long> counts = new ArrayList<>();
        if (own.size() == 0) {
            return new LimitCount(edge, boot, id, 0, counts);
        }
        long first = own.slot(0);
        if (span instanceof Span.Calendar) {
            counts.add(own.count(0));
        } else {
            for (int i = 0; i < own.size(); i++) {
                while (first + counts.size() < own.slot(i)) {
                    counts.add(0L);
                }
                counts.add(own.count(i));
            }
        }
        return new LimitCount(edge, boot, id, first, List.copyOf(counts));
    }

    /** Takes the last word of another run in place of its one before. */
    void heard(LimitCount count) {
        Slots sum = others;
        if (sum == null) {
            sum = new Slots();
            others = sum;
        }
        Told before = told.put(count.boot(), new Told(count.first(), count.counts()));
        if (before != null) {
            add(sum, before, -1);
        }
        add(sum, new Told(count.first(), count.counts()), 1);
    }

    private static void add(Slots sum, Told told, int sign) {
        for (int i = 0; i < told.counts.size(); i++) {
            sum.add(told.first + i, sign * told.counts.get(i));
        }
    }

    /** Whether nothing counts any more; if so it is {@link #gone} from now on. Forgets those who have nothing that counts. */
    boolean retire(long now) {
        long at = Math.max(now, last);
        long oldest = span.oldest(at);
        told.values().removeIf(t -> t.first + Math.max(0, t.counts.size() - 1) < oldest);
        used(at);
        gone = !changed && own.total() == 0 && (others == null || others.total() == 0);
        return gone;
    }

    /** It counts for nobody any more: another one is to be looked for. */
    boolean gone() {
        return gone;
    }
}
