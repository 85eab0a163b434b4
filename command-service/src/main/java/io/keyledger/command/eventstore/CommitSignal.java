package io.keyledger.command.eventstore;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells readers in this process that events were committed, so that they need not poll for them. Safe from any thread. */
public final class CommitSignal {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Runs {@code listener} after each commit that appended events, on the committing thread: it must only wake another. */
    public void onCommit(Runnable listener) {
        listeners.add(listener);
    }

    void committed() {
        listeners.forEach(Runnable::run);
    }
}
