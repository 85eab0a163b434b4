package io.keyledger.faults;

import io.keyledger.faults.Requests.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * L1: when all is well again, all edges agree within a minute: they say the same of every key, of a view that is not old. Of
 * keys that end by themselves nothing is asked, for an edge whose clock was ahead may end them early.
 */
final class Agreement {
    static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration YOUNG = Duration.ofSeconds(5);
    private static final int ENDED = 150;

    private final Requests requests;

    Agreement(Requests requests) {
        this.requests = requests;
    }

    /** What they still do not agree on a minute after {@code healed}, in words; empty when they agree. */
    List<String> missing(Keys keys, long healed) throws InterruptedException {
        List<Key> open = new ArrayList<>(
                keys.some(ENDED).stream().filter(key -> !key.expires()).toList());
        Map<Key, String> missing = new LinkedHashMap<>();
        do {
            missing.clear();
            open.removeIf(key -> {
                String what = disagreement(key);
                if (!what.isEmpty()) {
                    missing.put(key, what);
                }
                return what.isEmpty();
            });
            if (open.isEmpty()) {
                return List.of();
            }
            Thread.sleep(250);
        } while (System.nanoTime() - healed < PATIENCE.toNanos());
        return missing.entrySet().stream()
                .map(one -> one.getKey() + ": " + one.getValue())
                .toList();
    }

    private String disagreement(Key key) {
        List<String> codes = new ArrayList<>();
        long oldest = 0;
        for (int edge = 1; edge <= Stage.EDGES; edge++) {
            Verdict verdict = requests.verify("agreement", edge, key, "203.0.113.99", false);
            codes.add(verdict.code());
            oldest = Math.max(oldest, verdict.ageMillis() < 0 ? Long.MAX_VALUE : verdict.ageMillis());
        }
        boolean same =
                codes.stream().distinct().count() == 1 && !codes.getFirst().equals(History.NONE);
        return same && oldest <= YOUNG.toMillis()
                ? ""
                : codes + " of views " + (oldest == Long.MAX_VALUE ? "of unknown age" : "up to " + oldest + " ms old");
    }
}
