package io.keyledger.cli.client;

import io.keyledger.cli.console.Text;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which edges have confirmed a revocation, suspension or deletion.
 *
 * @param members what the platform answered last
 */
public record Confirmation(Map<String, Object> members) {
    private static final Duration POLL = Duration.ofMillis(250);

    /** Follows the answer to a command until every edge has confirmed, or the time is over. */
    public static Confirmation await(Api api, Map<String, Object> answer, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Map<String, Object> now = new LinkedHashMap<>(answer);
        while (!new Confirmation(now).effective()
                && answer.get("barrier") instanceof String barrier
                && System.nanoTime() < end) {
            Api.sleep(POLL);
            now.putAll(api.follow(barrier).object());
        }
        return new Confirmation(now);
    }

    /** Whether no edge is left that could still accept the key. */
    public boolean effective() {
        return Boolean.TRUE.equals(members.get("effective"));
    }

    public int exitCode() {
        return effective() ? 0 : Failure.UNCONFIRMED;
    }

    /** {@code edge-1 (7 ms), query-1 (5 ms)}. */
    public String edges() {
        List<Map<String, Object>> edges = Pages.objects(members, "edges");
        return edges.isEmpty()
                ? "no edge was in service"
                : edges.stream()
                        .map(e -> Text.of(e.get("edge")) + " (" + Text.of(e.get("millis")) + " ms)")
                        .collect(Collectors.joining(", "));
    }

    /** Who is still to confirm, and when it no longer matters. */
    public String pending() {
        String edges = Pages.objects(members, "pending").stream()
                .map(e -> Text.of(e.get("edge")) + " (" + Text.of(e.get("reason")) + ")")
                .collect(Collectors.joining(", "));
        return (edges.isEmpty() ? "Not yet confirmed by every edge." : "Not yet confirmed by " + edges + ".")
                + (members.get("harmlessAt") == null
                        ? ""
                        : " They refuse the key by themselves from " + Text.time(members.get("harmlessAt"), Text.NONE)
                                + " on.");
    }
}
