package io.keyledger.edge.core;

import io.keyledger.edge.core.limits.Exchange;
import io.keyledger.edge.core.spool.UseSpool;
import io.keyledger.edge.core.view.Follower;
import io.keyledger.edge.core.view.ViewStore;
import io.keyledger.edge.core.view.Waiters;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.Lease;
import java.util.List;
import java.util.function.Supplier;

/** The platform's own edge, by the same package, of parts that are given. */
public final class Edges {
    private Edges() {}

    public interface Followers {
        Follower of(Supplier<List<Long>> lanes, Runnable onReady);
    }

    public static EmbeddedEdge start(
            EdgeSettings settings, UseSpool spool, ViewStore store, EdgeTime time, Lease lease, Followers followers) {
        EmbeddedEdge.Parts parts =
                new EmbeddedEdge.Parts(store, time, lease, new Waiters(), _ -> Exchange.NONE, followers::of);
        return EmbeddedEdge.start(settings, spool, parts);
    }
}
