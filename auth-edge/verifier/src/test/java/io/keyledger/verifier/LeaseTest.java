package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Topics;
import io.keyledger.events.control.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final long LEASE = 30_000;
    private long nanos = -5;
    private long applied;
    private final Lease lease = new Lease("edge-1", "boot", () -> nanos, Duration.ofHours(4));
    private final Lease.Applied view = (_, _) -> applied;

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private static Heartbeat heartbeat(String boot, long ping, long end) {
        return new Heartbeat(
                "inst-01",
                Instant.EPOCH,
                LEASE,
                Map.of(Topics.PRINCIPALS, List.of(end)),
                Map.of("edge-1", new Heartbeat.Echo(boot, ping)));
    }

    @Test
    void before_the_first_lease_the_edge_is_starting_and_its_age_unknown() {
        assertThat(lease.standing()).isEqualTo(Standing.STARTING);
        assertThat(lease.ageMillis()).isEqualTo(-1);
    }

    @Test
    void a_lease_runs_from_the_sending_of_the_ping_not_from_the_heartbeat() {
        lease.sending(1);
        pass(Duration.ofSeconds(20));
        lease.heard(heartbeat("boot", 1, 0), view);
        assertThat(lease.standing()).isEqualTo(Standing.LIVE);
        pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(lease.standing()).isEqualTo(Standing.LIVE);
        pass(Duration.ofNanos(1));
        assertThat(lease.standing()).isEqualTo(Standing.LAPSED);
        pass(Duration.ofHours(4).minusNanos(1));
        assertThat(lease.standing()).isEqualTo(Standing.LAPSED);
        pass(Duration.ofNanos(1));
        assertThat(lease.standing()).isEqualTo(Standing.STALE);
    }

    @Test
    void a_lease_is_granted_only_once_everything_the_heartbeat_names_is_applied() {
        lease.sending(1);
        lease.heard(heartbeat("boot", 1, 7), view);
        assertThat(lease.standing()).isEqualTo(Standing.STARTING);
        applied = 6;
        lease.advanced(view);
        assertThat(lease.standing()).isEqualTo(Standing.STARTING);
        applied = 7;
        lease.advanced(view);
        assertThat(lease.standing()).isEqualTo(Standing.LIVE);
    }

    @Test
    void a_view_that_is_always_a_little_behind_still_gets_a_lease() {
        for (long ping = 1; ping <= 1000; ping++) {
            lease.sending(ping);
            lease.heard(heartbeat("boot", ping, ping), view);
            applied = ping - 1;
            lease.advanced(view);
            pass(Duration.ofSeconds(1));
        }
        assertThat(lease.standing()).isEqualTo(Standing.LIVE);
        assertThat(lease.ageMillis()).isEqualTo(2000);
    }

    @Test
    void neither_another_boot_nor_an_unknown_ping_nor_an_older_one_gives_a_longer_lease() {
        lease.sending(1);
        lease.heard(heartbeat("other", 1, 0), view);
        lease.heard(heartbeat("boot", 9, 0), view);
        assertThat(lease.standing()).isEqualTo(Standing.STARTING);
        pass(Duration.ofSeconds(5));
        lease.sending(2);
        lease.heard(heartbeat("boot", 2, 0), view);
        pass(Duration.ofSeconds(1));
        lease.heard(heartbeat("boot", 1, 0), view);
        assertThat(lease.ageMillis()).isEqualTo(1000);
        pass(Duration.ofSeconds(29));
        assertThat(lease.standing()).isEqualTo(Standing.LAPSED);
    }

    @Test
    void the_age_is_never_less_than_the_time_since_the_echoed_ping_was_sent() {
        lease.sending(1);
        nanos += 1;
        lease.heard(heartbeat("boot", 1, 0), view);
        assertThat(lease.ageMillis()).isEqualTo(1);
        nanos += TimeUnit.MILLISECONDS.toNanos(7);
        assertThat(lease.ageMillis()).isEqualTo(8);
    }

    @Test
    void what_was_answered_before_a_newer_lease_is_no_younger_for_it() {
        lease.sending(1);
        lease.heard(heartbeat("boot", 1, 0), view);
        Lease.Granted before = lease.granted();
        pass(Duration.ofSeconds(20));
        lease.sending(2);
        lease.heard(heartbeat("boot", 2, 0), view);
        pass(Duration.ofMillis(5));
        assertThat(lease.ageMillis()).isEqualTo(5);
        assertThat(lease.ageMillis(before)).isEqualTo(20_005);
    }

    @Test
    void a_lease_that_was_given_up_does_not_come_back() {
        lease.sending(1);
        lease.heard(heartbeat("boot", 1, 0), view);
        lease.giveUp();
        lease.heard(heartbeat("boot", 1, 0), view);
        lease.advanced(view);
        assertThat(lease.standing()).isEqualTo(Standing.STARTING);
    }
}
