package io.keyledger.command.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.EdgeAck.Phase;
import io.keyledger.events.control.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EdgeRegistryTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private long nanos = 1_000_000_000_000L;
    private final List<EdgeAck> log = new ArrayList<>();
    private final Map<String, EdgeRow> disk = new TreeMap<>();
    private final Map<Integer, Long> feedOnDisk = new HashMap<>();
    private LiveBarrier barrier = barrier();
    private EdgeRegistry registry = registry();

    private LiveBarrier barrier() {
        return new LiveBarrier(
                "inst-test", LEASE, LEASE, () -> new Moment(nanos, START), () -> null, _ -> Optional.empty(), _ -> {});
    }

    private EdgeRegistry registry() {
        return new EdgeRegistry(barrier, (rows, feed) -> {
            rows.forEach(row -> disk.put(row.edge(), row));
            feedOnDisk.putAll(feed);
        });
    }

    private void acknowledge(String edge, String boot, long ping) {
        List<Long> none = Collections.nCopies(6, 0L);
        log.add(new EdgeAck(
                edge,
                boot,
                ping,
                Map.of(Topics.CREDENTIALS, none, Topics.PRINCIPALS, List.of(0L)),
                List.of(0L, 0L, 0L, 0L),
                Phase.SERVING));
    }

    private void readOn() {
        for (long next = Objects.requireNonNullElse(registry.position(0), 0L); next < log.size(); next++) {
            boolean _ = registry.read(0, next, log.get((int) next));
        }
    }

    /** The process dies, and another one takes over what is on disk. */
    private void restart() {
        barrier = barrier();
        registry = registry();
        registry.restore(List.copyOf(disk.values()), feedOnDisk);
        barrier.endsAre(Map.of(), List.of());
    }

    private Map<String, Heartbeat.Echo> echoes() {
        nanos += Duration.ofSeconds(1).toNanos();
        return Objects.requireNonNull(barrier.heartbeat()).echoes();
    }

    @Test
    void a_restart_right_after_an_edge_was_retired_takes_no_former_boot_for_the_live_one() {
        restart();
        acknowledge("edge-1", "b1", 1);
        acknowledge("edge-2", "b1", 1);
        readOn();
        echoes();
        assertThat(registry.save(true)).isTrue();
        assertThat(echoes()).containsKeys("edge-1", "edge-2");

        // edge-1 boots anew and gets a lease; the write of an operator's word on edge-2 is the last thing on disk.
        acknowledge("edge-1", "b1", 2);
        acknowledge("edge-1", "b2", 1);
        readOn();
        echoes();
        assertThat(barrier.retire("edge-2")).isTrue();
        assertThat(registry.save(false)).isTrue();
        assertThat(echoes()).containsEntry("edge-1", new Heartbeat.Echo("b2", 1));

        restart();
        readOn();
        assertThat(barrier.leased()).isEqualTo(1);
        acknowledge("edge-1", "b2", 2);
        readOn();
        echoes();
        assertThat(registry.save(false)).isFalse();
        assertThat(echoes()).containsEntry("edge-1", new Heartbeat.Echo("b2", 2));
    }

    @Test
    void what_is_read_in_vain_is_not_read_again_and_written_when_asked_for() {
        restart();
        assertThat(registry.read(0, 41, null)).isFalse();
        assertThat(registry.save(false)).isFalse();
        assertThat(feedOnDisk).isEmpty();
        assertThat(registry.save(true)).isFalse();
        assertThat(feedOnDisk).containsEntry(0, 42L);
    }
}
