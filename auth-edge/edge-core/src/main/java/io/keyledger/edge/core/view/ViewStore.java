package io.keyledger.edge.core.view;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.Disk.DiskFile;
import io.keyledger.verifier.KeyView;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.ViewImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an edge keeps of its view beyond its process: images of it, the newest two, and the ends that it has learnt since.
 *
 * <p>An image is what makes a start quick: it and the rest of the log are the whole log. But it is also a memory. An edge that
 * refused a key as ended must refuse it after its next start, too, even when the log was lost and an older copy of it knows
 * nothing of the end. So each end is noted here before it is applied, and thus before the first request is refused for it.
 * Image {@code n} and the ends from file {@code n} on are all that the edge ever knew. Ends outlive the death of the process;
 * after a loss of power the log has to be there still.
 *
 * <p>One thread applies, another one saves, neither waits for longer than one batch of records takes.
 */
public final class ViewStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewStore.class);
    private static final String IMAGE = "view-";
    private static final String IMAGE_SUFFIX = ".image";
    private static final String ENDS = "ends-";
    private static final String ENDS_SUFFIX = ".log";
    private static final String FORM = "keyledger/ends/1 ";
    private static final int HEADER = 2 * Integer.BYTES;
    private static final int KEPT = 2;

    private final Disk disk;
    private final Path folder;
    private final String instance;
    private final KeyView view;
    private final Map<String, String> topics;
    private final @Nullable Instant time;
    private final TimeFloor floor;

    /** Guards the file of ends, and keeps a batch of records on one side of an image's beginning. */
    private final ReentrantLock endsLock = new ReentrantLock();

    private @Nullable DiskFile ends;
    private long endsAt;
    private boolean endsFailed;

    private final ReentrantLock saveLock = new ReentrantLock();
    private long number;
    private volatile boolean kept;

    private ViewStore(
            Disk disk, Path folder, String instance, ViewImage.@Nullable Read read, KeyView view, TimeFloor floor) {
        this.disk = disk;
        this.folder = folder;
        this.instance = instance;
        this.view = view;
        this.topics = read == null ? Map.of() : read.about().topics();
        this.time = latest(read == null ? null : read.about().time(), floor.time());
        this.floor = floor;
        this.kept = read != null;
    }

    private static @Nullable Instant latest(@Nullable Instant a, @Nullable Instant b) {
        return a == null || b != null && b.isAfter(a) ? b : a;
    }

    /**
     * Finds what an earlier run has left.
     *
     * @throws IOException when the folder cannot be written to; what cannot be read in it is left out, loudly
     */
    public static ViewStore open(Disk disk, Path folder, String instance, Peppers peppers) throws IOException {
        return open(disk, folder, instance, new Images() {
            @Override
            public KeyView empty() {
                return new KeyView(peppers);
            }

            @Override
            public ViewImage.Read read(ViewImage.Source from) throws IOException {
                return ViewImage.read(instance, peppers, from);
            }
        });
    }

    /** Makes views: those of the platform, or ones that a test has broken. */
    interface Images {
        KeyView empty();

        ViewImage.Read read(ViewImage.Source from) throws IOException;
    }

    static ViewStore open(Disk disk, Path folder, String instance, Images images) throws IOException {
        disk.createFolder(folder);
        List<String> names = disk.list(folder);
        ViewImage.Read read = null;
        long from = 0;
        for (String name : names.reversed()) {
            if (name.startsWith(IMAGE) && name.endsWith(IMAGE_SUFFIX) && read == null) {
                read = image(disk, folder.resolve(name), images);
                from = read == null ? 0 : number(name);
            }
        }
        KeyView view = read == null ? images.empty() : read.view();
        long last = 0;
        for (String name : names) {
            if (name.startsWith(ENDS) && name.endsWith(ENDS_SUFFIX) && number(name) >= from) {
                learnEnds(disk, folder.resolve(name), instance, view);
            }
            last = Math.max(last, number(name));
        }
        ViewStore store = new ViewStore(disk, folder, instance, read, view, TimeFloor.open(disk, folder));
        store.number = last;
        if (store.kept) {
            store.beginEnds();
        }
        return store;
    }

    private static ViewImage.@Nullable Read image(Disk disk, Path path, Images images) {
        try (DiskFile file = disk.open(path)) {
            long[] at = {0};
            return images.read(bytes -> {
                int from = bytes.position();
                file.read(bytes, at[0]);
                at[0] += bytes.position() - from;
            });
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} is not used: {}", path, e.toString());
            return null;
        }
    }

    private static void learnEnds(Disk disk, Path path, String instance, KeyView view) throws IOException {
        try (DiskFile file = disk.open(path)) {
            ByteBuffer in = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(in, 0);
            in.flip();
            byte[] form = next(in);
            if (form == null || !new String(form, StandardCharsets.UTF_8).equals(FORM + instance)) {
                LOG.warn("{} is not used: it is not of this version and instance", path);
                return;
            }
            for (byte[] record = next(in); record != null; record = next(in)) {
                view.merge(ViewRecords.credential(record));
            }
        }
    }

    /** The next entry, or null where they end: at the one that a crash cut short. */
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

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    /** Of a name {@code <word>-<number>.<word>}; 0 for others. */
    private static long number(String name) {
        int dash = name.indexOf('-');
        int dot = name.indexOf('.');
        return dash < 0 || dot < dash || name.indexOf('.', dot + 1) > 0 ? 0 : Long.parseLong(name, dash + 1, dot, 10);
    }

    /** The view as it was kept; empty at the first start. */
    public KeyView view() {
        return view;
    }

    /** Kafka's ids of the topics that the view was read from; empty when nothing was kept. */
    public Map<String, String> topics() {
        return topics;
    }

    /** Edge time was not earlier when this edge was last running; null when that is not known. */
    public @Nullable Instant time() {
        return time;
    }

    /** Edge time has come to this: it will not be earlier after the next start. From any thread; waits for no disk. */
    public void passed(Instant now) {
        floor.passed(now);
    }

    /** Where the view is; for comparisons. */
    Map<?, ?> positions() {
        return view.appliedAll();
    }

    /** Whether what the edge would forget by dying is kept: there is an image. */
    boolean kept() {
        return kept;
    }

    /**
     * Notes ends, then applies the records that they are from.
     *
     * @param ended the bytes of records that end credentials which the view does not know to be ended
     */
    void apply(List<byte[]> ended, Runnable records) {
        endsLock.lock();
        try {
            if (!ended.isEmpty()) {
                note(ended);
            }
            records.run();
        } finally {
            endsLock.unlock();
        }
    }

    private void note(List<byte[]> records) {
        DiskFile file = ends;
        if (file == null) {
            // Before the first image nothing is answered.
            return;
        }
        try {
            append(file, records);
            endsFailed = false;
        } catch (IOException e) {
            // To go on accepting the keys would be worse.
            if (!endsFailed) {
                LOG.error("ends cannot be noted: they hold, but not over a loss of Kafka's log: {}", e.toString());
            }
            endsFailed = true;
        }
    }

    private void append(DiskFile file, List<byte[]> payloads) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(
                payloads.stream().mapToInt(p -> HEADER + p.length).sum());
        payloads.forEach(p -> out.putInt(p.length).putInt(checksum(p)).put(p));
        int length = out.flip().remaining();
        file.write(out, endsAt);
        endsAt += length;
    }

    /** Ends are noted in a file of the next number from here on. */
    private void beginEnds() throws IOException {
        endsLock.lock();
        try {
            long next = number + 1;
            DiskFile file = disk.create(folder.resolve("%s%010d%s".formatted(ENDS, next, ENDS_SUFFIX)));
            DiskFile before = ends;
            ends = file;
            endsAt = 0;
            number = next;
            append(file, List.of((FORM + instance).getBytes(StandardCharsets.UTF_8)));
            if (before != null) {
                before.close();
            }
        } finally {
            endsLock.unlock();
        }
    }

    /**
     * Makes an image of the view as it is. From any thread, one at a time; does not hold up readers, and who applies for the
     * making of a file only.
     *
     * @param ids Kafka's ids of the topics that the view is read from
     * @param now edge time
     * @throws IOException when it cannot be written; the ones before it stay
     */
    public void save(Map<String, String> ids, Instant now) throws IOException {
        saveLock.lock();
        try {
            beginEnds();
            Path path = folder.resolve("%s%010d%s".formatted(IMAGE, number, IMAGE_SUFFIX));
            Path draft = folder.resolve(path.getFileName() + ".new");
            try (DiskFile file = disk.create(draft)) {
                long[] at = {0};
                ViewImage.write(view, new ViewImage.About(instance, ids, now), bytes -> {
                    int length = bytes.remaining();
                    file.write(bytes, at[0]);
                    at[0] += length;
                });
                file.force();
            } catch (IOException e) {
                disk.delete(draft);
                throw e;
            }
            disk.move(draft, path);
            disk.forceFolder(folder);
            kept = true;
            forgetOld();
        } finally {
            saveLock.unlock();
        }
    }

    private void forgetOld() throws IOException {
        List<String> names = disk.list(folder);
        List<String> images = new ArrayList<>(names.stream()
                .filter(name -> name.startsWith(IMAGE) && name.endsWith(IMAGE_SUFFIX))
                .toList());
        long oldest = number(images.get(Math.max(0, images.size() - KEPT)));
        for (String name : names) {
            boolean draft = name.endsWith(".new");
            boolean old = (name.startsWith(IMAGE) || name.startsWith(ENDS)) && !draft && number(name) < oldest;
            if (old || draft) {
                disk.delete(folder.resolve(name));
            }
        }
    }

    @Override
    public void close() {
        endsLock.lock();
        try {
            if (ends != null) {
                ends.close();
                ends = null;
            }
            floor.close();
        } catch (IOException e) {
            LOG.warn("ends: {}", e.toString());
        } finally {
            endsLock.unlock();
        }
    }
}
