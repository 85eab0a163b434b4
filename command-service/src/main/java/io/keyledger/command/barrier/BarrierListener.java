package io.keyledger.command.barrier;

import io.keyledger.events.KeyId;
import java.util.List;

/** Learns when a revocation, expiry, suspension or deletion holds everywhere, be it at once or hours later. */
public interface BarrierListener {

    /**
     * No edge is left that could accept the key. Called from a thread of its own, at least once, also after a restart; not
     * called again once a {@code revocation.confirmed} that names the cause is in the key's stream. When it throws, it is
     * called again later.
     *
     * @param cause id of the event that ended or suspended the key
     */
    void effective(KeyId keyId, String cause, List<Barrier.Confirmed> edges);
}
