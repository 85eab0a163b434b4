package io.keyledger.edge.core.spool;

import static io.keyledger.edge.core.spool.Granularity.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.ActivityEvent.EdgeStarted;
import io.keyledger.events.ActivityEvent.EdgeStopped;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a use outlives, and what becomes of one that finds no room. */
class DurabilityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SEGMENT = 1 << 16;
    private static final int ROOM = 2 * SEGMENT;

    @TempDir
    private Path data;

    private final FaultyDisk disk = new FaultyDisk();
    private final MemoryLog log = new MemoryLog();
    private final KeyId key = Ids.newKeyId(Instant.EPOCH);

    private SpoolSettings settings(Durability durability, WhenFull whenFull) {
        return new SpoolSettings("inst-01", "edge-1", data, ROOM, 1 << 20, SEGMENT, durability, whenFull);
    }

    private UseSpool open(Durability durability, WhenFull whenFull) throws IOException {
        return UseSpool.open(disk, settings(durability, whenFull), log, InstantSource.system());
    }

    private Spooled use(UseSpool spool, int number) {
        return spool.use(UseSpoolTest.use(key, "/" + number), REQUEST);
    }

    private static CompletableFuture<Void> unforced(UseSpool spool) {
        return Objects.requireNonNull(spool.unforced());
    }

    private List<Event> told() {
        return log.chains().values().stream()
                .flatMap(List::stream)
                .map(CloudEvent::data)
                .toList();
    }

    private long usesTold() {
        return told().stream().filter(KeyUsed.class::isInstance).count();
    }

    @Test
    void an_answer_waits_for_nothing_where_uses_outlive_the_process_alone() throws IOException {
        try (UseSpool spool = open(Durability.PROCESS, WhenFull.REFUSE)) {
            int before = disk.forces();
            assertThat(use(spool, 0)).isEqualTo(Spooled.DONE);
            assertThat(spool.unforced()).isNull();
            assertThat(disk.forces()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_waits_until_the_disk_has_its_use(Granularity granularity) throws Exception {
        try (UseSpool spool = open(Durability.FSYNC, WhenFull.REFUSE)) {
            Semaphore gate = disk.slow();
            assertThat(spool.use(UseSpoolTest.use(key, "/"), granularity)).isEqualTo(Spooled.DONE);
            CompletableFuture<Void> answer = unforced(spool);
            assertThat(answer).isNotDone();
            gate.release(1_000_000);
            answer.get();
            assertThat(spool.unforced()).isNull();
        }
    }

    @Test
    void one_force_is_for_all_who_wait() throws Exception {
        try (UseSpool spool = open(Durability.FSYNC, WhenFull.REFUSE)) {
            Semaphore gate = disk.slow();
            int before = disk.forces();
            use(spool, 0);
            CompletableFuture<Void> first = unforced(spool);
            while (disk.forces() == before) {
                Thread.onSpinWait();
            }
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                use(spool, i);
                others.add(unforced(spool));
            }
            assertThat(first).isNotDone();
            gate.release(1_000_000);
            first.get();
            for (CompletableFuture<Void> other : others) {
                other.get();
            }
            assertThat(spool.unforced()).isNull();
            assertThat(disk.forces() - before).isEqualTo(2);
        }
    }

    @Test
    void no_event_is_made_of_a_use_that_may_still_be_lost() throws Exception {
        try (UseSpool spool =
                UseSpool.unstarted(disk, settings(Durability.FSYNC, WhenFull.REFUSE), log, InstantSource.system())) {
            use(spool, 0);
            disk.fails(true);
            while (spool.step()) {
                // Until nothing moves.
            }
            assertThat(usesTold()).isZero();
        }
    }

    @Test
    void once_the_disk_has_failed_no_use_is_accepted_and_it_says_why() throws Exception {
        try (UseSpool spool = open(Durability.FSYNC, WhenFull.COUNT)) {
            disk.fails(true);
            assertThat(use(spool, 0)).isEqualTo(Spooled.DONE);
            CompletableFuture<Void> answer = unforced(spool);
            assertThatThrownBy(answer::get).hasRootCauseMessage("the disk is gone");
            disk.fails(false);
            assertThat(use(spool, 1)).isEqualTo(Spooled.FULL);
            assertThat(spool.trouble()).contains("the disk is gone");
            assertThat(spool.lost()).isZero();
        }
    }

    private static void zero(Path file, int from) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) channel.size() - from), from);
        }
    }

    /** Leaves uses in two files, of which the tail of the first is missing: as the loss of power takes a page and spares another. */
    private void leaveWithHole(int from) throws IOException {
        Path elsewhere = data.resolve("boot");
        try (BootSpool spool = BootSpool.create(
                disk, settings(Durability.FSYNC, WhenFull.REFUSE), "01boot", elsewhere, InstantSource.system())) {
            for (int i = 0; spool.uses().written() < SEGMENT + SEGMENT / 2; i++) {
                byte[] raw = Raw.of(UseSpoolTest.use(key, "/" + i));
                Raw.number(raw, 0, i + 1);
                assertThat(spool.uses().append(raw)).isNotNegative();
            }
        }
        zero(elsewhere.resolve("uses-000000000000.seg"), from);
        Files.createDirectories(data.resolve("spool"));
        Files.move(elsewhere, data.resolve("spool").resolve("01boot"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 61_440, 65_000})
    void after_a_loss_of_power_uses_are_there_up_to_the_first_that_the_disk_did_not_have(int from) throws Exception {
        leaveWithHole(from);
        disk.restarted();
        try (UseSpool spool = open(Durability.FSYNC, WhenFull.REFUSE)) {
            spool.close(PATIENCE);
            assertThat(spool.earlierRuns()).isZero();
        }
        List<String> paths = told().stream()
                .filter(KeyUsed.class::isInstance)
                .map(e -> String.valueOf(((KeyUsed) e).path()))
                .toList();
        assertThat(paths).isNotEmpty();
        for (int i = 0; i < paths.size(); i++) {
            assertThat(paths.get(i)).isEqualTo("/" + i);
        }
        // All that lie whole before the hole.
        assertThat(paths.size()).isGreaterThanOrEqualTo((from - 1) / 256);
    }

    @Test
    void damage_that_no_loss_of_power_explains_is_left_for_a_person_and_holds_up_nobody() throws Exception {
        leaveWithHole(4096 + 13);
        try (UseSpool spool = open(Durability.FSYNC, WhenFull.REFUSE)) {
            assertThat(use(spool, 0)).isEqualTo(Spooled.DONE);
            unforced(spool).get();
            spool.close(PATIENCE);
        }
        assertThat(usesTold()).isEqualTo(1);
        assertThat(data.resolve("spool").resolve("01boot")).isDirectory();
    }

    @Test
    void where_service_is_preferred_each_use_that_finds_no_room_passes_and_is_counted() throws Exception {
        log.away(true);
        int lost = 0;
        int kept = 0;
        try (UseSpool spool =
                UseSpool.unstarted(disk, settings(Durability.PROCESS, WhenFull.COUNT), log, InstantSource.system())) {
            for (int i = 0; i < 5000; i++) {
                switch (use(spool, i)) {
                    case DONE -> kept++;
                    case COUNTED -> lost++;
                    case WITHDRAWN, FULL -> throw new AssertionError("refused");
                }
            }
            assertThat(kept).isPositive();
            assertThat(lost).isPositive();
            assertThat(spool.lost()).isEqualTo(lost);
            spool.stopAccepting();
            assertThat(use(spool, 0)).as("a spool that is closed").isEqualTo(Spooled.FULL);
        }
        log.away(false);
        try (UseSpool spool = open(Durability.PROCESS, WhenFull.COUNT)) {
            assertThat(spool.lost()).as("over a restart").isEqualTo(lost);
            spool.started("test");
            spool.close(PATIENCE);
        }
        assertThat(usesTold()).isEqualTo(kept);
        long total = lost;
        assertThat(told().stream().filter(EdgeStarted.class::isInstance))
                .extracting(e -> ((EdgeStarted) e).usesLost())
                .containsExactly(total);
        assertThat(told().stream().filter(EdgeStopped.class::isInstance))
                .extracting(e -> ((EdgeStopped) e).usesLost())
                .containsOnly(total);
    }

    @Test
    void an_edge_that_has_lost_nothing_does_not_speak_of_it() throws Exception {
        try (UseSpool spool = open(Durability.FSYNC, WhenFull.COUNT)) {
            use(spool, 0);
            spool.started("test");
            spool.close(PATIENCE);
        }
        assertThat(told().stream().filter(EdgeStopped.class::isInstance))
                .extracting(e -> ((EdgeStopped) e).usesLost())
                .containsOnlyNulls();
        assertThat(usesTold()).isEqualTo(1);
    }

    @Test
    void a_loss_is_forced_before_its_answer_leaves() throws Exception {
        log.away(true);
        try (UseSpool spool =
                UseSpool.unstarted(disk, settings(Durability.FSYNC, WhenFull.COUNT), log, InstantSource.system())) {
            for (int i = 0; spool.lost() == 0; i++) {
                use(spool, i);
                CompletableFuture<Void> answer = spool.unforced();
                if (answer != null) {
                    answer.get();
                }
            }
            use(spool, 0);
            int before = disk.forces();
            unforced(spool).get();
            assertThat(disk.forces()).isGreaterThan(before);
            assertThat(spool.unforced()).isNull();
        }
    }
}
