package io.keyledger.edge.core.spool;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.Disk.DiskFile;
import io.keyledger.edge.core.disk.Disk.Mapped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The finished events of one run, in the order in which they were made, with how far each raw log was used up by then: the
 * two become true together, so that no raw record is ever made into an event twice or never.
 *
 * <p>Files of entries {@code length u32, crc32c u32, payload}; each file begins with all that has to be known of the ones
 * before it (chain heads, raw positions), so that these can go. An entry that is not whole at the end of the last file was
 * never sent, and is cut off. A position is {@code file << 32 | offset}. One thread. Where it forces, an entry outlives the
 * loss of power before {@link #append} returns: so no event is sent that could be made a second time, in another form.
 */
final class Journal implements AutoCloseable {
    private static final int HEADER = 2 * Integer.BYTES;

    /** Of a program that had {@link #FIRST_STREAMS} raw logs, and did not say so. */
    private static final byte FIRST_SNAPSHOT = 1;

    private static final byte EVENT = 2;
    private static final byte SNAPSHOT = 3;
    private static final int FIRST_STREAMS = 3;
    private static final String PREFIX = "journal-";
    private static final String SUFFIX = ".log";
    private static final String ACKED = "acked";

    private final Disk disk;
    private final Path dir;
    private final long fileBytes;
    private final boolean forces;
    private final long[] consumed;
    private final Map<String, Head> heads = new LinkedHashMap<>();
    private final List<Sealed> unacked = new ArrayList<>();
    private final TreeMap<Long, Path> files = new TreeMap<>();
    private final Mapped acked;
    private @Nullable DiskFile channel;
    private long file;
    private long offset;

    /** The end of one chain. */
    record Head(long sequence, String hash) {}

    /** One event to be appended. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(int stream, long consumedTo, String source, long sequence, String hash, byte[] bytes) {}

    private Journal(Disk disk, Path dir, int streams, long fileBytes, boolean forces) throws IOException {
        this.disk = disk;
        this.dir = dir;
        this.fileBytes = fileBytes;
        this.forces = forces;
        this.consumed = new long[streams];
        if (!disk.list(dir).contains(ACKED)) {
            writeWhole(ACKED, new byte[Long.BYTES]);
        }
        acked = disk.map(dir.resolve(ACKED));
    }

    /**
     * The journal in {@code dir}, whose events not yet acknowledged are {@link #unacked}.
     *
     * @param streams how many raw logs there are
     * @param forces whether what is appended is to outlive the loss of power
     * @throws IOException when an entry before the last one is damaged
     */
    static Journal open(Disk disk, Path dir, int streams, long fileBytes, boolean forces) throws IOException {
        Journal journal = new Journal(disk, dir, streams, fileBytes, forces);
        try {
            journal.recover();
            journal.roll();
            return journal;
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** How far raw log {@code stream} is used up. */
    long consumed(int stream) {
        return consumed[stream];
    }

    @Nullable
    Head head(String source) {
        return heads.get(source);
    }

    /** The events found at opening that Kafka may not have. */
    List<Sealed> unacked() {
        return List.copyOf(unacked);
    }

    /**
     * Appends all entries. When it throws, none of them is in the journal.
     *
     * @return where the journal goes on after each of them
     */
    List<Long> append(List<Entry> entries) throws IOException {
        if (offset > fileBytes) {
            roll();
        }
        List<byte[]> payloads = entries.stream().map(Journal::payload).toList();
        ByteBuffer out = ByteBuffer.allocate(
                payloads.stream().mapToInt(p -> HEADER + p.length).sum());
        List<Long> ends = new ArrayList<>(entries.size());
        for (byte[] payload : payloads) {
            put(out, payload);
            ends.add(position(file, offset + out.position()));
        }
        write(out.flip());
        entries.forEach(this::apply);
        return ends;
    }

    /** Everything before {@code position} is acknowledged: it is never sent again, and its files can go. */
    void acked(long position) throws IOException {
        acked.bytes().putLong(0, position);
        for (Map.Entry<Long, Path> old : List.copyOf(
                files.headMap(Math.min(position >>> 32, file), false).entrySet())) {
            disk.delete(old.getValue());
            files.remove(old.getKey());
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing is lost by it: every write was complete when it returned.
        }
        acked.close();
    }

    private void apply(Entry entry) {
        consumed[entry.stream()] = entry.consumedTo();
        heads.put(entry.source(), new Head(entry.sequence(), entry.hash()));
    }

    private void write(ByteBuffer out) throws IOException {
        DiskFile c = open();
        int length = out.remaining();
        try {
            c.write(out, offset);
            if (forces) {
                c.force();
            }
            offset += length;
        } catch (IOException e) {
            c.truncate(offset);
            throw e;
        }
    }

    private DiskFile open() throws IOException {
        if (channel == null) {
            throw new IOException("journal is closed");
        }
        return channel;
    }

    /** Writes a file that is there whole, or not at all. */
    private void writeWhole(String name, byte[] content) throws IOException {
        Path draft = dir.resolve(name + ".new");
        try (DiskFile file = disk.create(draft)) {
            file.write(ByteBuffer.wrap(content), 0);
            if (forces) {
                file.force();
            }
        }
        disk.move(draft, dir.resolve(name));
        if (forces) {
            disk.forceFolder(dir);
        }
    }

    /** Goes on in a new file, which begins with all that has to be known of the ones before it. */
    private void roll() throws IOException {
        long next = file + 1;
        Path path = dir.resolve("%s%010d%s".formatted(PREFIX, next, SUFFIX));
        byte[] snapshot = snapshot();
        ByteBuffer out = ByteBuffer.allocate(HEADER + snapshot.length);
        put(out, snapshot);
        writeWhole(path.getFileName().toString(), out.array());
        DiskFile c = disk.open(path);
        if (channel != null) {
            channel.close();
        }
        channel = c;
        files.put(next, path);
        file = next;
        offset = out.capacity();
    }

    private void recover() throws IOException {
        for (String name : disk.list(dir)) {
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                String number = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
                files.put(Long.parseLong(number), dir.resolve(name));
            }
        }
        for (Map.Entry<Long, Path> entry : files.entrySet()) {
            file = entry.getKey();
            read(entry.getValue(), file == files.lastKey());
        }
    }

    private void read(Path path, boolean last) throws IOException {
        ByteBuffer in = readAll(path);
        int end = 0;
        while (in.hasRemaining()) {
            byte[] payload = next(in);
            if (payload == null && last) {
                break;
            }
            if (payload == null) {
                throw new IOException("damaged entry at %d of %s".formatted(end, path));
            }
            end = in.position();
            replay(ByteBuffer.wrap(payload), position(file, end));
        }
        try (DiskFile c = disk.open(path)) {
            if (end < in.limit()) {
                c.truncate(end);
            }
            if (forces) {
                // What a process left that was killed in the middle of it, and what was cut off: that it is so must be
                // lasting.
                c.force();
            }
        }
    }

    private ByteBuffer readAll(Path path) throws IOException {
        try (DiskFile c = disk.open(path)) {
            ByteBuffer in = ByteBuffer.allocate(Math.toIntExact(c.size()));
            c.read(in, 0);
            return in.flip();
        }
    }

    private static byte @Nullable [] next(ByteBuffer in) {
        if (in.remaining() < HEADER) {
            return null;
        }
        int length = in.getInt();
        int crc = in.getInt();
        if (length <= 0 || length > in.remaining()) {
            return null;
        }
        byte[] payload = new byte[length];
        in.get(payload);
        return crc == checksum(payload) ? payload : null;
    }

    private void replay(ByteBuffer in, long end) throws IOException {
        switch (in.get()) {
            case FIRST_SNAPSHOT -> snapshot(in, FIRST_STREAMS);
            case SNAPSHOT -> snapshot(in, in.get());
            case EVENT -> {
                int stream = in.get();
                long consumedTo = in.getLong();
                String source = text(in);
                long sequence = in.getLong();
                String hash = text(in);
                byte[] bytes = new byte[in.remaining()];
                in.get(bytes);
                apply(new Entry(stream, consumedTo, source, sequence, hash, bytes));
                if (end > acked.bytes().getLong(0)) {
                    unacked.add(Sealed.read(source, bytes, end));
                }
            }
            default -> throw new IOException("unknown kind of journal entry in " + dir);
        }
    }

    private void snapshot(ByteBuffer in, int streams) {
        for (int i = 0; i < streams; i++) {
            consumed[i] = in.getLong();
        }
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            String source = text(in);
            heads.put(source, new Head(in.getLong(), text(in)));
        }
    }

    private byte[] snapshot() {
        int size = 2 + consumed.length * Long.BYTES + Integer.BYTES;
        for (Map.Entry<String, Head> head : heads.entrySet()) {
            size += Short.BYTES
                    + head.getKey().length()
                    + Long.BYTES
                    + Short.BYTES
                    + head.getValue().hash().length();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(SNAPSHOT).put((byte) consumed.length);
        for (long position : consumed) {
            out.putLong(position);
        }
        out.putInt(heads.size());
        heads.forEach((source, head) -> {
            putText(out, source);
            out.putLong(head.sequence());
            putText(out, head.hash());
        });
        return out.array();
    }

    private static byte[] payload(Entry e) {
        ByteBuffer out = ByteBuffer.allocate(2
                + Long.BYTES
                + Short.BYTES
                + e.source().length()
                + Long.BYTES
                + Short.BYTES
                + e.hash().length()
                + e.bytes().length);
        out.put(EVENT).put((byte) e.stream()).putLong(e.consumedTo());
        putText(out, e.source());
        out.putLong(e.sequence());
        putText(out, e.hash());
        out.put(e.bytes());
        return out.array();
    }

    private static void put(ByteBuffer out, byte[] payload) {
        out.putInt(payload.length).putInt(checksum(payload)).put(payload);
    }

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    private static long position(long file, long offset) {
        return file << 32 | offset;
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
