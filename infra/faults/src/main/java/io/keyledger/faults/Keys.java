package io.keyledger.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The keys of a run, by what is known of them. Safe from any thread. */
final class Keys {
    private static final int RECENT = 20;

    private final List<Key> live = new ArrayList<>();
    private final List<Key> over = new ArrayList<>();

    synchronized void add(Key key) {
        live.add(key);
    }

    /** Takes one that nobody else has, to do something to it; null when there are none. */
    synchronized @Nullable Key take(Random random) {
        return live.isEmpty() ? null : live.remove(random.nextInt(live.size()));
    }

    /** It is ended, or nobody knows: it is only presented from now on. */
    synchronized void leave(Key key) {
        over.add(key);
    }

    synchronized int live() {
        return live.size();
    }

    /** For a request: mostly a live one, else one of those that ended last, else any that ended. */
    synchronized @Nullable Key any(Random random) {
        int dice = random.nextInt(100);
        if (!live.isEmpty() && (dice < 55 || over.isEmpty())) {
            return live.get(random.nextInt(live.size()));
        }
        if (over.isEmpty()) {
            return null;
        }
        int from = dice < 85 ? Math.max(0, over.size() - RECENT) : 0;
        return over.get(random.nextInt(from, over.size()));
    }

    /** All that are not ended, and so many of those that were left last. */
    synchronized List<Key> some(int left) {
        List<Key> some = new ArrayList<>(live);
        some.addAll(over.subList(Math.max(0, over.size() - left), over.size()));
        return some;
    }
}
