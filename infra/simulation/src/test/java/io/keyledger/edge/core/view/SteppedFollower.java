package io.keyledger.edge.core.view;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.view.Following.Batch;
import io.keyledger.edge.core.view.Following.Partition;
import io.keyledger.edge.core.view.ViewRecords.Change;
import io.keyledger.edge.core.view.ViewRecords.Stored;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.verifier.BrokenViews;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.ViewImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The platform's own following, by the same package, in steps that a scheduler makes; whole, or with a planted bug. */
public final class SteppedFollower implements Follower, Following.Log {
    private final Following following;
    private final ViewStore store;
    private final Consumer<EdgeAck> acks;
    private final Map<Partition, Long> next = new TreeMap<>();
    private final List<Partition> stopped = new ArrayList<>();

    /** What may be wrong with it. */
    public enum Bug {
        NONE,
        /** Positions are told when records are fetched, and these applied with the next ones. */
        ACKNOWLEDGED_BEFORE_APPLIED,
        /** Ends are not noted. */
        ENDS_NOT_NOTED
    }

    /** One partition, as a log holds it. */
    public interface Source {
        long end();

        /** The record at that place, or null where there is none any more. */
        @Nullable
        Item at(long offset);
    }

    /** @param value null = a tombstone */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Item(byte[] key, byte @Nullable [] value) {}

    public SteppedFollower(
            String instance,
            String edge,
            String boot,
            ViewStore store,
            Lease lease,
            EdgeTime time,
            LongSupplier nanos,
            Supplier<List<Long>> lanes,
            Runnable onReady,
            Consumer<EdgeAck> acks,
            Bug bug) {
        this.store = store;
        this.acks = acks;
        this.following = switch (bug) {
            case NONE -> new Following(instance, edge, boot, store, lease, time, nanos, lanes, onReady, this);
            case ENDS_NOT_NOTED ->
                new Following(instance, edge, boot, store, lease, time, nanos, lanes, onReady, this) {
                    @Override
                    boolean ends(Change.Told told) {
                        return false;
                    }
                };
            case ACKNOWLEDGED_BEFORE_APPLIED ->
                new Hasty(instance, edge, boot, store, lease, time, nanos, lanes, onReady, this);
        };
    }

    private static final class Hasty extends Following {
        private final Map<Partition, Batch> held = new HashMap<>();

        Hasty(
                String instance,
                String edge,
                String boot,
                ViewStore store,
                Lease lease,
                EdgeTime time,
                LongSupplier nanos,
                Supplier<List<Long>> lanes,
                Runnable onReady,
                Following.Log log) {
            super(instance, edge, boot, store, lease, time, nanos, lanes, onReady, log);
        }

        @Override
        boolean take(Batch batch) {
            Batch before = held.put(batch.from(), batch);
            return before == null || super.take(before);
        }

        @Override
        Map<String, List<Long>> positions() {
            Map<String, List<Long>> told = super.positions();
            held.forEach((p, batch) -> {
                List<Long> ofTopic = new ArrayList<>(told.get(p.topic()));
                ofTopic.set(p.number(), Math.max(ofTopic.get(p.number()), batch.next()));
                told.put(p.topic(), ofTopic);
            });
            return told;
        }
    }

    /** The store of an edge; its views forget what is over when {@code lastWins}. */
    public static ViewStore store(Disk disk, Path folder, String instance, Peppers peppers, boolean lastWins)
            throws IOException {
        if (!lastWins) {
            return ViewStore.open(disk, folder, instance, peppers);
        }
        return ViewStore.open(disk, folder, instance, new ViewStore.Images() {
            @Override
            public KeyView empty() {
                return BrokenViews.lastWins(peppers, 1);
            }

            @Override
            public ViewImage.Read read(ViewImage.Source from) throws IOException {
                return BrokenViews.readLastWins(instance, peppers, from);
            }
        });
    }

    /** Whether a store that was just opened has found an image. */
    public static boolean hasImage(ViewStore store) {
        return store.kept();
    }

    @Override
    public void start() {
        following.begin();
    }

    @Override
    public boolean ready() {
        return following.ready();
    }

    @Override
    public @Nullable String trouble() {
        return following.trouble();
    }

    @Override
    public void stop() {
        following.stopped();
    }

    /** Makes an image, as the thread beside does. */
    public void save(EdgeTime time) throws IOException {
        if (following.ready()) {
            store.save(following.topics(), time.instant());
        }
    }

    public void identified(Map<String, String> ids) {
        following.identified(ids);
    }

    public boolean asksForEnds() {
        return following.asksForEnds();
    }

    /**
     * One poll.
     *
     * @param most of how many records of each partition come at most, by its name; 0 = none
     */
    public void poll(Map<String, ? extends List<? extends Source>> log, IntSupplier most, List<byte[]> heartbeats) {
        if (following.asksForEnds()) {
            Map<Partition, Long> ends = new HashMap<>();
            for (Partition p : Following.VIEW) {
                ends.put(p, source(log, p).end());
            }
            following.ends(ends);
        }
        List<Batch> batches = new ArrayList<>();
        for (Partition p : Following.VIEW) {
            Source source = source(log, p);
            Long from = next.get(p);
            if (from == null || stopped.contains(p)) {
                continue;
            }
            if (from > source.end()) {
                following.lost(p);
                continue;
            }
            List<Stored> records = new ArrayList<>();
            long at = from;
            for (int left = at < source.end() ? most.getAsInt() : 0; left > 0 && at < source.end(); at++) {
                Item item = source.at(at);
                if (item != null) {
                    records.add(new Stored(at, item.key(), item.value()));
                    left--;
                }
            }
            if (!records.isEmpty()) {
                next.put(p, at);
                batches.add(new Batch(p, records, at));
            }
        }
        following.step(batches, heartbeats);
    }

    private static Source source(Map<String, ? extends List<? extends Source>> log, Partition p) {
        return Objects.requireNonNull(log.get(p.topic())).get(p.number());
    }

    @Override
    public void readFrom(Partition partition, @Nullable Long offset) {
        stopped.remove(partition);
        next.put(partition, offset == null ? 0 : offset);
    }

    @Override
    public void stop(Partition partition, long at) {
        stopped.add(partition);
    }

    @Override
    public void acknowledge(EdgeAck ack) {
        acks.accept(ack);
    }
}
