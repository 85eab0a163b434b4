package io.keyledger.edge.core.limits;

import org.jspecify.annotations.Nullable;

/** How an edge tells others what it has counted, and hears it from them. */
public interface Exchange {
    /** An edge that is alone. */
    Exchange NONE = new Exchange() {
        @Override
        public void start() {}

        @Override
        public boolean heardAll() {
            return true;
        }

        @Override
        public @Nullable String trouble() {
            return null;
        }

        @Override
        public void stop() {}
    };

    void start();

    /** Whether the counts that were there at the start are known. From any thread. */
    boolean heardAll();

    /** What keeps it from telling or hearing, in words; null when nothing does. From any thread. */
    @Nullable
    String trouble();

    /** Tells the last counts, and ends. */
    void stop();
}
