package io.keyledger.command.commit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has what many threads ask for at the same time done at once, by one of them. There is no thread of its own and no delay:
 * who comes while nobody is under way goes at once, alone; those who come meanwhile wait and go together, one of them doing
 * it for all. Safe from any thread.
 *
 * @param <T> what is asked for
 * @param <R> what comes of it
 */
public final class Convoy<T, R> {

    /** Does what a whole group has asked for, on the thread of one of them. */
    @FunctionalInterface
    public interface Driver<T, R> {
        /** Answers every request of the group; what this throws is the answer to those that are left. */
        void drive(List<Request<T, R>> group);
    }

    /** What one thread has asked for and waits for. Answered once; a second answer means nothing. */
    public static final class Request<T, R> {
        private final T item;
        private final Thread thread = Thread.currentThread();
        private boolean leads;
        private @Nullable R result;
        private @Nullable RuntimeException failure;
        private volatile boolean awake;
        private boolean answered;

        private Request(T item) {
            this.item = item;
        }

        public T item() {
            return item;
        }

        public void complete(R result) {
            answer(result, null);
        }

        public void fail(RuntimeException failure) {
            answer(null, failure);
        }

        private void answer(@Nullable R result, @Nullable RuntimeException failure) {
            if (!answered) {
                this.result = result;
                this.failure = failure;
                answered = true;
                wake();
            }
        }

        private void lead() {
            leads = true;
            wake();
        }

        private void wake() {
            awake = true;
            if (thread != Thread.currentThread()) {
                LockSupport.unpark(thread);
            }
        }

        /** Until there is an answer, or it is this one's turn to lead. Not ended by an interrupt: the outcome would be unknown. */
        private void sleep() {
            boolean interrupted = false;
            while (!awake) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                thread.interrupt();
            }
        }

        @SuppressWarnings("NullAway") // No failure: there is a result, be it null.
        private R outcome() {
            if (failure != null) {
                throw failure;
            }
            return result;
        }
    }

    private final Driver<T, R> driver;
    private final int width;
    private final Deque<Request<T, R>> waiting = new ArrayDeque<>();
    private int underWay;

    /** @param width how many groups may be under way at a time */
    public Convoy(int width, Driver<T, R> driver) {
        this.width = width;
        this.driver = driver;
    }

    /**
     * Waits until it is done.
     *
     * @throws RuntimeException what it was answered with
     */
    public R ask(T item) {
        Request<T, R> request = new Request<>(item);
        if (!startOrWait(request)) {
            request.sleep();
        }
        if (request.leads) {
            lead(request);
        }
        return request.outcome();
    }

    private synchronized boolean startOrWait(Request<T, R> request) {
        if (underWay < width) {
            underWay++;
            request.leads = true;
            return true;
        }
        waiting.add(request);
        return false;
    }

    private void lead(Request<T, R> first) {
        List<Request<T, R>> group = groupOf(first);
        try {
            driver.drive(group);
            group.forEach(request -> request.fail(new IllegalStateException("was not answered")));
        } catch (RuntimeException e) {
            group.forEach(request -> request.fail(e));
        } catch (Error e) {
            // Nobody waits for ever for what this thread could not do.
            group.forEach(request -> request.fail(new IllegalStateException(e)));
            throw e;
        } finally {
            handOver();
        }
    }

    private synchronized List<Request<T, R>> groupOf(Request<T, R> first) {
        List<Request<T, R>> group = new ArrayList<>(waiting.size() + 1);
        group.add(first);
        group.addAll(waiting);
        waiting.clear();
        return group;
    }

    private void handOver() {
        Request<T, R> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                underWay--;
                return;
            }
        }
        next.lead();
    }
}
