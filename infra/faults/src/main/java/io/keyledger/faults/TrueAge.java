package io.keyledger.faults;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * G10: an edge never reports its view younger than it is. An answer of age {@code a} to a request that was sent at {@code s}
 * says: at {@code s - a} or later this view was whole. So it must show every change of the key that was answered before
 * {@code s - a}. All keys are probes: made ({@code unknown} would be too old), ended and suspended ({@code accepted} would
 * be), resumed ({@code suspended} would be).
 *
 * <p>It cannot see a wrong age while nothing changes, nor changes that came while an answer was on its way: by so much it
 * errs to the edge's favour.
 */
final class TrueAge implements Checker {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Findings findings = new Findings("answers with an age that a change could have contradicted");
    private final Map<String, Long> made = new HashMap<>();
    private final Map<String, Long> ended = new HashMap<>();
    private final Map<String, Long> suspended = new HashMap<>();
    private final Map<String, Long> resumed = new HashMap<>();
    private final Map<Long, Entry> asked = new HashMap<>();

    @Override
    public String guarantee() {
        return "G10";
    }

    @Override
    public void next(Entry entry) {
        if (entry.is("kind", History.ASKED)) {
            asked.put(entry.operation(), entry);
            if (entry.is("what", "suspend")) {
                resumed.remove(entry.text("keyId"));
            } else if (entry.is("what", "resume")) {
                suspended.remove(entry.text("keyId"));
            }
            return;
        }
        Entry question = entry.is("kind", History.ANSWERED) ? asked.remove(entry.operation()) : null;
        if (question == null || entry.is("result", History.NONE)) {
            return;
        }
        String key = question.text("keyId");
        switch (question.text("what")) {
            case "verify" -> verified(question, entry);
            case "create" -> done(entry, made, entry.text("credential"));
            case "rotate" -> done(entry, made, entry.text("credential"));
            case "revoke", "delete" -> done(entry, ended, key);
            case "suspend" -> done(entry, suspended, key);
            case "resume" -> done(entry, resumed, key);
            default -> {}
        }
    }

    /** From here on the change is a fact: whoever asks learns of it. */
    private static void done(Entry entry, Map<String, Long> changes, String of) {
        if (!entry.is("result", "refused") && !of.isEmpty()) {
            changes.putIfAbsent(of, entry.at());
        }
    }

    private void verified(Entry question, Entry answer) {
        if (!answer.has("ageMillis")) {
            return;
        }
        String key = question.text("keyId");
        Long change = switch (answer.text("result")) {
            case "accepted" -> earlier(ended.get(key), suspended.get(key));
            case "unknown" -> made.get(question.text("credential"));
            case "suspended" -> resumed.get(key);
            default -> null;
        };
        boolean probed = made.containsKey(question.text("credential"));
        if (probed) {
            findings.look();
        }
        long whole = question.at() - answer.number("ageMillis") * NANOS_PER_MILLI;
        if (change != null && change < whole) {
            findings.violation("line %d: %s answers %s for %s with age %d ms, and %d ms before that the key was changed"
                    .formatted(
                            answer.line(),
                            question.text("edge"),
                            answer.text("result"),
                            key,
                            answer.number("ageMillis"),
                            (whole - change) / NANOS_PER_MILLI));
        }
    }

    private static @Nullable Long earlier(@Nullable Long a, @Nullable Long b) {
        return a == null ? b : b == null ? a : Long.valueOf(Math.min(a, b));
    }

    @Override
    public Findings findings() {
        return findings;
    }
}
