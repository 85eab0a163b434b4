package io.keyledger.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * G3: once a revocation, deletion or suspension was answered as effective, no edge accepts a request for the key that is sent
 * later; and where it was answered as pending, none of the edges that it names as confirmed. A suspension holds until somebody
 * asks to resume the key.
 *
 * <p>It cannot see a wrong accept of a request that nobody sent, and it trusts what the driver wrote down about the order.
 */
final class EffectiveEverywhere implements Checker {
    private static final String ALL = "*";

    private final Findings findings = new Findings("requests sent after an effective end");

    /** By key, at which edges it is over. */
    private final Map<String, Set<String>> ended = new HashMap<>();

    private final Map<String, Set<String>> suspended = new HashMap<>();

    /** Resumed so many times: a request that spans a resumption may be answered either way. */
    private final Map<String, Integer> resumed = new HashMap<>();

    private final Map<Long, Asked> asked = new HashMap<>();
    private final Map<Long, String> commands = new HashMap<>();

    private record Asked(String keyId, String edge, boolean ended, boolean suspended, int resumed) {}

    @Override
    public String guarantee() {
        return "G3";
    }

    @Override
    public void next(Entry entry) {
        if (entry.asks("verify")) {
            String key = entry.text("keyId");
            String edge = entry.text("edge");
            asked.put(
                    entry.operation(),
                    new Asked(key, edge, isOver(ended, key, edge), isOver(suspended, key, edge), times(key)));
        } else if (entry.answers("verify")) {
            answered(entry);
        } else if (entry.asks("resume")) {
            suspended.remove(entry.text("keyId"));
            resumed.merge(entry.text("keyId"), 1, Integer::sum);
        } else if (entry.is("kind", History.ASKED)) {
            commands.put(entry.operation(), entry.text("keyId"));
        } else if (entry.answers("revoke") || entry.answers("delete")) {
            confirmed(entry, ended);
        } else if (entry.answers("suspend")) {
            confirmed(entry, suspended);
        }
    }

    private void confirmed(Entry entry, Map<String, Set<String>> over) {
        String key = commands.getOrDefault(entry.operation(), "");
        if (entry.is("result", "effective")) {
            over.computeIfAbsent(key, _ -> new HashSet<>()).add(ALL);
        }
        if (entry.is("result", "effective") || entry.is("result", "pending")) {
            over.computeIfAbsent(key, _ -> new HashSet<>()).addAll(entry.texts("confirmed"));
        }
    }

    private void answered(Entry entry) {
        Asked request = asked.remove(entry.operation());
        if (request == null || !request.ended() && !request.suspended()) {
            return;
        }
        findings.look();
        boolean still = request.ended() || request.resumed() == times(request.keyId());
        if (still && entry.is("result", "accepted")) {
            findings.violation("line %d: %s accepts %s, sent after its %s was effective there"
                    .formatted(
                            entry.line(),
                            request.edge(),
                            request.keyId(),
                            request.ended() ? "revocation" : "suspension"));
        }
    }

    private int times(String key) {
        return resumed.getOrDefault(key, 0);
    }

    private static boolean isOver(Map<String, Set<String>> over, String key, String edge) {
        Set<String> edges = over.getOrDefault(key, Set.of());
        return edges.contains(ALL) || edges.contains(edge);
    }

    @Override
    public Findings findings() {
        return findings;
    }
}
