package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EdgeTimeTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private Instant wall = NOON;
    private long nanos;
    private final EdgeTime time = new EdgeTime(() -> wall, () -> nanos);

    @Test
    void a_wall_clock_that_is_set_back_does_not_take_the_time_back() {
        wall = NOON.plusSeconds(100);
        assertThat(time.instant()).isEqualTo(NOON.plusSeconds(100));
        wall = NOON.minusSeconds(3600);
        nanos += Duration.ofSeconds(5).toNanos();
        assertThat(time.instant()).isEqualTo(NOON.plusSeconds(105));
    }

    @Test
    void a_heartbeat_from_later_is_believed_and_goes_on_by_the_monotonic_clock() {
        time.heard(NOON.plusSeconds(60));
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(time.instant()).isEqualTo(NOON.plusSeconds(62));
        time.heard(NOON);
        assertThat(time.instant()).isEqualTo(NOON.plusSeconds(62));
    }

    @Test
    void it_never_goes_back_whatever_the_clocks_do() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Instant last = Instant.MIN;
            for (int i = 0; i < 200; i++) {
                switch (random.nextInt(3)) {
                    case 0 -> wall = wall.plusMillis(random.nextLong(-100_000, 100_000));
                    case 1 -> time.heard(wall.plusMillis(random.nextLong(-100_000, 100_000)));
                    default -> nanos += random.nextLong(1_000_000_000);
                }
                Instant now = time.instant();
                assertThat(now).as("seed %d", seed).isAfterOrEqualTo(last);
                assertThat(now).isAfterOrEqualTo(wall.minusMillis(1));
                last = now;
            }
        }
    }
}
