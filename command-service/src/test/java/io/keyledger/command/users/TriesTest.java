package io.keyledger.command.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TriesTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final Tries tries = new Tries(10, now::get);

    @Test
    void ten_tries_go_through_and_the_next_waits_for_one_to_come_back() {
        for (int i = 0; i < 10; i++) {
            assertThat(tries.take("alice")).isZero();
        }
        assertThat(tries.take("alice")).isEqualTo(Duration.ofSeconds(6));
        assertThat(tries.take("bob")).isZero();
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(tries.take("alice")).isEqualTo(Duration.ofSeconds(1));
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(tries.take("alice")).isZero();
        assertThat(tries.take("alice")).isPositive();
    }

    @Test
    void a_good_try_costs_nothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(tries.take("alice")).isZero();
            tries.giveBack("alice");
        }
    }

    @Test
    void who_has_waited_a_minute_has_all_of_them_again() {
        for (int i = 0; i < 10; i++) {
            tries.take("alice");
        }
        now.addAndGet(Duration.ofMinutes(5).toNanos());
        for (int i = 0; i < 10; i++) {
            assertThat(tries.take("alice")).isZero();
        }
        assertThat(tries.take("alice")).isPositive();
    }
}
