package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.Disk.DiskFile;
import io.keyledger.edge.core.disk.Disk.Mapped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log of checksummed records in memory-mapped files of fixed size: what was appended is in the operating
 * system's page cache and outlives the process, wherever that dies.
 *
 * <p>A record is {@code length u32, crc32c u32, payload}, padded to 8 bytes; length 0 ends a segment. A position is
 * {@code segment * segmentBytes + offset}. Segments are written full of zeros before they are mapped, so that a full disk
 * is an answer here and not a signal that ends the process.
 *
 * <p>One writer at a time (the caller's lock), one reader; {@link #prepare} and {@link #trim} belong to the reader. Any one
 * thread may {@link #force}; where that is done, nothing is trimmed that was not forced before.
 */
final class RawLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RawLog.class);
    private static final int HEADER = 2 * Integer.BYTES;
    private static final int ALIGNMENT = 8;
    private static final String SUFFIX = ".seg";

    /** Written again and again: an array as long as a segment would be copied by the collector each time. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private final Disk disk;
    private final Path dir;
    private final String name;
    private final int segmentBytes;
    private final long maxBytes;
    private final int mutableBytes;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private volatile long written;

    /** The segment that was written last, and its index; the writer's. */
    private @Nullable Segment latest;

    private long latestIndex = -1;

    /** The segment for which {@link #isNextDue} has said so; the writer's. */
    private long dueFor = -1;

    private volatile long trimmed;
    private volatile long forced;
    /** Of segments before it the names are forced, too. */
    private long named;

    private record Segment(Path file, Mapped mapped, ByteBuffer bytes) {}

    /** A record and where the next one begins. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(long position, byte[] payload, long next) {}

    private RawLog(Disk disk, Path dir, String name, int segmentBytes, long maxBytes, int mutableBytes) {
        this.disk = disk;
        this.dir = dir;
        this.name = name;
        this.segmentBytes = segmentBytes;
        this.maxBytes = maxBytes;
        this.mutableBytes = mutableBytes;
    }

    /**
     * A new, empty log.
     *
     * @param mutableBytes so many first bytes of each payload may be changed in place and are not under the checksum
     */
    static RawLog create(Disk disk, Path dir, String name, int segmentBytes, long maxBytes, int mutableBytes)
            throws IOException {
        RawLog log = new RawLog(disk, dir, name, segmentBytes, maxBytes, mutableBytes);
        log.segments.put(0L, log.newSegment(0));
        return log;
    }

    /**
     * The log of a run that is over, to be read to its end. A last record that is not whole was never answered for, and is
     * no record.
     *
     * @param consumed everything before it is used up: files of it that are there again, or still, count for nothing
     * @param cut whether the machine has gone down since: then pages may be missing anywhere behind what was forced, and the
     *     log ends at the first of them
     * @throws IOException when a record before the last one is damaged, and that is not why
     */
    static RawLog recover(Disk disk, Path dir, String name, int mutableBytes, long consumed, boolean cut)
            throws IOException {
        Map<Path, Integer> files = new TreeMap<>();
        for (Path file : files(disk, dir, name)) {
            files.put(file, sizeOf(disk, file));
        }
        int segmentBytes = Math.max(
                ALIGNMENT, files.values().stream().mapToInt(i -> i).max().orElse(0));
        RawLog log = new RawLog(disk, dir, name, segmentBytes, 0, mutableBytes);
        for (Map.Entry<Path, Integer> file : files.entrySet()) {
            long index = log.indexOf(file.getKey());
            if (index < consumed / segmentBytes) {
                disk.delete(file.getKey());
            } else if (!cut || file.getValue() == segmentBytes) {
                log.segments.put(index, log.map(file.getKey()));
            }
        }
        if (!log.segments.isEmpty()) {
            log.trimmed = log.segments.firstKey() * segmentBytes;
            log.written = log.findEnd(cut ? consumed / segmentBytes * segmentBytes : log.trimmed, cut);
        }
        log.forced = Long.MAX_VALUE;
        return log;
    }

    /** The position of the record that now holds {@code payload}, or -1 when there is no room. */
    long append(byte[] payload) {
        return append(payload, payload.length, 0);
    }

    /** The same, leaving {@code spare} bytes for what is more important. */
    long append(byte[] payload, long spare) {
        return append(payload, payload.length, spare);
    }

    /** The same for a payload that is the first {@code length} bytes of {@code from}. */
    long append(byte[] from, int length, long spare) {
        int size = sizeOf(length);
        long at = written;
        if (at % segmentBytes + size > segmentBytes) {
            at = (at + segmentBytes - 1) / segmentBytes * segmentBytes;
        }
        if (spare > 0 && at + size - trimmed > maxBytes - spare) {
            return -1;
        }
        long index = at / segmentBytes;
        Segment segment = index == latestIndex ? latest : null;
        if (segment == null) {
            segment = segments.get(index);
            if (segment == null) {
                segment = extend(index);
            }
            if (segment == null) {
                return -1;
            }
            latest = segment;
            latestIndex = index;
        }
        int offset = (int) (at % segmentBytes);
        ByteBuffer bytes = segment.bytes();
        bytes.put(offset + HEADER, from, 0, length);
        bytes.putInt(offset + Integer.BYTES, checksum(from, length));
        bytes.putInt(offset, length);
        written = at + size;
        return at;
    }

    /** Sets eight bytes of the mutable part of a record; by the writer. */
    void set(long position, int payloadOffset, long value) {
        segment(position).bytes().putLong(at(position, payloadOffset), value);
    }

    /** Eight bytes of the mutable part of a record; by the writer. */
    long get(long position, int payloadOffset) {
        return segment(position).bytes().getLong(at(position, payloadOffset));
    }

    /** The first record at or after {@code position} and before {@code end}, or null. */
    @Nullable
    Entry next(long position, long end) throws IOException {
        long at = position;
        while (at < Math.min(end, written)) {
            Segment segment = segments.get(at / segmentBytes);
            int offset = (int) (at % segmentBytes);
            int length = segment == null || offset + HEADER > segmentBytes
                    ? 0
                    : segment.bytes().getInt(offset);
            if (segment == null || length == 0) {
                at = (at / segmentBytes + 1) * segmentBytes;
                continue;
            }
            byte[] payload = whole(segment.bytes(), offset, length);
            if (payload == null) {
                throw new IOException("damaged record at %d of %s in %s".formatted(at, name, dir));
            }
            return new Entry(at, payload, at + sizeOf(length));
        }
        return null;
    }

    /** Where the next record will go; everything before it can be read. */
    long written() {
        return written;
    }

    /** Everything before it outlives the loss of power; of a log that nobody forces, nothing is known to. */
    long forced() {
        return forced;
    }

    /** Forces what a run has left that is over: it may have been killed before it did so itself. */
    void forceRecovered() throws IOException {
        for (Segment segment : segments.values()) {
            segment.mapped().force();
        }
    }

    /** Forces all that was appended before this call, and that its files are there. */
    void force() throws IOException {
        long end = written;
        if (end <= forced) {
            return;
        }
        long last = (end - 1) / segmentBytes;
        for (Segment segment :
                segments.subMap(forced / segmentBytes, true, last, true).values()) {
            segment.mapped().force();
        }
        if (named <= last) {
            disk.forceFolder(dir);
            named = last + 1;
        }
        forced = end;
    }

    /** Bytes of segments that are not trimmed. */
    long held() {
        return segments.size() * (long) segmentBytes;
    }

    /** Makes the next segment before it is needed, so that a request thread need not. */
    void prepare() {
        long next = written / segmentBytes + 1;
        if (written % segmentBytes > begun() && !segments.containsKey(next)) {
            extend(next);
        }
    }

    /** Whether the segment that is written has just got so far that the next one is to be made; true once. By the writer. */
    boolean isNextDue() {
        if (latestIndex == dueFor || written % segmentBytes <= begun()) {
            return false;
        }
        dueFor = latestIndex;
        return true;
    }

    /** So many bytes of a segment, and it is in use: a log that nobody writes to keeps one segment. */
    private int begun() {
        return segmentBytes / 8;
    }

    /** Everything before {@code position} is in the next stage. */
    void trim(long position) throws IOException {
        trimmed = Math.max(trimmed, position / segmentBytes * segmentBytes);
        for (Segment segment : List.copyOf(segments.headMap(Math.min(position, written) / segmentBytes, false)
                .values())) {
            disk.delete(segment.file());
            segments.remove(indexOf(segment.file()));
            segment.mapped().close();
        }
    }

    @Override
    public void close() {
        segments.values().forEach(s -> s.mapped().close());
        segments.clear();
    }

    private synchronized @Nullable Segment extend(long index) {
        Segment present = segments.get(index);
        if (present != null) {
            return present;
        }
        if ((index + 1) * segmentBytes - trimmed > maxBytes) {
            return null;
        }
        try {
            Segment segment = newSegment(index);
            segments.put(index, segment);
            return segment;
        } catch (IOException e) {
            LOG.error("no room for another segment of {} in {}: {}", name, dir, e.toString());
            return null;
        }
    }

    private Segment newSegment(long index) throws IOException {
        Path file = dir.resolve("%s-%012d%s".formatted(name, index, SUFFIX));
        Path draft = dir.resolve(file.getFileName() + ".new");
        try (DiskFile zeros = disk.create(draft)) {
            for (int at = 0; at < segmentBytes; at += ZEROS.capacity()) {
                zeros.write(ZEROS.duplicate().limit(Math.min(ZEROS.capacity(), segmentBytes - at)), at);
            }
        } catch (IOException e) {
            disk.delete(draft);
            throw e;
        }
        disk.move(draft, file);
        return map(file);
    }

    private Segment map(Path file) throws IOException {
        Mapped mapped = disk.map(file);
        return new Segment(file, mapped, mapped.bytes());
    }

    private static int sizeOf(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            return Math.toIntExact(file.size());
        }
    }

    private static List<Path> files(Disk disk, Path dir, String name) throws IOException {
        return disk.list(dir).stream()
                .filter(file -> file.startsWith(name + "-") && file.endsWith(SUFFIX))
                .map(dir::resolve)
                .toList();
    }

    private long indexOf(Path file) {
        String text = file.getFileName().toString();
        return Long.parseLong(text.substring(name.length() + 1, text.length() - SUFFIX.length()));
    }

    private long findEnd(long from, boolean cut) throws IOException {
        long at = from;
        long end = from;
        long limit = (segments.lastKey() + 1) * segmentBytes;
        while (at < limit) {
            Segment segment = segments.get(at / segmentBytes);
            if (segment == null && cut) {
                return end;
            }
            if (segment == null) {
                throw new IOException("segment %d of %s is missing in %s".formatted(at / segmentBytes, name, dir));
            }
            int offset = (int) (at % segmentBytes);
            int length = offset + HEADER > segmentBytes ? 0 : segment.bytes().getInt(offset);
            byte[] payload = length == 0 ? null : whole(segment.bytes(), offset, length);
            if (payload != null) {
                at += sizeOf(length);
                end = at;
            } else if (length == 0) {
                if (cut && wouldHaveHeld(offset, at / segmentBytes + 1)) {
                    return end;
                }
                at = (at / segmentBytes + 1) * segmentBytes;
            } else if (cut || isBlank(at / segmentBytes + 1)) {
                return end;
            } else {
                throw new IOException("damaged record at %d of %s in %s".formatted(at, name, dir));
            }
        }
        return end;
    }

    /** Whether the first record of a segment had found room before it, so that there were others. */
    private boolean wouldHaveHeld(int offset, long index) {
        Segment segment = segments.get(index);
        int length = segment == null ? 0 : segment.bytes().getInt(0);
        return length > 0 && length <= segmentBytes - HEADER && offset + sizeOf(length) <= segmentBytes;
    }

    private boolean isBlank(long index) {
        Segment segment = segments.get(index);
        return segment == null || segment.bytes().getInt(0) == 0;
    }

    private byte @Nullable [] whole(ByteBuffer bytes, int offset, int length) {
        if (length < mutableBytes || length > segmentBytes - HEADER - offset) {
            return null;
        }
        byte[] payload = new byte[length];
        bytes.get(offset + HEADER, payload);
        return checksum(payload, length) == bytes.getInt(offset + Integer.BYTES) ? payload : null;
    }

    private int checksum(byte[] payload, int length) {
        CRC32C crc = new CRC32C();
        crc.update(payload, mutableBytes, length - mutableBytes);
        // Never zero, so that a header that was half written is told from a whole one.
        return (int) crc.getValue() | 1;
    }

    private static int sizeOf(int payload) {
        return (HEADER + payload + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private Segment segment(long position) {
        Segment segment = segments.get(position / segmentBytes);
        if (segment == null) {
            throw new IllegalStateException("position " + position + " is trimmed");
        }
        return segment;
    }

    private int at(long position, int payloadOffset) {
        return (int) (position % segmentBytes) + HEADER + payloadOffset;
    }
}
