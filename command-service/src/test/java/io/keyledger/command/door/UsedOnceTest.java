package io.keyledger.command.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Keys;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UsedOnceTest {
    private static final Instant NOON = Keys.NOON;

    @Test
    void an_id_is_used_once_for_as_long_as_anybody_would_believe_it() {
        UsedOnce used = new UsedOnce();
        Instant end = NOON.plusSeconds(35);
        assertThat(used.first("a", end, NOON)).isTrue();
        assertThat(used.first("a", end, NOON)).isFalse();
        assertThat(used.first("b", end, NOON)).isTrue();
        assertThat(used.first("a", end, end.minusNanos(1))).isFalse();
        // Past its end it is refused as over; nothing of it has to be kept.
        assertThat(used.first("a", end.plusSeconds(35), end)).isTrue();
    }
}
