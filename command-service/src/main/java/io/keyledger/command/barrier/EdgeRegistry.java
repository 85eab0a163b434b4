package io.keyledger.command.barrier;

import io.keyledger.events.control.EdgeAck;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which edges there are, and up to where their acknowledgements are read: one thing on disk. Were the position behind its rows,
 * a restart would hear a former boot again, take it for a new one, and the live boot for a former one from then on; were it
 * ahead, an edge's last word would be lost. Safe from any thread.
 */
final class EdgeRegistry {
    private final LiveBarrier barrier;
    private final Disk disk;

    /** Held while a word is taken in together with its place, and while both are looked at. */
    private final ReentrantLock reading = new ReentrantLock();

    /** One write at a time, so that an older one never comes last. */
    private final ReentrantLock writing = new ReentrantLock();

    private final Map<Integer, Long> feed = new TreeMap<>();
    private Map<Integer, Long> saved = Map.of();

    /** Where it is kept. */
    interface Disk {
        /** Writes both, or neither. */
        void save(List<EdgeRow> rows, Map<Integer, Long> feed);
    }

    EdgeRegistry(LiveBarrier barrier, Disk disk) {
        this.barrier = barrier;
        this.disk = disk;
    }

    /** Takes over what an earlier process left. */
    void restore(List<EdgeRow> rows, Map<Integer, Long> position) {
        reading.lock();
        try {
            barrier.restore(rows);
            feed.putAll(position);
        } finally {
            reading.unlock();
        }
    }

    /** The offset at which to go on reading that partition; null = at its beginning. */
    @Nullable
    Long position(int partition) {
        reading.lock();
        try {
            return feed.get(partition);
        } finally {
            reading.unlock();
        }
    }

    /**
     * Takes in what stands at that place; tells whether the edge only lacks a heartbeat to get a lease.
     *
     * @param ack null when it is nothing that can be read
     */
    boolean read(int partition, long offset, @Nullable EdgeAck ack) {
        reading.lock();
        try {
            feed.put(partition, offset + 1);
            return ack != null && barrier.acknowledged(ack);
        } finally {
            reading.unlock();
        }
    }

    /**
     * Writes the rows that differ from what is on disk, with the position; tells whether there were any.
     *
     * @param alsoPosition to be written as well when only that has changed
     */
    boolean save(boolean alsoPosition) {
        writing.lock();
        try {
            List<EdgeRow> rows;
            Map<Integer, Long> position;
            reading.lock();
            try {
                rows = barrier.unsaved();
                position = new TreeMap<>(feed);
            } finally {
                reading.unlock();
            }
            if (rows.isEmpty() && (!alsoPosition || position.equals(saved))) {
                return false;
            }
            disk.save(rows, position);
            barrier.saved(rows);
            saved = position;
            return !rows.isEmpty();
        } finally {
            writing.unlock();
        }
    }
}
