package io.keyledger.command.barrier;

import io.keyledger.command.ledger.LedgerReader.Known;
import io.keyledger.command.ledger.Published;
import io.keyledger.command.ledger.Published.Place;
import io.keyledger.events.KeyId;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The platform's own barrier, by the same package, for whoever simulates what drives it. */
public final class Barriers {
    private final LiveBarrier barrier;

    /** What an edge may do, as it stands on disk. */
    public record Rows(Collection<EdgeRow> rows) {
        public static final Rows NONE = new Rows(List.of());
    }

    public Barriers(
            String instance,
            Duration lease,
            Duration grace,
            LongSupplier nanos,
            Supplier<Instant> wall,
            Supplier<UUID> machine,
            Supplier<Duration> uptime,
            Function<UUID, Optional<Known>> ledger) {
        barrier = new LiveBarrier(
                instance,
                lease,
                grace,
                () -> new Moment(nanos.getAsLong(), wall.get()),
                () -> new Uptime(machine.get(), uptime.get()),
                ledger,
                _ -> {});
    }

    public void restore(Rows rows, Map<String, Map<Integer, Long>> ends, List<Known> unconfirmed) {
        barrier.restore(rows.rows());
        barrier.endsAre(ends, unconfirmed);
    }

    public void acknowledged(EdgeAck ack) {
        boolean _ = barrier.acknowledged(ack);
    }

    public @Nullable Heartbeat heartbeat() {
        return barrier.heartbeat();
    }

    public void published(
            String event, KeyId key, boolean ends, boolean strict, Instant time, int partition, long offset) {
        barrier.published(new Published(
                event,
                key,
                ends,
                strict,
                time,
                new Place(Topics.LIFECYCLE, 0, 0),
                List.of(new Place(Topics.CREDENTIALS, partition, offset))));
    }

    public boolean effective(String event) {
        return barrier.status(event).map(Barrier.Outcome::effective).orElse(false);
    }

    /** Rows that are to be put on disk; null when there are none. */
    public @Nullable Rows unsaved() {
        List<EdgeRow> rows = barrier.unsaved();
        return rows.isEmpty() ? null : new Rows(rows);
    }

    public void saved(Rows rows) {
        barrier.saved(List.copyOf(rows.rows()));
    }

    /** {@code before} with {@code rows} in their places. */
    public static Rows merged(Rows before, Rows rows) {
        Map<String, EdgeRow> all = new TreeMap<>();
        before.rows().forEach(row -> all.put(row.edge(), row));
        rows.rows().forEach(row -> all.put(row.edge(), row));
        return new Rows(all.values());
    }
}
