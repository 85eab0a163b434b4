package io.keyledger.command.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.command.commit.Convoy.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who goes with whom, and that nobody is left behind. */
@Timeout(30)
class ConvoyTest {
    private final List<List<Integer>> groups = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstGroup = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private void note(List<Request<Integer, Integer>> group) {
        groups.add(group.stream().map(Request::item).toList());
    }

    private void twice(List<Request<Integer, Integer>> group) {
        note(group);
        if (groups.size() == 1) {
            firstGroup.countDown();
            awaitQuietly(goOn);
        }
        group.forEach(request -> request.complete(request.item() * 2));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void who_comes_while_nobody_is_under_way_goes_at_once_and_alone() {
        goOn.countDown();
        Convoy<Integer, Integer> convoy = new Convoy<>(1, this::twice);
        assertThat(convoy.ask(1)).isEqualTo(2);
        assertThat(convoy.ask(2)).isEqualTo(4);
        assertThat(groups).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void those_who_come_meanwhile_go_together_in_the_order_in_which_they_came() throws Exception {
        Convoy<Integer, Integer> convoy = new Convoy<>(1, this::twice);
        List<Thread> threads = new ArrayList<>();
        List<Integer> results = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            int item = i;
            Thread thread = Thread.ofPlatform().start(() -> results.add(convoy.ask(item)));
            threads.add(thread);
            if (i == 0) {
                firstGroup.await();
            } else {
                awaitParked(thread);
            }
        }
        goOn.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(groups).containsExactly(List.of(0), List.of(1, 2, 3, 4));
        assertThat(results).containsExactlyInAnyOrder(0, 2, 4, 6, 8);
    }

    private static void awaitParked(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
    }

    @Test
    void what_the_driver_throws_reaches_those_who_have_no_answer_yet_and_the_next_go_on() {
        Convoy<Integer, Integer> convoy = new Convoy<>(1, group -> {
            if (group.getFirst().item() < 0) {
                throw new IllegalArgumentException("negative");
            }
            group.forEach(request -> request.complete(request.item()));
        });
        assertThatThrownBy(() -> convoy.ask(-1)).hasMessage("negative");
        assertThat(convoy.ask(3)).isEqualTo(3);
    }

    @Test
    void an_error_of_the_thread_that_drives_leaves_nobody_waiting() throws Exception {
        Convoy<Integer, Integer> convoy = new Convoy<>(1, group -> {
            note(group);
            firstGroup.countDown();
            awaitQuietly(goOn);
            throw new StackOverflowError("of one");
        });
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int item = i;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    convoy.ask(item);
                } catch (RuntimeException | StackOverflowError e) {
                    thrown.add(e);
                }
            }));
            firstGroup.await();
            if (i > 0) {
                awaitParked(threads.getLast());
            }
        }
        goOn.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).hasSize(3);
        assertThat(groups).containsExactly(List.of(0), List.of(1, 2));
    }

    @Test
    void one_who_was_not_answered_hears_so() {
        Convoy<Integer, Integer> convoy = new Convoy<>(1, _ -> {});
        assertThatThrownBy(() -> convoy.ask(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_interrupt_does_not_end_the_wait_and_is_not_lost() throws Exception {
        Convoy<Integer, Integer> convoy = new Convoy<>(1, this::twice);
        Thread first = Thread.ofPlatform().start(() -> convoy.ask(1));
        firstGroup.await();
        List<Boolean> interrupted = new CopyOnWriteArrayList<>();
        Thread second = Thread.ofPlatform().start(() -> {
            assertThat(convoy.ask(2)).isEqualTo(4);
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        awaitParked(second);
        second.interrupt();
        goOn.countDown();
        first.join();
        second.join();
        assertThat(interrupted).containsExactly(true);
    }

    @Test
    void under_load_everybody_is_answered_once_and_no_more_than_so_many_groups_are_under_way() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger carried = new AtomicInteger();
        Convoy<Integer, Integer> convoy = new Convoy<>(2, group -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            carried.addAndGet(group.size());
            underWay.decrementAndGet();
            group.forEach(request -> request.complete(request.item() + 1));
        });
        int threads = 12;
        int each = 2_000;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                all.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        assertThat(convoy.ask(i)).isEqualTo(i + 1);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(carried).hasValue(threads * each);
        assertThat(most.get()).isBetween(1, 2);
    }
}
