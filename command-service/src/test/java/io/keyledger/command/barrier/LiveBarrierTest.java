package io.keyledger.command.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.barrier.Barrier.Confirmed;
import io.keyledger.command.barrier.Barrier.Outcome;
import io.keyledger.command.barrier.Barrier.Pending;
import io.keyledger.command.barrier.Confirmations.Effective;
import io.keyledger.command.barrier.EdgeRow.Standing;
import io.keyledger.command.ledger.LedgerReader.Known;
import io.keyledger.command.ledger.Published;
import io.keyledger.command.ledger.Published.Place;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.EdgeAck.Phase;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.view.CredentialRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every rule of the barrier, on a clock that only this test moves. */
class LiveBarrierTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofHours(4);
    private static final boolean STRICT = true;
    private static final boolean AVAILABLE = false;
    private static final KeyId KEY = new KeyId("key_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
    private static final int PARTITION = CredentialRecord.partition(KEY, 6);
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private long nanos = 1_000_000_000_000L;
    private Instant wall = START;
    private @Nullable Uptime uptime = new Uptime(UUID.randomUUID(), Duration.ofDays(3));
    private final List<Effective> reported = new ArrayList<>();
    private final Map<String, EdgeRow> disk = new TreeMap<>();
    private final Map<UUID, Known> ledger = new HashMap<>();
    private final Map<String, Long> pings = new HashMap<>();
    private long end;
    private LiveBarrier barrier = started();

    private LiveBarrier started() {
        LiveBarrier made = new LiveBarrier(
                "inst-test",
                LEASE,
                GRACE,
                () -> new Moment(nanos, wall),
                () -> uptime,
                id -> Optional.ofNullable(ledger.get(id)),
                reported::add);
        made.restore(disk.values());
        made.endsAre(Map.of(Topics.CREDENTIALS, Map.of(PARTITION, end)), List.copyOf(ledger.values()));
        return made;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
        if (uptime != null) {
            uptime = uptime.before(time.negated());
        }
    }

    /** What the registry's thread does. */
    private void save() {
        List<EdgeRow> rows = barrier.unsaved();
        rows.forEach(row -> disk.put(row.edge(), row));
        barrier.saved(rows);
    }

    private void ack(String edge, String boot, long applied, Phase phase) {
        long[] offsets = new long[6];
        offsets[PARTITION] = applied;
        long ping = pings.merge(edge + boot, 1L, Long::sum);
        barrier.acknowledged(new EdgeAck(
                edge,
                boot,
                ping,
                Map.of(Topics.CREDENTIALS, Arrays.stream(offsets).boxed().toList(), Topics.PRINCIPALS, List.of(0L)),
                List.of(7L, 0L, 3L, 0L),
                phase));
    }

    private void ack(String edge, long applied) {
        ack(edge, "b1", applied, Phase.SERVING);
    }

    private Heartbeat beat() {
        Heartbeat heartbeat = barrier.heartbeat();
        if (heartbeat == null) {
            throw new AssertionError("no heartbeat");
        }
        return heartbeat;
    }

    private Heartbeat.Echo echo(String edge) {
        return Objects.requireNonNull(beat().echoes().get(edge));
    }

    private EdgeRow row(String edge) {
        return Objects.requireNonNull(disk.get(edge));
    }

    /** Brings an edge to where it holds a lease. */
    private void lease(String edge) {
        ack(edge, end);
        beat();
        save();
        assertThat(beat().echoes()).containsKey(edge);
    }

    private String publish(boolean strict) {
        String event = Ids.newEventId(wall);
        barrier.published(revocation(event, strict));
        return event;
    }

    private Published revocation(String event, boolean strict) {
        return new Published(
                event,
                KEY,
                true,
                strict,
                wall,
                new Place(Topics.LIFECYCLE, 2, 41),
                List.of(new Place(Topics.CREDENTIALS, PARTITION, end++)));
    }

    private Outcome outcome(String event) {
        return barrier.status(event).orElseThrow();
    }

    @Test
    void without_an_edge_an_event_is_effective_once_it_is_published() {
        String event = Ids.newEventId(wall);
        assertThat(barrier.await(event, STRICT, Duration.ZERO).effective()).isFalse();
        barrier.published(revocation(event, STRICT));
        Outcome outcome = outcome(event);
        assertThat(outcome.effective()).isTrue();
        assertThat(outcome.position()).isEqualTo("2.41-c%d.%d".formatted(PARTITION, end - 1));
        assertThat(outcome.edges()).isEmpty();
    }

    @Test
    void an_edge_with_a_lease_holds_an_event_back_until_it_acknowledges() {
        lease("edge-1");
        String event = publish(STRICT);
        assertThat(outcome(event).effective()).isFalse();
        assertThat(outcome(event).pending()).containsExactly(new Pending("edge-1", "not-acknowledged"));
        assertThat(reported).isEmpty();

        pass(Duration.ofMillis(12));
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
        assertThat(outcome(event).pending()).isEmpty();
        assertThat(outcome(event).edges()).containsExactly(new Confirmed("edge-1", "b1", 12, List.of(7L, 0L, 3L, 0L)));
        assertThat(reported).singleElement().satisfies(effective -> {
            assertThat(effective.key()).isEqualTo(KEY);
            assertThat(effective.cause()).isEqualTo(event);
            assertThat(effective.edges()).extracting(Confirmed::edge).containsExactly("edge-1");
        });
    }

    @Test
    void an_acknowledgement_up_to_the_record_but_not_past_it_confirms_nothing() {
        lease("edge-1");
        String event = publish(STRICT);
        ack("edge-1", end - 1);
        assertThat(outcome(event).effective()).isFalse();
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void each_of_three_edges_must_confirm() {
        lease("edge-1");
        lease("edge-2");
        lease("edge-3");
        String event = publish(AVAILABLE);
        ack("edge-2", end);
        ack("edge-3", end);
        assertThat(outcome(event).effective()).isFalse();
        assertThat(outcome(event).edges()).extracting(Confirmed::edge).containsExactly("edge-2", "edge-3");
        assertThat(outcome(event).pending()).extracting(Pending::edge).containsExactly("edge-1");
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void a_view_record_on_each_topic_must_be_applied() {
        lease("edge-1");
        String event = Ids.newEventId(wall);
        barrier.published(new Published(
                event,
                KEY,
                false,
                true,
                wall,
                new Place(Topics.LIFECYCLE, 0, 1),
                List.of(new Place(Topics.CREDENTIALS, PARTITION, end), new Place(Topics.PRINCIPALS, 0, 0))));
        end++;
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isFalse();
    }

    @Test
    void an_edge_that_was_never_echoed_is_not_waited_for() {
        ack("edge-1", end);
        String event = publish(AVAILABLE);
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void an_edge_is_not_echoed_before_it_is_on_disk() {
        ack("edge-1", end);
        assertThat(beat().echoes()).isEmpty();
        assertThat(disk).isEmpty();
        save();
        assertThat(row("edge-1").standing()).isEqualTo(Standing.LIVE);
        assertThat(beat().echoes()).containsKey("edge-1");
    }

    @Test
    void an_edge_that_is_behind_gets_no_first_lease() {
        lease("edge-1");
        publish(STRICT);
        ack("edge-1", end);
        beat();
        ack("edge-2", end - 1);
        beat();
        save();
        assertThat(beat().echoes()).containsOnlyKeys("edge-1");
        ack("edge-2", end);
        beat();
        save();
        assertThat(beat().echoes()).containsOnlyKeys("edge-1", "edge-2");
    }

    @Test
    void an_edge_that_stays_behind_loses_its_lease_so_that_nothing_waits_for_it_for_ever() {
        lease("edge-1");
        String event = publish(STRICT);
        for (int second = 0; second < 60; second++) {
            pass(Duration.ofSeconds(1));
            ack("edge-1", end - 1);
            beat();
            save();
        }
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void strict_keys_are_harmless_when_the_lease_is_over() {
        lease("edge-1");
        String event = publish(STRICT);
        Instant harmlessAt = outcome(event).harmlessAt();
        assertThat(harmlessAt).isEqualTo(wall.plusMillis(30_300));

        pass(Duration.ofMillis(30_299));
        beat();
        assertThat(outcome(event).effective()).isFalse();
        pass(Duration.ofMillis(1));
        beat();
        assertThat(outcome(event).effective()).isTrue();
        assertThat(reported).hasSize(1);
        assertThat(outcome(event).edges()).isEmpty();
    }

    @Test
    void available_keys_are_harmless_only_when_the_grace_is_over_too() {
        lease("edge-1");
        String event = publish(AVAILABLE);
        pass(LEASE.plusSeconds(1));
        beat();
        assertThat(outcome(event).pending()).containsExactly(new Pending("edge-1", "no-lease"));
        pass(GRACE);
        beat();
        assertThat(outcome(event).effective()).isFalse();
        pass(Duration.ofMinutes(3));
        beat();
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void available_keys_wait_for_an_edge_whose_lease_was_over_before() {
        lease("edge-1");
        pass(Duration.ofHours(1));
        beat();
        assertThat(outcome(publish(STRICT)).effective()).isTrue();
        String event = publish(AVAILABLE);
        assertThat(outcome(event).effective()).isFalse();
        assertThat(outcome(event).harmlessAt()).isBefore(wall.plus(GRACE));
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void a_lease_runs_from_the_ping_not_from_the_heartbeat() {
        lease("edge-1");
        pass(Duration.ofSeconds(20));
        assertThat(echo("edge-1").ping()).isEqualTo(1);
        assertThat(outcome(publish(STRICT)).harmlessAt()).isEqualTo(START.plusMillis(30_300));
    }

    @Test
    void a_new_ping_that_is_echoed_prolongs_the_lease() {
        lease("edge-1");
        pass(Duration.ofSeconds(20));
        ack("edge-1", end);
        beat();
        assertThat(outcome(publish(STRICT)).harmlessAt())
                .isEqualTo(START.plusSeconds(20).plusMillis(30_300));
    }

    @Test
    void a_new_ping_that_is_not_echoed_prolongs_nothing() {
        lease("edge-1");
        pass(Duration.ofSeconds(20));
        ack("edge-1", end);
        assertThat(outcome(publish(STRICT)).harmlessAt()).isEqualTo(START.plusMillis(30_300));
    }

    @Test
    void an_edge_that_stopped_is_not_waited_for() {
        lease("edge-1");
        String event = publish(AVAILABLE);
        assertThat(outcome(event).effective()).isFalse();
        ack("edge-1", "b1", 0, Phase.STOPPED);
        beat();
        assertThat(outcome(event).effective()).isTrue();
        assertThat(outcome(event).edges()).isEmpty();
        save();
        assertThat(row("edge-1").standing()).isEqualTo(Standing.STOPPED);
    }

    @Test
    void stopped_is_a_last_word() {
        lease("edge-1");
        ack("edge-1", "b1", end, Phase.STOPPED);
        ack("edge-1", "b1", end, Phase.SERVING);
        assertThat(beat().echoes()).isEmpty();
    }

    @Test
    void an_edge_that_an_operator_retired_is_not_waited_for() {
        lease("edge-1");
        String event = publish(AVAILABLE);
        assertThat(barrier.retire("edge-2")).isFalse();
        assertThat(barrier.retire("edge-1")).isTrue();
        assertThat(outcome(event).effective()).isTrue();
        assertThat(reported).hasSize(1);
    }

    @Test
    void a_retired_boot_gets_no_lease_and_a_new_boot_does() {
        lease("edge-1");
        barrier.retire("edge-1");
        ack("edge-1", end);
        assertThat(beat().echoes()).isEmpty();
        ack("edge-1", "b2", end, Phase.SERVING);
        beat();
        save();
        assertThat(echo("edge-1").boot()).isEqualTo("b2");
    }

    @Test
    void a_new_boot_proves_that_the_old_one_is_over() {
        lease("edge-1");
        String event = publish(AVAILABLE);
        ack("edge-1", "b2", 0, Phase.STARTING);
        beat();
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void a_late_word_of_an_old_boot_counts_for_nothing() {
        lease("edge-1");
        ack("edge-1", "b2", end, Phase.SERVING);
        beat();
        save();
        assertThat(echo("edge-1").boot()).isEqualTo("b2");
        String event = publish(STRICT);
        ack("edge-1", "b1", end, Phase.SERVING);
        assertThat(outcome(event).effective()).isFalse();
        assertThat(echo("edge-1").boot()).isEqualTo("b2");
    }

    @Test
    void an_older_ping_counts_for_nothing() {
        lease("edge-1");
        String event = publish(STRICT);
        EdgeAck stale = new EdgeAck(
                "edge-1",
                "b1",
                1,
                Map.of(Topics.CREDENTIALS, List.of(9L, 9L, 9L, 9L, 9L, 9L)),
                List.of(),
                Phase.SERVING);
        barrier.acknowledged(stale);
        assertThat(outcome(event).effective()).isFalse();
    }

    @Test
    void what_was_effective_stays_effective() {
        String event = publish(STRICT);
        assertThat(outcome(event).effective()).isTrue();
        lease("edge-1");
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void what_is_published_twice_is_reported_once() {
        String event = Ids.newEventId(wall);
        Published published = revocation(event, STRICT);
        barrier.published(published);
        barrier.published(published);
        assertThat(reported).hasSize(1);
    }

    @Test
    void only_ends_and_suspensions_are_reported() {
        String event = Ids.newEventId(wall);
        barrier.published(new Published(event, KEY, false, true, wall, new Place(Topics.LIFECYCLE, 0, 1), List.of()));
        assertThat(outcome(event).effective()).isTrue();
        assertThat(reported).isEmpty();
    }

    @Test
    void the_waiter_is_woken_by_the_acknowledgement() throws Exception {
        lease("edge-1");
        String event = Ids.newEventId(wall);
        var waiting = new CompletableFuture<Outcome>();
        Thread waiter =
                Thread.ofVirtual().start(() -> waiting.complete(barrier.await(event, STRICT, Duration.ofMinutes(1))));
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        barrier.published(revocation(event, STRICT));
        assertThat(waiting).isNotDone();
        ack("edge-1", end);
        assertThat(waiting.get(10, TimeUnit.SECONDS).effective()).isTrue();
    }

    @Test
    void after_a_restart_an_edge_that_was_live_is_waited_for_a_whole_lease_longer() {
        lease("edge-1");
        pass(Duration.ofSeconds(20));
        barrier = started();
        String event = publish(STRICT);
        assertThat(outcome(event).effective()).isFalse();
        assertThat(outcome(event).harmlessAt()).isEqualTo(wall.plusMillis(30_300));
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void after_a_restart_the_end_of_a_lease_is_remembered() {
        lease("edge-1");
        pass(Duration.ofHours(1));
        beat();
        save();
        assertThat(row("edge-1").standing()).isEqualTo(Standing.ENDED);
        barrier = started();
        assertThat(outcome(publish(STRICT)).effective()).isTrue();
        String event = publish(AVAILABLE);
        assertThat(outcome(event).effective()).isFalse();
        pass(GRACE.minusMinutes(50));
        beat();
        assertThat(outcome(event).effective()).isTrue();
    }

    /** Brings an edge to where its lease is over for an hour, and this is on disk. */
    private void end(String edge) {
        lease(edge);
        pass(LEASE.plusSeconds(1));
        beat();
        save();
        pass(Duration.ofHours(1));
    }

    /** The process that restarts here is another one, on a machine with another monotonic clock. */
    private void restart() {
        nanos -= 777_000_000_000L;
        barrier = started();
        beat();
        save();
    }

    private void isHarmlessWithin(Duration time) {
        String event = publish(AVAILABLE);
        pass(time.minusMinutes(1));
        beat();
        assertThat(outcome(event).effective()).isFalse();
        pass(Duration.ofMinutes(5));
        beat();
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void a_wall_clock_that_is_set_forwards_over_a_restart_ends_no_grace() {
        end("edge-1");
        wall = wall.plus(Duration.ofHours(9));
        restart();
        isHarmlessWithin(GRACE.minusHours(1));
    }

    @Test
    void a_wall_clock_that_is_set_back_over_a_restart_prolongs_no_grace() {
        end("edge-1");
        wall = wall.minus(Duration.ofHours(9));
        restart();
        isHarmlessWithin(GRACE.minusHours(1));
    }

    @Test
    void on_another_machine_or_after_its_next_start_the_grace_begins_anew() {
        end("edge-1");
        uptime = new Uptime(UUID.randomUUID(), Duration.ofDays(30));
        restart();
        isHarmlessWithin(GRACE);
    }

    @Test
    void without_an_uptime_the_grace_begins_anew_at_each_restart() {
        end("edge-1");
        uptime = null;
        restart();
        pass(Duration.ofHours(3));
        restart();
        isHarmlessWithin(GRACE);
    }

    @Test
    void a_grace_that_began_anew_goes_on_over_the_next_restart() {
        end("edge-1");
        uptime = new Uptime(UUID.randomUUID(), Duration.ofMinutes(1));
        restart();
        pass(Duration.ofHours(3));
        restart();
        isHarmlessWithin(Duration.ofHours(1));
    }

    @Test
    void an_edge_long_dead_is_not_waited_for_after_the_next_start_of_the_machine() {
        end("edge-1");
        pass(GRACE);
        beat();
        save();
        assertThat(row("edge-1").standing()).isEqualTo(Standing.HARMLESS);
        uptime = null;
        restart();
        assertThat(outcome(publish(AVAILABLE)).effective()).isTrue();
    }

    @Test
    void a_harmless_edge_that_comes_back_is_waited_for_again() {
        end("edge-1");
        pass(GRACE);
        restart();
        lease("edge-1");
        assertThat(row("edge-1").standing()).isEqualTo(Standing.LIVE);
        assertThat(outcome(publish(AVAILABLE)).effective()).isFalse();
    }

    @Test
    void after_a_restart_a_pending_revocation_is_followed_and_reported() {
        lease("edge-1");
        String event = publish(STRICT);
        ledger.put(UUID.fromString(event), new Known(event, KEY, true, STRICT, wall, true));
        pass(Duration.ofSeconds(1));
        barrier = started();
        assertThat(outcome(event).effective()).isFalse();
        assertThat(reported).isEmpty();
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
        assertThat(reported).extracting(Effective::cause).containsExactly(event);
    }

    @Test
    void after_a_restart_what_is_not_published_yet_waits_for_the_publisher() {
        lease("edge-1");
        String event = Ids.newEventId(wall);
        ledger.put(UUID.fromString(event), new Known(event, KEY, true, STRICT, wall, false));
        barrier = started();
        ack("edge-1", end);
        assertThat(barrier.await(event, STRICT, Duration.ZERO).effective()).isFalse();
        assertThat(outcome(event).pending()).containsExactly(new Pending("edge-1", "not-published"));
        barrier.published(revocation(event, STRICT));
        assertThat(outcome(event).effective()).isFalse();
        ack("edge-1", end);
        assertThat(outcome(event).effective()).isTrue();
    }

    @Test
    void an_old_event_can_be_asked_for_and_an_unknown_one_is_unknown() {
        String event = Ids.newEventId(wall);
        ledger.put(UUID.fromString(event), new Known(event, KEY, false, STRICT, wall, true));
        assertThat(outcome(event).effective()).isTrue();
        assertThat(barrier.status(Ids.newEventId(wall))).isEmpty();
        assertThat(barrier.status("nonsense")).isEmpty();
    }

    @Test
    void the_heartbeat_says_the_ends_that_are_acknowledged() {
        publish(STRICT);
        publish(STRICT);
        Heartbeat heartbeat = beat();
        List<Long> offsets = Objects.requireNonNull(heartbeat.ends().get(Topics.CREDENTIALS));
        assertThat(offsets.get(PARTITION)).isEqualTo(2);
        assertThat(heartbeat.leaseMillis()).isEqualTo(30_000);
        assertThat(heartbeat.time()).isEqualTo(wall);
    }
}
