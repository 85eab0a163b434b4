package io.keyledger.command.barrier;

import io.keyledger.command.barrier.Confirmations.Effective;
import io.keyledger.command.barrier.Leases.Edge;
import io.keyledger.command.ledger.LedgerReader.Known;
import io.keyledger.command.ledger.PublishListener;
import io.keyledger.command.ledger.Published;
import io.keyledger.command.ledger.Published.Place;
import io.keyledger.events.KeyId;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.view.CredentialRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The barrier at work: {@link Leases}, {@link Confirmations} and {@link Ends} under one lock, with a clock and ways out that
 * it is given. It starts no thread and knows no Kafka; what drives it calls in from any thread.
 */
final class LiveBarrier implements Barrier, PublishListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final String instance;
    private final Duration lease;
    private final Supplier<Moment> clock;
    private final Function<UUID, Optional<Known>> ledger;
    private final Consumer<Effective> report;
    private final Leases leases;
    private final Confirmations confirmations;
    private final Ends ends = new Ends();
    private boolean endsKnown;

    /**
     * A barrier that knows of no edge yet.
     *
     * @param grace for how long an edge without a lease goes on accepting keys that are not strict
     * @param uptime {@link Uptime#now}
     * @param ledger finds an event of which there is no memory
     * @param report takes what has become effective; called with the lock held, must not wait
     */
    LiveBarrier(
            String instance,
            Duration lease,
            Duration grace,
            Supplier<Moment> clock,
            Supplier<@Nullable Uptime> uptime,
            Function<UUID, Optional<Known>> ledger,
            Consumer<Effective> report) {
        this.instance = instance;
        this.lease = lease;
        this.clock = clock;
        this.ledger = ledger;
        this.report = report;
        this.leases = new Leases(lease, grace, uptime);
        this.confirmations = new Confirmations(leases);
    }

    /** Takes over what an earlier process knew. To be called before anything is published. */
    void restore(Collection<EdgeRow> edges) {
        locked(now -> {
            leases.restore(edges, now);
            return true;
        });
    }

    /**
     * Learns where the view topics end. What an earlier process has published and nobody has confirmed is followed from here
     * on: wherever it stands, it is before these ends.
     *
     * @param unconfirmed read before the ends were
     */
    void endsAre(Map<String, Map<Integer, Long>> known, List<Known> unconfirmed) {
        locked(now -> {
            known.forEach((topic, offsets) -> offsets.forEach((partition, end) -> ends.reach(topic, partition, end)));
            endsKnown = true;
            for (Known event : unconfirmed) {
                if (event.published()) {
                    confirmations.published(somewhere(event), now);
                }
            }
            return true;
        });
    }

    /** The event as published at places unknown, but before the present ends. */
    private Published somewhere(Known event) {
        KeyId key = event.key();
        List<Place> views = key == null
                ? List.of(ends.last(Topics.PRINCIPALS, 0))
                : List.of(ends.last(
                        Topics.CREDENTIALS,
                        CredentialRecord.partition(
                                key, Ends.partitions(Topics.CREDENTIALS).size())));
        return new Published(
                event.eventId(),
                key,
                event.ends(),
                event.strict(),
                event.time(),
                new Place(Topics.LIFECYCLE, 0, -1),
                views);
    }

    @Override
    public void published(Published event) {
        locked(now -> {
            event.views().forEach(ends::stands);
            confirmations.published(event, now);
            return true;
        });
    }

    /**
     * Takes in the word of an edge; tells whether the edge only lacks a heartbeat to get a lease.
     */
    boolean acknowledged(EdgeAck ack) {
        return locked(now -> {
            Edge edge = leases.acknowledged(ack, now);
            if (edge == null) {
                return false;
            }
            confirmations.acknowledged(edge, now);
            return leases.awaitsLease(edge, ends.recent(), now);
        });
    }

    /** The next heartbeat; null while the ends are not known. To be sent at once, or not at all. */
    @Nullable
    Heartbeat heartbeat() {
        lock.lock();
        try {
            if (!endsKnown) {
                return null;
            }
            Moment now = clock.get();
            confirmations.tick(now);
            Map<String, Heartbeat.Echo> echoes = leases.echoes(ends.recent(), ends.old(), now);
            Map<String, List<Long>> said = ends.now();
            ends.said(said);
            drain();
            return new Heartbeat(instance, now.wall(), lease.toMillis(), said, echoes);
        } finally {
            lock.unlock();
        }
    }

    /** Rows to be written, then told by {@link #saved}. */
    List<EdgeRow> unsaved() {
        return locked(_ -> leases.unsaved());
    }

    void saved(List<EdgeRow> rows) {
        locked(_ -> {
            leases.saved(rows);
            return true;
        });
    }

    /**
     * Takes the word of an operator that the edge is gone and accepts nothing any more, so that no revocation waits for it.
     * It comes back with its next boot.
     *
     * @return false when there is no such edge
     */
    boolean retire(String edge) {
        return locked(now -> {
            boolean retired = leases.retire(edge);
            confirmations.tick(now);
            return retired;
        });
    }

    /** How many edges may hold a lease. */
    int leased() {
        return locked(now -> Math.toIntExact(leases.all().stream()
                .filter(edge -> leases.mayHoldLease(edge, now))
                .count()));
    }

    /** Every edge that is known, with what it may still do. */
    List<EdgeEntry> edges() {
        return locked(now -> leases.all().stream().map(edge -> entry(edge, now)).toList());
    }

    private EdgeEntry entry(Edge edge, Moment now) {
        EdgeAck ack = edge.lastAck();
        long applied = 0;
        long behind = 0;
        if (ack != null) {
            for (Map.Entry<String, List<Long>> topic : ends.now().entrySet()) {
                for (int partition = 0; partition < topic.getValue().size(); partition++) {
                    long there = ack.applied(topic.getKey(), partition);
                    applied += there;
                    behind += Math.max(0, topic.getValue().get(partition) - there);
                }
            }
        }
        return new EdgeEntry(
                edge.name,
                edge.boot,
                leases.standing(edge, now),
                leases.mayHoldLease(edge, now) ? now.wallAt(leases.harmlessAt(edge, true)) : null,
                ack == null ? null : now.wallAt(edge.lastAckAt()),
                applied,
                behind);
    }

    @Override
    public Outcome await(String eventId, boolean strict, Duration patience) {
        CountDownLatch done = new CountDownLatch(1);
        Runnable finish = done::countDown;
        locked(now -> {
            confirmations.follow(eventId, strict, finish, now);
            return true;
        });
        try {
            boolean _ = done.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return locked(now -> {
            Outcome outcome = confirmations.outcome(eventId, now).orElseThrow();
            confirmations.leave(eventId, finish);
            return outcome;
        });
    }

    @Override
    public Optional<Outcome> status(String barrierId) {
        Optional<Outcome> remembered = locked(now -> confirmations.outcome(barrierId, now));
        if (remembered.isPresent() && !remembered.get().position().isEmpty()) {
            return remembered;
        }
        Optional<Known> known = eventId(barrierId).flatMap(ledger);
        if (known.isEmpty() || !known.get().published()) {
            return remembered;
        }
        return locked(now -> {
            if (endsKnown) {
                confirmations.published(somewhere(known.get()), now);
            }
            return confirmations.outcome(barrierId, now);
        });
    }

    private static Optional<UUID> eventId(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private interface Step<T> {
        T at(Moment now);
    }

    private <T> T locked(Step<T> step) {
        lock.lock();
        try {
            T result = step.at(clock.get());
            drain();
            return result;
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        confirmations.takeEffective().forEach(report);
    }
}
