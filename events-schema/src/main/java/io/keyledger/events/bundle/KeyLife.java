package io.keyledger.events.bundle;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is told of a key can be the life of one: it begins once, it ends once, and no edge accepted it beyond what
 * that edge had confirmed. Compares sequences, never clocks. For one thread at a time.
 */
final class KeyLife {
    private final Set<String> causes = new HashSet<>();
    private final Set<String> ends = new HashSet<>();
    private final Map<String, List<Long>> limits = new HashMap<>();
    private boolean ended;
    private boolean deleted;
    private boolean whole;

    /** Takes the next event of the key's own source; says what is wrong, or null. */
    @Nullable
    String add(CloudEvent event, KeyEvent data) {
        if (data instanceof KeyCreated) {
            whole = event.sequence() == 1;
            return whole ? null : "a key is created once";
        }
        if (event.sequence() == 1) {
            return "a key's life begins with its creation";
        }
        boolean ends = switch (data) {
            case KeyRevoked _, KeyExpired _, KeyDeleted _ -> true;
            default -> false;
        };
        if (deleted && !(data instanceof RevocationConfirmed)
                || ended && !(data instanceof RevocationConfirmed || data instanceof KeyDeleted)) {
            return "the key had ended before";
        }
        if (ends || data instanceof KeySuspended) {
            causes.add(event.id());
        }
        if (ends) {
            this.ends.add(event.id());
            ended = true;
            deleted |= data instanceof KeyDeleted;
        }
        if (data instanceof RevocationConfirmed confirmed) {
            if (whole && !causes.contains(confirmed.cause())) {
                return "it confirms an end that there was not";
            }
            if (this.ends.contains(confirmed.cause())) {
                confirmed.edges().forEach(this::limit);
            }
        }
        return null;
    }

    private void limit(EdgeConfirmation edge) {
        limits.merge(edge.edge() + ":" + edge.boot(), edge.lanes(), (first, second) -> {
            List<Long> lower = new ArrayList<>();
            for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
                long a = i < first.size() ? first.get(i) : Long.MAX_VALUE;
                long b = i < second.size() ? second.get(i) : Long.MAX_VALUE;
                lower.add(Math.min(a, b));
            }
            return lower;
        });
    }

    /** Whether anything of it matters once all its own events were read. */
    boolean limitsUses() {
        return !limits.isEmpty();
    }

    /** Whether an edge could accept the key with that event of that lane; {@code source} is that of an edge. */
    boolean allows(String source, long sequence) {
        String[] parts = source.split(":", -1);
        // urn:keyledger:<instance>:edge:<edge>:<boot>:<lane>
        if (parts.length != 7 || !parts[6].matches("[0-9]{1,4}")) {
            return true;
        }
        List<Long> lanes = limits.get(parts[4] + ":" + parts[5]);
        int lane = Integer.parseInt(parts[6]);
        return lanes == null || lane >= lanes.size() || sequence <= lanes.get(lane);
    }
}
