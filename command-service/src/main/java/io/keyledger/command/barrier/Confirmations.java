package io.keyledger.command.barrier;

import io.keyledger.command.barrier.Barrier.Confirmed;
import io.keyledger.command.barrier.Barrier.Outcome;
import io.keyledger.command.barrier.Barrier.Pending;
import io.keyledger.command.barrier.Leases.Edge;
import io.keyledger.command.ledger.Published;
import io.keyledger.command.ledger.Published.Place;
import io.keyledger.events.CommandPosition;
import io.keyledger.events.KeyId;
import io.keyledger.events.control.EdgeAck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows of each event how far it has come: published or not, and which edges have it.
 *
 * <p>An event is effective once it is published and no edge is left that could still decide without it: each has
 * acknowledged what tells of it, or has no lease any more, or is gone. Edges that hold no lease yet need not be asked: they
 * get one only after they have applied all that was published before. Once effective, an event stays effective.
 *
 * <p>Pure: time and events are passed in. Not safe for use by several threads at once.
 */
final class Confirmations {
    private static final int REMEMBERED = 20_000;

    private final Leases leases;

    /** Of events that nobody waits for, the last ones. */
    private final Map<String, Followed> remembered = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Followed> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Those that somebody waits for, or that have to be reported when they are effective. */
    private final Map<String, Followed> open = new LinkedHashMap<>();

    private final List<Effective> effective = new ArrayList<>();

    Confirmations(Leases leases) {
        this.leases = leases;
    }

    /** The end or suspension of a key, now that it holds everywhere. */
    record Effective(KeyId key, String cause, List<Confirmed> edges) {}

    private static final class Followed {
        private final String eventId;
        private final Map<String, Confirmed> confirmed = new TreeMap<>();
        private final List<Runnable> waiting = new ArrayList<>();
        private @Nullable Published published;
        private boolean strict = true;
        private boolean effective;

        Followed(String eventId) {
            this.eventId = eventId;
        }

        boolean toReport() {
            return published != null && published.ends();
        }
    }

    /** Notes that an event is on Kafka. A repeat, after a restart of the publisher, changes nothing. */
    void published(Published event, Moment now) {
        Followed followed = followed(event.eventId());
        if (followed.published != null) {
            return;
        }
        followed.published = event;
        followed.strict &= event.strict();
        if (followed.toReport()) {
            remembered.remove(event.eventId());
            open.put(event.eventId(), followed);
        }
        evaluate(followed, now);
        close(followed);
    }

    private Followed followed(String eventId) {
        Followed followed = open.get(eventId);
        if (followed == null) {
            followed = remembered.computeIfAbsent(eventId, Followed::new);
        }
        return followed;
    }

    /** Takes in what an edge has acknowledged. */
    void acknowledged(Edge edge, Moment now) {
        List<Followed> done = new ArrayList<>();
        for (Followed followed : open.values()) {
            if (confirms(edge, followed)) {
                evaluate(followed, now);
                done.add(followed);
            }
        }
        done.forEach(this::close);
    }

    /** Looks again at all that is open: leases may be over. */
    void tick(Moment now) {
        leases.tick(now);
        for (Followed followed : List.copyOf(open.values())) {
            evaluate(followed, now);
            close(followed);
        }
    }

    /** Runs {@code done} once the event is effective; at once when it is already. */
    void follow(String eventId, boolean strict, Runnable done, Moment now) {
        Followed followed = followed(eventId);
        followed.strict &= strict;
        evaluate(followed, now);
        if (followed.effective) {
            done.run();
            return;
        }
        remembered.remove(eventId);
        open.put(eventId, followed);
        followed.waiting.add(done);
    }

    /** Nobody waits with {@code done} any more. */
    void leave(String eventId, Runnable done) {
        Followed followed = open.get(eventId);
        if (followed != null) {
            followed.waiting.remove(done);
            close(followed);
        }
    }

    /** Moves what nobody waits for any more to where it may be forgotten. */
    private void close(Followed followed) {
        boolean stays = !followed.waiting.isEmpty() || followed.toReport() && !followed.effective;
        if (!stays && open.remove(followed.eventId) != null) {
            remembered.put(followed.eventId, followed);
        }
    }

    /** How far the event has come; empty when it is not known here. */
    Optional<Outcome> outcome(String eventId, Moment now) {
        Followed followed = open.getOrDefault(eventId, remembered.get(eventId));
        if (followed == null) {
            return Optional.empty();
        }
        evaluate(followed, now);
        Published published = followed.published;
        List<Edge> pending = followed.effective ? List.of() : pending(followed, now);
        return Optional.of(new Outcome(
                eventId,
                published == null ? "" : position(published),
                followed.effective,
                List.copyOf(followed.confirmed.values()),
                pending.stream()
                        .map(edge -> new Pending(edge.name, reason(followed, edge, now)))
                        .toList(),
                published == null ? null : leases.harmlessAt(pending, followed.strict, now)));
    }

    /** Empty when it is not known where the event itself stands. */
    private static String position(Published published) {
        Place event = published.position();
        if (event.offset() < 0) {
            return "";
        }
        return new CommandPosition(event.partition(), event.offset(), List.of())
                .with(published.views().stream()
                        .map(view -> new CommandPosition.Place(view.topic(), view.partition(), view.offset()))
                        .toList())
                .text();
    }

    private String reason(Followed followed, Edge edge, Moment now) {
        if (followed.published == null) {
            return "not-published";
        }
        return leases.mayHoldLease(edge, now) ? "not-acknowledged" : "no-lease";
    }

    private void evaluate(Followed followed, Moment now) {
        if (followed.effective || followed.published == null) {
            return;
        }
        for (Edge edge : leases.all()) {
            if (!leases.isOver(edge) && confirms(edge, followed)) {
                Confirmed before = followed.confirmed.get(edge.name);
                if (before == null || !before.boot().equals(edge.boot)) {
                    followed.confirmed.put(edge.name, confirmed(edge, followed.published, now));
                }
            }
        }
        if (pending(followed, now).isEmpty()) {
            followed.effective = true;
            if (followed.published.ends() && followed.published.key() != null) {
                effective.add(new Effective(
                        followed.published.key(), followed.eventId, List.copyOf(followed.confirmed.values())));
            }
            followed.waiting.forEach(Runnable::run);
            followed.waiting.clear();
        }
    }

    private List<Edge> pending(Followed followed, Moment now) {
        List<Edge> pending = new ArrayList<>();
        for (Edge edge : leases.all()) {
            if (leases.couldAccept(edge, followed.strict, now) && !confirms(edge, followed)) {
                pending.add(edge);
            }
        }
        return pending;
    }

    private static boolean confirms(Edge edge, Followed followed) {
        EdgeAck ack = edge.lastAck();
        Published published = followed.published;
        if (ack == null || published == null) {
            return false;
        }
        for (Place view : published.views()) {
            if (ack.applied(view.topic(), view.partition()) <= view.offset()) {
                return false;
            }
        }
        return true;
    }

    private static Confirmed confirmed(Edge edge, Published published, Moment now) {
        EdgeAck ack = edge.lastAck();
        Instant at = now.wallAt(edge.lastAckAt());
        long millis = Math.max(0, Duration.between(published.time(), at).toMillis());
        return new Confirmed(edge.name, edge.boot, millis, ack == null ? List.of() : List.copyOf(ack.lanes()));
    }

    /** Takes what has become effective since the last call and has to be reported. */
    List<Effective> takeEffective() {
        List<Effective> taken = List.copyOf(effective);
        effective.clear();
        return taken;
    }
}
