package io.keyledger.cli.demo;

import io.keyledger.cli.client.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Sends one request after the other, and knows when each began and ended and what it got: how fast is a revocation? */
final class Hammer implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final int UNAUTHORIZED = 401;

    private final List<Shot> shots = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable Failure failure;

    /** One request, by {@link System#nanoTime}. */
    record Shot(long began, long ended, int status) {}

    Hammer(IntSupplier request) {
        thread = Thread.ofVirtual().name("hammer").start(() -> run(request));
    }

    private void run(IntSupplier request) {
        try {
            while (!stopped) {
                long began = System.nanoTime();
                int status = request.getAsInt();
                shots.add(new Shot(began, System.nanoTime(), status));
                Thread.sleep(PAUSE);
            }
        } catch (Failure e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes on until so many requests that began after {@code from} were answered. */
    List<Shot> after(long from, int count, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            Failure broken = failure;
            if (broken != null) {
                throw broken;
            }
            List<Shot> later =
                    shots.stream().filter(shot -> shot.began() - from >= 0).toList();
            if (later.size() >= count) {
                return later;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(Failure.FAILED, "Interrupted.");
            }
        }
        throw new Failure(Failure.FAILED, "The edge answered too slowly to measure anything.");
    }

    /** The first request that was refused, once there is one. */
    Shot firstRefused() {
        return shots.stream()
                .filter(shot -> shot.status() == UNAUTHORIZED)
                .findFirst()
                .orElseThrow(() -> new Failure(Failure.FAILED, "The revoked key was never refused."));
    }

    /** How many requests were accepted although they began after {@code from}. */
    long acceptedAfter(long from) {
        return shots.stream()
                .filter(shot -> shot.began() - from >= 0 && shot.status() != UNAUTHORIZED)
                .count();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
