package io.keyledger.edge.core.spool;

import static io.keyledger.edge.core.spool.Granularity.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.EdgeStopped;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Garbage, unknown keys and wrong secrets from everywhere, while Kafka is away and nothing moves. */
class FloodTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final List<Code> REASONS = List.of(Code.MALFORMED, Code.UNKNOWN, Code.MISMATCH, Code.NO_CREDENTIAL);
    private static final int ROOM = 1 << 20;
    private static final int SEGMENT = 1 << 16;
    private static final int REFUSALS_TO_A_USE = 20;
    private static final int MINUTES = 90;
    private static final KeyId KEY = Ids.newKeyId(Instant.EPOCH);

    @TempDir
    private Path temp;

    private final MemoryLog log = new MemoryLog();
    private Instant now = NOON;
    private int refused;

    private UseSpool open(Path data) throws IOException {
        return UseSpool.unstarted(
                new RealDisk(), new SpoolSettings("inst-01", "edge-1", data, ROOM, ROOM, SEGMENT), log, () -> now);
    }

    /** From an address that nobody has come from before. */
    private void refuse(UseSpool spool) {
        int n = refused++;
        spool.refused(new Refusal(
                now,
                REASONS.get(n % REASONS.size()),
                TenantId.SYSTEM,
                null,
                null,
                null,
                "kl_k_0M9ODf6X0ft3",
                null,
                "GET",
                "/guess/" + n,
                "2001:db8:%x:%x::1".formatted(n >> 16, n & 0xffff),
                "curl/8",
                "req_" + n));
    }

    private int fill(UseSpool spool, int refusalsToAUse) {
        int accepted = 0;
        while (spool.use(UseSpoolTest.use(KEY, "/" + accepted % 10), REQUEST) == Spooled.DONE) {
            accepted++;
            for (int i = 0; i < refusalsToAUse; i++) {
                refuse(spool);
            }
        }
        return accepted;
    }

    @Test
    void a_flood_of_refusals_takes_no_room_of_uses_and_is_counted_to_the_last_one() throws IOException {
        int room;
        try (UseSpool quiet = open(temp.resolve("quiet"))) {
            room = fill(quiet, 0);
        }
        assertThat(room).isGreaterThan(1000);
        Path data = temp.resolve("flooded");
        try (UseSpool spool = open(data)) {
            // First the flood alone, long enough to take every byte that it can get, then both.
            for (int minute = 0; minute < MINUTES; minute++) {
                now = now.plusSeconds(60);
                for (int i = 0; i < 1000; i++) {
                    refuse(spool);
                }
            }
            assertThat(fill(spool, REFUSALS_TO_A_USE)).isEqualTo(room);
            assertThat(spool.uncounted()).isZero();
            assertThat(bytes(data, "refusals-")).isLessThanOrEqualTo(ROOM);
            assertThat(bytes(data, "tallies-")).isLessThanOrEqualTo(ROOM);
        }
        MemoryLog back = new MemoryLog();
        try (UseSpool next =
                UseSpool.open(new SpoolSettings("inst-01", "edge-1", data, ROOM, ROOM, SEGMENT), back, () -> now)) {
            next.close(Duration.ofSeconds(30));
            assertThat(next.earlierRuns()).isZero();
        }
        List<Event> events = back.chains().values().stream()
                .flatMap(List::stream)
                .map(CloudEvent::data)
                .toList();
        assertThat(events.stream()
                        .filter(AuthFailed.class::isInstance)
                        .mapToLong(e -> ((AuthFailed) e).count())
                        .sum())
                .isEqualTo(refused);
        assertThat(events.stream().filter(KeyUsed.class::isInstance)).hasSize(room);
        // That of the flooded run had its place, too.
        assertThat(events.stream().filter(EdgeStopped.class::isInstance)).hasSize(2);
    }

    private static long bytes(Path data, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
