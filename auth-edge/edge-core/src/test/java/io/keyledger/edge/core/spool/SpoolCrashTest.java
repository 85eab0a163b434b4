package io.keyledger.edge.core.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.disk.Disk;
import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies can leave a file cut anywhere; each cut is tried. */
class SpoolCrashTest {
    private static final Disk DISK = new RealDisk();
    private static final int USES = 8;
    private static final int ROUNDS = 4;
    private static final int PER_ROUND = 5;

    /** Falls everywhere into the words of eight bytes. */
    private static final int STEP = 7;

    private static final String BOOT = "01jdawkxyz";
    private static final String RAW = "uses-000000000000.seg";
    private static final String COUNTED = "counted-000000000000.seg";
    private static final String JOURNAL = "journal-0000000001.log";

    @TempDir
    private Path temp;

    private Path original;
    private SpoolSettings settings;
    private long rawEnd;
    private final KeyId key = Ids.newKeyId(Instant.EPOCH);

    /** What a run leaves behind that has spooled {@link #USES} uses and, where {@code sealed}, made them into events. */
    private void leave(boolean sealed) throws IOException {
        try (BootSpool spool = BootSpool.create(DISK, settings, BOOT, original, InstantSource.system())) {
            for (int i = 0; i < USES; i++) {
                byte[] raw = Raw.of(UseSpoolTest.use(key, "/" + i));
                Raw.number(raw, 0, i + 1);
                assertThat(spool.uses().append(raw)).isNotNegative();
            }
            rawEnd = spool.uses().written();
            if (sealed) {
                MemoryLog nowhere = new MemoryLog();
                nowhere.forgetful(true);
                while (spool.pump(nowhere, () -> {})) {
                    // Until all is in the journal.
                }
            }
        }
    }

    @BeforeEach
    void folders() {
        original = temp.resolve("original");
        settings = new SpoolSettings("inst-01", "edge-1", temp, 1 << 20, 1 << 20, 1 << 16);
    }

    private Path copy(int number) throws IOException {
        Path copy = temp.resolve("copy-" + number);
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    /** The paths of the uses that arrive when the next run recovers {@code dir}. */
    private List<String> recovered(Path dir, MemoryLog log) throws IOException {
        try (BootSpool spool = BootSpool.recover(DISK, settings, BOOT, dir, InstantSource.system())) {
            while (!spool.drained()) {
                spool.pump(log, () -> {});
            }
        }
        List<String> paths = new ArrayList<>();
        for (CloudEvent event :
                log.chains().values().stream().flatMap(List::stream).toList()) {
            paths.add(String.valueOf(((KeyUsed) event.data()).path()));
        }
        return paths;
    }

    private static List<String> first(int n) {
        return Stream.iterate(0, i -> i + 1).limit(n).map(i -> "/" + i).toList();
    }

    @Test
    void raw_records_cut_at_any_byte_lose_only_the_one_that_was_being_written() throws IOException {
        leave(false);
        List<Integer> ends = new ArrayList<>();
        try (RawLog log = RawLog.recover(DISK, original, "uses", 0, 0, false)) {
            for (RawLog.Entry e = log.next(0, Long.MAX_VALUE); e != null; e = log.next(e.next(), Long.MAX_VALUE)) {
                ends.add((int) e.position() + 2 * Integer.BYTES + e.payload().length);
            }
        }
        assertThat(ends).hasSize(USES);
        for (int cut = 0; cut < rawEnd; cut++) {
            Path dir = copy(cut);
            try (FileChannel c = FileChannel.open(dir.resolve(RAW), StandardOpenOption.WRITE)) {
                c.write(ByteBuffer.allocate((int) rawEnd - cut), cut);
            }
            int at = cut;
            int whole = (int) ends.stream().filter(end -> end <= at).count();
            // A record that ends in zeros is whole without them.
            assertThat(recovered(dir, new MemoryLog()).size())
                    .as("cut at %d", cut)
                    .isBetween(whole, whole + 1);
            assertThat(recovered(dir, new MemoryLog())).isSubsetOf(first(whole + 1));
            DISK.delete(dir);
        }
    }

    @Test
    void a_journal_cut_at_any_byte_neither_loses_nor_doubles_an_event_and_what_was_sent_keeps_its_bytes()
            throws IOException {
        leave(true);
        List<Sealed> sealed;
        try (Journal journal = Journal.open(DISK, copy(-1), BootSpool.STREAMS, 1 << 20, false)) {
            sealed = journal.unacked();
        }
        assertThat(sealed).hasSize(USES);
        int size = (int) Files.size(original.resolve(JOURNAL));
        int snapshot =
                size - sealed.stream().mapToInt(SpoolCrashTest::entrySize).sum();
        for (int cut = snapshot; cut <= size; cut++) {
            Path dir = copy(cut);
            try (FileChannel c = FileChannel.open(dir.resolve(JOURNAL), StandardOpenOption.WRITE)) {
                c.truncate(cut);
            }
            // An event is sent only when its entry is whole: so these may be on Kafka already.
            MemoryLog log = new MemoryLog();
            for (Sealed s : sealed) {
                if ((s.journalEnd() & 0xffff_ffffL) <= cut) {
                    log.hold(s.bytes());
                }
            }
            assertThat(recovered(dir, log)).as("cut at %d", cut).isEqualTo(first(USES));
            DISK.delete(dir);
        }
    }

    /** What a run leaves behind that has counted uses of two endpoints in each of four rounds. */
    private void leaveCounted(boolean sealed) throws IOException {
        try (BootSpool spool = BootSpool.create(DISK, settings, BOOT, original, InstantSource.system())) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < PER_ROUND; i++) {
                    int endpoint = i % 2;
                    Raw.Counted use = Raw.counted(UseSpoolTest.use(key, "/" + round + "/" + endpoint));
                    use.number(4, 2L * round + endpoint + 1, round);
                    assertThat(spool.counted().append(use.bytes())).isNotNegative();
                }
            }
            rawEnd = spool.counted().written();
            spool.closeCounted(rawEnd);
            if (sealed) {
                MemoryLog nowhere = new MemoryLog();
                nowhere.forgetful(true);
                while (spool.pump(nowhere, () -> {})) {
                    // Until all is in the journal.
                }
            }
        }
    }

    /** How many uses of which path arrive when the next run recovers {@code dir}; each path has one event. */
    private Map<String, Long> counts(Path dir, MemoryLog log) throws IOException {
        try (BootSpool spool = BootSpool.recover(DISK, settings, BOOT, dir, InstantSource.system())) {
            while (!spool.drained()) {
                spool.pump(log, () -> {});
            }
        }
        Map<String, Long> counts = new TreeMap<>();
        for (CloudEvent event :
                log.chains().values().stream().flatMap(List::stream).toList()) {
            KeyUsed used = (KeyUsed) event.data();
            assertThat(counts.put(String.valueOf(used.path()), used.count()))
                    .as("%s is told twice", used.path())
                    .isNull();
        }
        return counts;
    }

    private static Map<String, Long> counted(int uses) {
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < uses; i++) {
            counts.merge("/" + i / PER_ROUND + "/" + i % PER_ROUND % 2, 1L, Long::sum);
        }
        return counts;
    }

    @Test
    void counted_uses_cut_at_any_byte_lose_only_the_one_that_was_being_written() throws IOException {
        leaveCounted(false);
        List<Integer> ends = new ArrayList<>();
        try (RawLog log = RawLog.recover(DISK, original, "counted", 0, 0, false)) {
            for (RawLog.Entry e = log.next(0, Long.MAX_VALUE); e != null; e = log.next(e.next(), Long.MAX_VALUE)) {
                ends.add((int) e.position() + 2 * Integer.BYTES + e.payload().length);
            }
        }
        assertThat(ends).hasSize(ROUNDS * PER_ROUND);
        for (int cut = 0; cut < rawEnd; cut += STEP) {
            Path dir = copy(cut);
            try (FileChannel c = FileChannel.open(dir.resolve(COUNTED), StandardOpenOption.WRITE)) {
                c.write(ByteBuffer.allocate((int) rawEnd - cut), cut);
            }
            int at = cut;
            int whole = (int) ends.stream().filter(end -> end <= at).count();
            // A record that ends in zeros is whole without them.
            assertThat(counts(dir, new MemoryLog())).as("cut at %d", cut).isIn(counted(whole), counted(whole + 1));
            DISK.delete(dir);
        }
    }

    @Test
    void a_journal_of_counted_uses_cut_at_any_byte_neither_loses_nor_doubles_a_use_and_what_was_sent_keeps_its_bytes()
            throws IOException {
        leaveCounted(true);
        List<Sealed> sealed;
        try (Journal journal = Journal.open(DISK, copy(-1), BootSpool.STREAMS, 1 << 20, false)) {
            sealed = journal.unacked();
        }
        assertThat(sealed).hasSize(2 * ROUNDS);
        int size = (int) Files.size(original.resolve(JOURNAL));
        int snapshot =
                size - sealed.stream().mapToInt(SpoolCrashTest::entrySize).sum();
        for (int cut = snapshot; cut <= size; cut += STEP) {
            Path dir = copy(cut);
            try (FileChannel c = FileChannel.open(dir.resolve(JOURNAL), StandardOpenOption.WRITE)) {
                c.truncate(cut);
            }
            // An event is sent only when its entry is whole: so these may be on Kafka already.
            MemoryLog log = new MemoryLog();
            for (Sealed s : sealed) {
                if ((s.journalEnd() & 0xffff_ffffL) <= cut) {
                    log.hold(s.bytes());
                }
            }
            assertThat(counts(dir, log)).as("cut at %d", cut).isEqualTo(counted(ROUNDS * PER_ROUND));
            DISK.delete(dir);
        }
    }

    @Test
    void a_journal_of_a_version_that_counted_nothing_is_read_on() throws IOException {
        Files.createDirectory(original);
        String source = "urn:keyledger:inst-01:edge:edge-1:" + BOOT + ":0";
        ByteBuffer snapshot = ByteBuffer.allocate(1000);
        snapshot.put((byte) 1).putLong(11).putLong(22).putLong(33).putInt(1);
        snapshot.putShort((short) source.length()).put(source.getBytes(StandardCharsets.US_ASCII));
        snapshot.putLong(7).putShort((short) 64).put("a".repeat(64).getBytes(StandardCharsets.US_ASCII));
        CRC32C crc = new CRC32C();
        crc.update(snapshot.array(), 0, snapshot.position());
        ByteBuffer file = ByteBuffer.allocate(8 + snapshot.position());
        file.putInt(snapshot.position()).putInt((int) crc.getValue()).put(snapshot.array(), 0, snapshot.position());
        Files.write(original.resolve(JOURNAL), file.array());
        for (int opened = 0; opened < 2; opened++) {
            try (Journal journal = Journal.open(DISK, original, BootSpool.STREAMS, 1 << 20, false)) {
                assertThat(List.of(journal.consumed(0), journal.consumed(1), journal.consumed(2), journal.consumed(3)))
                        .containsExactly(11L, 22L, 33L, 0L);
                assertThat(journal.head(source)).isEqualTo(new Journal.Head(7, "a".repeat(64)));
            }
        }
    }

    private static int entrySize(Sealed s) {
        return 8 + 2 + 8 + 2 + s.source().length() + 8 + 2 + 64 + s.bytes().length;
    }

    @Test
    void a_record_damaged_in_the_middle_is_an_error_and_not_the_end() throws IOException {
        int segment = 1 << 12;
        try (RawLog log = RawLog.create(DISK, Files.createDirectory(original), "uses", segment, 1 << 20, 0)) {
            for (int i = 0; i < 100; i++) {
                assertThat(log.append(new byte[100])).isNotNegative();
            }
        }
        try (FileChannel c = FileChannel.open(original.resolve(RAW), StandardOpenOption.WRITE)) {
            c.write(ByteBuffer.wrap(new byte[] {1}), 300);
        }
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> RawLog.recover(DISK, original, "uses", 0, 0, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged record");
    }
}
