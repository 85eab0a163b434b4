package io.keyledger.query.console.commands;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a change has come at the edges.
 *
 * @param effective whether no edge is left that could decide without it
 * @param harmlessAt when the last pending one refuses by itself, ISO 8601; null when nothing is pending or it is not known
 * @param barrier the API's path to follow it under; null when nothing is pending
 */
public record Effect(
        boolean effective,
        List<Confirmed> edges,
        List<Pending> pending,
        @Nullable String harmlessAt,
        @Nullable String barrier)
        implements Serializable {

    /** An edge that has confirmed, so long after the change was written. */
    public record Confirmed(String edge, long millis) implements Serializable {}

    /** An edge that has not, and why, in words. */
    public record Pending(String edge, String reason) implements Serializable {}

    public Effect {
        edges = List.copyOf(edges);
        pending = List.copyOf(pending);
    }

    /** Of an answer that has waited for the edges; null for any other. */
    public static @Nullable Effect of(CommandAnswer answer) {
        Object effective = answer.body().get("effective");
        if (effective == null) {
            effective = answer.body().get("usable");
        }
        if (!(effective instanceof Boolean whole)) {
            return null;
        }
        return new Effect(
                whole,
                answer.items("edges").stream().map(Effect::confirmed).toList(),
                answer.items("pending").stream().map(Effect::pending).toList(),
                answer.optionalText("harmlessAt"),
                answer.optionalText("barrier"));
    }

    /** The time of the slowest edge that has confirmed; 0 when none has. */
    public long slowestMillis() {
        return edges.stream().mapToLong(Confirmed::millis).max().orElse(0);
    }

    private static Confirmed confirmed(Map<String, Object> edge) {
        return new Confirmed(
                Objects.toString(edge.get("edge"), "?"), edge.get("millis") instanceof Number n ? n.longValue() : 0);
    }

    private static Pending pending(Map<String, Object> edge) {
        String reason = Objects.toString(edge.get("reason"), "");
        return new Pending(
                Objects.toString(edge.get("edge"), "?"),
                switch (reason) {
                    case "not-published" -> "the change is written, but not published yet";
                    case "not-acknowledged" -> "has not confirmed yet";
                    case "no-lease" -> "is out of touch";
                    default -> reason;
                });
    }
}
