package io.keyledger.edge.server;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the edge has written down, and the disk may not have yet. Safe from any thread. */
interface Writes {
    /**
     * What every answer waits for that was made before this call; null = for nothing. When it fails, nobody may pass by such an
     * answer. Completed by whatever thread.
     */
    @Nullable
    CompletionStage<?> unforced();
}
