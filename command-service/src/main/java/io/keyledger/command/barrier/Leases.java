package io.keyledger.command.barrier;

import io.keyledger.command.barrier.EdgeRow.Standing;
import io.keyledger.events.RecordJson;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.EdgeAck.Phase;
import io.keyledger.events.control.Heartbeat.Echo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows every edge and until when its lease can last at most.
 *
 * <p>An edge's lease runs from the moment at which it sent a ping that a heartbeat echoes. That moment is not known here, but
 * it is before the ping came in: so the lease ends at the latest {@code lease} after that, and a little for clocks that do
 * not run alike. An edge that was never echoed has no lease. That an edge may have one is on disk before it is first echoed;
 * so a restart knows all edges that may accept anything, and takes those that were live for live a whole lease longer.
 * How long an edge has been without a lease outlives a restart as {@link Uptime}, never as wall time: where no such clock spans
 * both processes, no time has passed. That an edge has become harmless is on disk too, so that those long dead are not waited for
 * once more.
 *
 * <p>Pure: time and events are passed in. Not safe for use by several threads at once.
 */
final class Leases {
    private static final int FORMER_BOOTS = 16;

    private final long leaseNanos;
    private final long graceNanos;
    private final Supplier<@Nullable Uptime> uptime;
    private final Map<String, Edge> edges = new TreeMap<>();

    /**
     * No edges yet.
     *
     * @param lease as the heartbeat says it
     * @param grace for how long an edge without a lease goes on accepting keys that are not strict
     * @param uptime {@link Uptime#now}; asked when a lease ends, and at {@link #restore}
     */
    Leases(Duration lease, Duration grace, Supplier<@Nullable Uptime> uptime) {
        this.leaseNanos = withDrift(lease);
        this.graceNanos = withDrift(grace);
        this.uptime = uptime;
    }

    /** One per cent more, for a monotonic clock that runs slower than ours. */
    private static long withDrift(Duration duration) {
        return duration.toNanos() + duration.toNanos() / 100;
    }

    /** One edge, in its last boot. */
    static final class Edge {
        final String name;
        final String boot;
        private final Set<String> formerBoots = new HashSet<>();
        private @Nullable Standing standing;
        private long leaseEnd;
        private @Nullable Instant endedAt;
        private @Nullable Uptime endedUptime;
        private @Nullable EdgeAck lastAck;
        private long lastAckAt;
        private long pingAt;
        private @Nullable EdgeRow saved;

        Edge(String name, String boot) {
            this.name = name;
            this.boot = boot;
        }

        /** The last word of this boot; null when it has not been heard since this process started. */
        @Nullable
        EdgeAck lastAck() {
            return lastAck;
        }

        /** When that came in, on the monotonic clock. */
        long lastAckAt() {
            return lastAckAt;
        }

        private boolean over() {
            return standing == Standing.STOPPED || standing == Standing.RETIRED;
        }

        /** The edge as it should stand on disk; null when nothing of it needs to. */
        private @Nullable EdgeRow row() {
            if (standing == null) {
                return null;
            }
            boolean ended = standing == Standing.ENDED;
            return new EdgeRow(name, boot, standing, ended ? endedAt : null, ended ? endedUptime : null);
        }
    }

    /** Takes over what an earlier process left. */
    void restore(Collection<EdgeRow> rows, Moment now) {
        Uptime up = uptime.get();
        for (EdgeRow row : rows) {
            Edge edge = new Edge(row.edge(), row.boot());
            edge.standing = row.standing();
            edge.saved = row;
            edge.leaseEnd = switch (row.standing()) {
                case LIVE -> now.nanos() + leaseNanos;
                case ENDED -> resume(edge, row, up, now);
                case HARMLESS, STOPPED, RETIRED -> now.nanos() - graceNanos;
            };
            edges.putIfAbsent(edge.name, edge);
        }
    }

    /** When the lease has ended at the latest, by the time that has passed at the least. */
    private static long resume(Edge edge, EdgeRow row, @Nullable Uptime up, Moment now) {
        long passed = up == null ? 0 : up.since(row.endedUptime()).toNanos();
        edge.endedAt = row.endedAt();
        // From where no clock comes from, it is counted from here, also by whoever restarts after us.
        edge.endedUptime = passed == 0 ? up : row.endedUptime();
        return now.nanos() - passed;
    }

    /** Takes in an edge's word; tells whether it says anything new of how far the edge has come. */
    @Nullable
    Edge acknowledged(EdgeAck ack, Moment now) {
        Edge edge = edges.get(ack.edge());
        if (edge == null || !edge.boot.equals(ack.boot())) {
            if (edge != null && edge.formerBoots.contains(ack.boot())) {
                return null;
            }
            edge = newBoot(edge, ack);
        } else if (edge.over()) {
            return null;
        }
        EdgeAck last = edge.lastAck;
        if (last != null && ack.ping() <= last.ping()) {
            return null;
        }
        edge.lastAck = ack;
        edge.lastAckAt = now.nanos();
        edge.pingAt = now.nanos();
        if (ack.phase() == Phase.STOPPED) {
            edge.standing = Standing.STOPPED;
        }
        return edge;
    }

    /** The data of an edge is locked by its process, so that the first word of a new boot proves that the old one is over. */
    private Edge newBoot(@Nullable Edge old, EdgeAck ack) {
        Edge edge = new Edge(ack.edge(), ack.boot());
        if (old != null) {
            if (old.formerBoots.size() < FORMER_BOOTS) {
                edge.formerBoots.addAll(old.formerBoots);
            }
            edge.formerBoots.add(old.boot);
            edge.saved = old.saved;
        }
        edges.put(edge.name, edge);
        return edge;
    }

    /** Notes which leases are over by now, and which edges accept nothing any more. */
    void tick(Moment now) {
        for (Edge edge : edges.values()) {
            if (edge.standing == Standing.LIVE && edge.leaseEnd - now.nanos() <= 0) {
                edge.standing = Standing.ENDED;
                edge.endedAt = now.wallAt(edge.leaseEnd);
                // A machine that slept has a monotonic clock that is behind its uptime: the end comes out later, never
                // earlier.
                Uptime up = uptime.get();
                edge.endedUptime = up == null ? null : up.before(Duration.ofNanos(now.nanos() - edge.leaseEnd));
            }
            if (edge.standing == Standing.ENDED && edge.leaseEnd + graceNanos - now.nanos() <= 0) {
                edge.standing = Standing.HARMLESS;
            }
        }
    }

    /**
     * The echoes of a heartbeat that is about to be sent; from here on the edges it names may hold a lease. An edge that is
     * not on disk as live is left out, and asked for by {@link #unsaved}.
     *
     * <p>Nor is an edge echoed that is far behind: it would get no lease from it, and revocations would wait for it in vain.
     *
     * @param recent end offsets of the view a moment ago: who is to get a lease has reached them
     * @param old end offsets of the view some seconds ago: who is to keep its lease has reached them
     */
    Map<String, Echo> echoes(Map<String, List<Long>> recent, Map<String, List<Long>> old, Moment now) {
        tick(now);
        Map<String, Echo> echoes = new TreeMap<>();
        for (Edge edge : edges.values()) {
            EdgeAck ack = edge.lastAck;
            if (ack == null || edge.over() || edge.pingAt + leaseNanos - now.nanos() <= 0) {
                continue;
            }
            if (!reaches(ack, edge.standing == Standing.LIVE ? old : recent)) {
                continue;
            }
            if (edge.standing != Standing.LIVE) {
                edge.standing = Standing.LIVE;
                edge.leaseEnd = now.nanos() + leaseNanos;
            }
            if (isSaved(edge)) {
                edge.leaseEnd = Math.max(edge.leaseEnd, edge.pingAt + leaseNanos);
                echoes.put(edge.name, new Echo(edge.boot, ack.ping()));
            }
        }
        return echoes;
    }

    private static boolean reaches(EdgeAck ack, Map<String, List<Long>> ends) {
        for (Map.Entry<String, List<Long>> topic : ends.entrySet()) {
            for (int partition = 0; partition < topic.getValue().size(); partition++) {
                if (ack.applied(topic.getKey(), partition) < topic.getValue().get(partition)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the edge has come far enough for a lease, and has none. */
    boolean awaitsLease(Edge edge, Map<String, List<Long>> recent, Moment now) {
        EdgeAck ack = edge.lastAck;
        return ack != null && !edge.over() && !mayHoldLease(edge, now) && reaches(ack, recent);
    }

    private static boolean isSaved(Edge edge) {
        return edge.saved != null && edge.saved.equals(edge.row());
    }

    /** Rows that differ from what is on disk. */
    List<EdgeRow> unsaved() {
        List<EdgeRow> rows = new ArrayList<>();
        for (Edge edge : edges.values()) {
            EdgeRow row = edge.row();
            if (row != null && !row.equals(edge.saved)) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** Notes that these are on disk now. */
    void saved(Collection<EdgeRow> rows) {
        for (EdgeRow row : rows) {
            Edge edge = edges.get(row.edge());
            if (edge != null) {
                edge.saved = row;
            }
        }
    }

    /** An operator vouches that the edge accepts nothing any more; false when there is no such edge. */
    boolean retire(String name) {
        Edge edge = edges.get(name);
        if (edge == null) {
            return false;
        }
        edge.standing = Standing.RETIRED;
        return true;
    }

    /** All edges, by name. */
    Collection<Edge> all() {
        return edges.values();
    }

    /** Whether the edge could still accept a key of that policy without having heard anything new. */
    boolean couldAccept(Edge edge, boolean strict, Moment now) {
        return harmlessAt(edge, strict) - now.nanos() > 0
                && (edge.standing == Standing.LIVE || edge.standing == Standing.ENDED);
    }

    /** What the edge may still do, in a word. */
    String standing(Edge edge, Moment now) {
        tick(now);
        return edge.standing == null ? "new" : RecordJson.wire(edge.standing);
    }

    /** Whether the edge is known to accept nothing any more. */
    boolean isOver(Edge edge) {
        return edge.over();
    }

    /** Whether the lease of the edge may be running. */
    boolean mayHoldLease(Edge edge, Moment now) {
        return edge.standing == Standing.LIVE && edge.leaseEnd - now.nanos() > 0;
    }

    /** When the edge refuses keys of that policy by itself, at the latest, on the monotonic clock. */
    long harmlessAt(Edge edge, boolean strict) {
        return strict ? edge.leaseEnd : edge.leaseEnd + graceNanos;
    }

    /** When the last of the edges refuses by itself. */
    @Nullable
    Instant harmlessAt(Collection<Edge> pending, boolean strict, Moment now) {
        return pending.stream()
                .map(edge -> harmlessAt(edge, strict))
                .max(Comparator.naturalOrder())
                .map(now::wallAt)
                .orElse(null);
    }
}
