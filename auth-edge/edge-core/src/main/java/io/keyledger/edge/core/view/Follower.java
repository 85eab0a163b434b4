package io.keyledger.edge.core.view;

import org.jspecify.annotations.Nullable;

/** What keeps a view up with the log: by Kafka, or simulated. */
public interface Follower {
    void start();

    /** Has reached the end that the topics had at the start, and has had a lease. From any thread. */
    boolean ready();

    /** What keeps the view from following, in words; null when nothing does. From any thread. */
    @Nullable
    String trouble();

    /** Stops reading. The caller has seen to it that this boot accepts nothing any more; that is told last. */
    void stop();
}
