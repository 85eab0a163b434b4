package io.keyledger.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Presents one key to an edge again and again, one request at a time, a millisecond apart until the revoke is answered and
 * at once after it, and notes when each was sent and what came back.
 */
final class Knocking {
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int MAX_KNOCKS = 1_000_000;

    private final EdgeDoor door;
    private final String key;
    private final CompletableFuture<List<Knock>> knocks = new CompletableFuture<>();
    private final Thread thread = Thread.ofPlatform().name("knocking").unstarted(this::knock);
    private volatile boolean over;
    private volatile long answered;

    private record Knock(long sent, long done, boolean accepted) {}

    /**
     * What the edge said about requests sent after the answer.
     *
     * @param refusedAt when the first of their refusals was here
     * @param acceptedAfter how many of them it let pass
     */
    record Outcome(long refusedAt, int acceptedAfter) {}

    Knocking(EdgeDoor door, String key) {
        this.door = door;
        this.key = key;
    }

    /** Waits until the edge accepts the key, then goes on knocking on a thread of its own. */
    void untilAccepted() throws IOException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!door.accepts(key)) {
            if (System.nanoTime() > until) {
                throw new IOException("the edge does not accept a new key");
            }
        }
        thread.start();
    }

    private void knock() {
        List<Knock> all = new ArrayList<>();
        try {
            while (all.size() < MAX_KNOCKS) {
                long sent = System.nanoTime();
                boolean accepted = door.accepts(key);
                all.add(new Knock(sent, System.nanoTime(), accepted));
                if (!over) {
                    // Every use is an event: more of them would measure the load that they make.
                    LockSupport.parkNanos(PAUSE_NANOS);
                } else if (!accepted && sent - answered >= 0) {
                    break;
                }
            }
            knocks.complete(all);
        } catch (IOException | RuntimeException e) {
            knocks.completeExceptionally(e);
        }
    }

    /** To be called when the revoke was answered, with that moment: waits for the first refusal of a later request. */
    Outcome after(long answer) {
        answered = answer;
        over = true;
        LockSupport.unpark(thread);
        int accepted = 0;
        for (Knock knock : knocks.join()) {
            if (knock.sent - answer >= 0) {
                if (!knock.accepted) {
                    return new Outcome(knock.done, accepted);
                }
                accepted++;
            }
        }
        throw new IllegalStateException("the edge never refused the key");
    }
}
