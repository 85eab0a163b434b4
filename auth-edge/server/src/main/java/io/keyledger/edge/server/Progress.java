package io.keyledger.edge.server;

import io.keyledger.events.CommandPosition;
import java.util.concurrent.CompletionStage;

/** How far the edge's view has come. Safe from any thread. */
interface Progress {
    /** Whether the view holds what was told by that position. */
    boolean reached(CommandPosition position);

    /** Done when it is reached, or when that takes too long, or when too many wait already. */
    CompletionStage<?> reach(CommandPosition position);
}
