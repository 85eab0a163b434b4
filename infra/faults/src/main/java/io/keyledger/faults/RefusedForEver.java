package io.keyledger.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * G4: an edge that has refused a credential because it is revoked, expired, replaced or deleted never accepts it again,
 * however often it is killed, restarted, cut off, or its clock set. A request counts as later when it was sent after that
 * refusal had come.
 *
 * <p>It cannot see what an edge would have said of a credential that nobody presented to it again, nor a refusal whose answer
 * was lost on the way.
 */
final class RefusedForEver implements Checker {
    private static final Set<String> FINAL = Set.of("revoked", "expired", "replaced", "deleted");

    private final Findings findings = new Findings("requests after a final refusal at that edge");

    /** The first final refusal, by edge and credential. */
    private final Map<String, String> refused = new HashMap<>();

    private final Map<Long, String> asked = new HashMap<>();
    private final Set<Long> later = new HashSet<>();

    @Override
    public String guarantee() {
        return "G4";
    }

    @Override
    public void next(Entry entry) {
        if (entry.asks("verify")) {
            String what = entry.text("edge") + " " + entry.text("credential");
            asked.put(entry.operation(), what);
            if (refused.containsKey(what)) {
                later.add(entry.operation());
            }
        } else if (entry.answers("verify")) {
            answered(entry);
        }
    }

    private void answered(Entry entry) {
        String what = asked.remove(entry.operation());
        boolean after = later.remove(entry.operation());
        if (what == null) {
            return;
        }
        if (after) {
            findings.look();
            if (entry.is("result", "accepted")) {
                findings.violation("line %d: %s is accepted, and was %s"
                        .formatted(entry.line(), what, refused.getOrDefault(what, "refused")));
            }
        }
        if (FINAL.contains(entry.text("result"))) {
            refused.putIfAbsent(what, "%s in line %d".formatted(entry.text("result"), entry.line()));
        }
    }

    @Override
    public Findings findings() {
        return findings;
    }
}
