package io.keyledger.verifier;

import io.keyledger.events.control.Heartbeat;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * An edge's right to trust its view. A lease runs from the moment at which the edge <em>sent</em> the ping that a heartbeat
 * echoes, by the edge's own monotonic clock, and only once everything that the heartbeat names is applied: so
 * command-service, which counts from when it received that ping, always sees a lease end later than the edge does.
 *
 * <p>For the same reason {@link #ageMillis} is an upper bound: at the send time of that ping the edge knew, or has learnt
 * since, all that was published. Safe from any thread.
 */
public final class Lease {
    /** Heartbeats whose ends are not applied yet, and pings without an echo, are kept this many deep. */
    private static final int REMEMBERED = 256;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String edge;
    private final String boot;
    private final LongSupplier nanos;
    private final long staleForNanos;
    private final NavigableMap<Long, Long> sent = new TreeMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private volatile Granted granted = Granted.NEVER;

    /** What was granted last at some moment; what the view says from that moment on is not older than {@link #ageMillis(Granted)}. */
    public static final class Granted {
        private static final Granted NEVER = new Granted(false, 0, 0);

        private final boolean ever;
        private final long from;
        private final long until;

        private Granted(boolean ever, long from, long until) {
            this.ever = ever;
            this.from = from;
            this.until = until;
        }
    }

    private record Pending(Map<String, List<Long>> ends, long sentAt, long leaseNanos) {}

    /** How far the view has come. */
    @FunctionalInterface
    public interface Applied {
        /** The offset up to which everything is applied, exclusive. */
        long offset(String topic, int partition);
    }

    /**
     * No lease yet.
     *
     * @param nanos a monotonic clock
     * @param staleFor how long after a lease's end keys that are not strict are still accepted
     */
    public Lease(String edge, String boot, LongSupplier nanos, Duration staleFor) {
        this.edge = edge;
        this.boot = boot;
        this.nanos = nanos;
        this.staleForNanos = staleFor.toNanos();
    }

    /** To be called before ping {@code number} is handed to the network. */
    public synchronized void sending(long number) {
        sent.put(number, nanos.getAsLong());
        if (sent.size() > REMEMBERED) {
            sent.pollFirstEntry();
        }
    }

    /** A heartbeat came in. One that echoes another edge, another boot or an unknown ping grants nothing. */
    public synchronized void heard(Heartbeat heartbeat, Applied applied) {
        Heartbeat.Echo echo = heartbeat.echoes().get(edge);
        if (echo == null || !echo.boot().equals(boot)) {
            return;
        }
        Long sentAt = sent.get(echo.ping());
        if (sentAt == null) {
            return;
        }
        sent.headMap(echo.ping()).clear();
        if (pending.size() == REMEMBERED) {
            // The eldest stays: it is the one that will be reached first.
            pending.removeLast();
        }
        pending.add(new Pending(heartbeat.ends(), sentAt, heartbeat.leaseMillis() * NANOS_PER_MILLI));
        advanced(applied);
    }

    /** The view has come further: heartbeats that waited for it may grant now. */
    public synchronized void advanced(Applied applied) {
        while (!pending.isEmpty() && reached(pending.getFirst(), applied)) {
            Pending p = pending.removeFirst();
            if (!granted.ever || p.sentAt() - granted.from > 0) {
                granted = new Granted(true, p.sentAt(), p.sentAt() + p.leaseNanos());
            }
        }
    }

    /** Ends it at once and for ever: this boot answers no more. */
    public synchronized void giveUp() {
        sent.clear();
        pending.clear();
        granted = Granted.NEVER;
    }

    public Standing standing() {
        Granted g = granted;
        if (!g.ever) {
            return Standing.STARTING;
        }
        long over = nanos.getAsLong() - g.until;
        if (over < 0) {
            return Standing.LIVE;
        }
        return over < staleForNanos ? Standing.LAPSED : Standing.STALE;
    }

    /** An upper bound of the view's age; -1 before the first lease. */
    public long ageMillis() {
        return ageMillis(granted);
    }

    /** What is granted now. To be taken before the view is asked when the age of its answer is to be told. */
    public Granted granted() {
        return granted;
    }

    /**
     * An upper bound, at this moment, of the age of what the view said since {@code before}; -1 before the first lease. However
     * long the answer took: what was learnt after it makes it no younger.
     */
    public long ageMillis(Granted before) {
        return before.ever ? Math.ceilDiv(nanos.getAsLong() - before.from, NANOS_PER_MILLI) : -1;
    }

    private static boolean reached(Pending p, Applied applied) {
        for (Map.Entry<String, List<Long>> topic : p.ends().entrySet()) {
            List<Long> ends = topic.getValue();
            for (int partition = 0; partition < ends.size(); partition++) {
                if (applied.offset(topic.getKey(), partition) < ends.get(partition)) {
                    return false;
                }
            }
        }
        return true;
    }
}
