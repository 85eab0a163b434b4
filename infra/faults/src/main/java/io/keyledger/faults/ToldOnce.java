package io.keyledger.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * G6: every request that was answered as accepted is in the audit exactly once, by its request id; every one that was refused
 * is counted exactly once, by edge and reason. Events that lie in the topic twice under one id are one event. A request without an answer may be in
 * the audit or not, as a use or as a refusal, but at most once.
 *
 * <p>Above ten a minute refusals are told as numbers. There it cannot see a refusal that was lost while another without an
 * answer was told, nor which key one of two refusals of the same edge and reason was of.
 */
final class ToldOnce implements Checker {
    private final Findings findings = new Findings("requests that were answered");
    private final Map<Long, String> asked = new HashMap<>();
    private final Map<String, String> edges = new HashMap<>();
    private final Set<String> accepted = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> events = new HashSet<>();
    private final Map<String, Long> used = new HashMap<>();

    /** Answered and told refusals, by edge and reason. */
    private final Map<String, Long> answered = new TreeMap<>();

    private final Map<String, Long> told = new TreeMap<>();

    @Override
    public String guarantee() {
        return "G6";
    }

    @Override
    public void next(Entry entry) {
        if (entry.asks("verify")) {
            asked.put(entry.operation(), entry.text("request"));
            edges.put(entry.text("request"), entry.text("edge"));
        } else if (entry.answers("verify")) {
            answered(entry);
        } else if (entry.is("kind", History.TOLD) && events.add(entry.text("event"))) {
            told(entry);
        }
    }

    private void answered(Entry entry) {
        String request = asked.remove(entry.operation());
        if (request == null || entry.is("result", History.NONE)) {
            return;
        }
        findings.look();
        if (entry.is("result", "accepted")) {
            accepted.add(request);
        } else {
            refused.add(request);
            answered.merge(edges.get(request) + " " + entry.text("result"), 1L, Long::sum);
        }
    }

    private void told(Entry entry) {
        String request = entry.text("request");
        if (entry.is("type", "used")) {
            used.merge(request, entry.number("count"), Long::sum);
        } else {
            told.merge(entry.text("edge") + " " + entry.text("code"), entry.number("count"), Long::sum);
            if (accepted.contains(request)) {
                findings.violation("line %d: %s was accepted and is told as refused".formatted(entry.line(), request));
            }
        }
    }

    @Override
    public void end() {
        for (String request : accepted) {
            long times = used.getOrDefault(request, 0L);
            if (times != 1) {
                findings.violation(
                        "%s was accepted by %s and is told %d times".formatted(request, edges.get(request), times));
            }
        }
        Map<String, Long> unanswered = new HashMap<>();
        edges.forEach((request, edge) -> {
            if (!accepted.contains(request) && !refused.contains(request)) {
                unanswered.merge(edge, 1L, Long::sum);
            }
        });
        Map<String, Long> surplus = new TreeMap<>();
        used.forEach((request, times) -> {
            if (!accepted.contains(request)) {
                String edge = edges.get(request);
                if (edge == null || refused.contains(request) || times != 1) {
                    findings.violation("%s is told as a use %d times, and was %s"
                            .formatted(request, times, edge == null ? "never asked" : "not accepted"));
                } else {
                    surplus.merge(edge, 1L, Long::sum);
                }
            }
        });
        Set<String> groups = new HashSet<>(answered.keySet());
        groups.addAll(told.keySet());
        for (String group : groups) {
            long more = told.getOrDefault(group, 0L) - answered.getOrDefault(group, 0L);
            if (more < 0) {
                findings.violation(
                        "%d refusals \"%s\" are not counted, of %d".formatted(-more, group, answered.get(group)));
            } else {
                surplus.merge(group.substring(0, group.indexOf(' ')), more, Long::sum);
            }
        }
        surplus.forEach((edge, more) -> {
            if (more > unanswered.getOrDefault(edge, 0L)) {
                findings.violation("%s tells %d uses and refusals more than it answered, and left %d without an answer"
                        .formatted(edge, more, unanswered.getOrDefault(edge, 0L)));
            }
        });
    }

    @Override
    public Findings findings() {
        return findings;
    }
}
