package io.keyledger.edge.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WaitersTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final AtomicLong position = new AtomicLong();
    private final Waiters waiters = new Waiters();

    private CompletableFuture<Boolean> at(long wanted, Duration patience) {
        return waiters.await(() -> position.get() >= wanted, patience);
    }

    private void reach(long reached) {
        position.set(reached);
        waiters.moved();
    }

    @Test
    void who_is_there_already_does_not_wait() {
        reach(5);
        assertThat(at(5, LONG)).isCompletedWithValue(true);
    }

    @Test
    void each_is_told_when_its_own_position_is_reached_and_not_before() {
        CompletableFuture<Boolean> third = at(3, LONG);
        CompletableFuture<Boolean> first = at(1, LONG);
        assertThat(first).isNotDone();
        reach(1);
        assertThat(first).isCompletedWithValue(true);
        assertThat(third).isNotDone();
        reach(3);
        assertThat(third).isCompletedWithValue(true);
    }

    @Test
    void who_has_waited_long_enough_is_told_that_it_is_not_reached() {
        assertThat(at(1, Duration.ofMillis(1)).join()).isFalse();
    }

    @Test
    void no_more_than_so_many_wait_and_whoever_is_done_makes_room() {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < Waiters.MAX; i++) {
            all.add(at(1 + i % 2, LONG));
        }
        assertThat(at(1, LONG)).isCompletedWithValue(false);
        reach(1);
        assertThat(all.stream().filter(CompletableFuture::isDone)).hasSize(Waiters.MAX / 2);
        for (int i = 0; i < Waiters.MAX / 2; i++) {
            assertThat(at(2, LONG)).isNotDone();
        }
        assertThat(at(2, LONG)).isCompletedWithValue(false);
    }
}
