package io.keyledger.command.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.barrier.EdgeRow.Standing;
import io.keyledger.command.ledger.Rig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What outlives command-service's process of the edges, in a real database. */
class EdgeStoreIT {
    private static final Instant ENDED_AT = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final Uptime UPTIME = new Uptime(UUID.randomUUID(), Duration.ofMillis(351_735_070));

    private static EdgeRow row(String edge, Standing standing) {
        return new EdgeRow(edge, "boot of " + edge, standing, null, null);
    }

    @Test
    void every_standing_is_there_for_the_next_process_as_it_was() throws Exception {
        try (Rig rig = new Rig()) {
            EdgeStore store = new EdgeStore(rig.dataSource, rig.transactions);
            List<EdgeRow> rows = List.of(
                    row("edge-1", Standing.LIVE),
                    new EdgeRow("edge-2", "b2", Standing.ENDED, ENDED_AT, UPTIME),
                    new EdgeRow("edge-3", "b3", Standing.ENDED, ENDED_AT, null),
                    row("edge-4", Standing.HARMLESS),
                    row("edge-5", Standing.STOPPED),
                    row("edge-6", Standing.RETIRED));
            store.save(rows, Map.of(0, 41L));
            assertThat(store.edges()).containsExactlyInAnyOrderElementsOf(rows);
            assertThat(store.feed()).isEqualTo(Map.of(0, 41L));

            List<EdgeRow> later = List.of(
                    new EdgeRow("edge-1", "boot of edge-1", Standing.ENDED, ENDED_AT, UPTIME),
                    new EdgeRow("edge-2", "b2", Standing.HARMLESS, null, null));
            store.save(later, Map.of(0, 42L));
            assertThat(store.edges()).hasSize(rows.size()).containsAll(later);
            assertThat(store.feed()).isEqualTo(Map.of(0, 42L));
        }
    }
}
