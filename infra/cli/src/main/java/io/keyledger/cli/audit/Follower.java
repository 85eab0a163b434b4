package io.keyledger.cli.audit;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.console.Text;
import io.keyledger.events.RecordJson;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Follows the audit by asking again and again for what is young. Events of different sources arrive out of order, so each
 * question reaches back over the last while, and what was shown already is known by its id. Each question is itself a use
 * of our key and so an event: these are left out, or one would watch oneself watching.
 */
final class Follower {
    private static final Duration POLL = Duration.ofSeconds(2);
    /** How much later than its time an event may arrive and still be shown. */
    private static final Duration LATENESS = Duration.ofMinutes(2);

    private static final String AUDIT = "/audit";

    private final Api api;
    private final Map<String, String> query;
    private final int first;
    private final Consumer<Map<String, Object>> each;
    private final Consumer<String> advice;
    /** Id and time of what was shown, no older than {@link #LATENESS} before the youngest. */
    private final Map<String, Instant> shown = new LinkedHashMap<>();

    /** By the platform's clock, never by ours: a client whose clock is ahead would ask for the future. */
    private Instant youngest = Instant.EPOCH;

    private boolean away;

    /** @param first how many old events to begin with */
    Follower(
            Api api,
            Map<String, String> query,
            int first,
            Consumer<Map<String, Object>> each,
            Consumer<String> advice) {
        this.api = api;
        this.query = query;
        this.first = first;
        this.each = each;
        this.advice = advice;
    }

    /** Ends only by an interrupt or a failure. */
    void run() {
        List<Map<String, Object>> old = new ArrayList<>();
        Pages.read(api, AUDIT, query, Math.max(first, 1), old::add);
        // What is older than the oldest of these was not asked for, though a later question would find it.
        Instant floor = old.size() < first || old.isEmpty() ? Instant.EPOCH : time(old.getLast());
        if (first > 0) {
            show(old, floor);
        } else if (!old.isEmpty()) {
            youngest = floor;
            shown.put(Text.of(old.getFirst().get("id")), floor);
        }
        while (true) {
            api.pause(POLL);
            List<Map<String, Object>> found = new ArrayList<>();
            try {
                Map<String, String> young = new LinkedHashMap<>(query);
                Instant window = youngest.equals(Instant.EPOCH) ? youngest : youngest.minus(LATENESS);
                young.put("startDate", RecordJson.time(latest(window, floor)));
                Pages.read(api, AUDIT, young, 0, found::add);
                if (away) {
                    away = false;
                    advice.accept("The platform answers again.");
                }
            } catch (Failure e) {
                if (e.exitCode() != Failure.UNREACHABLE && !isPassing(e)) {
                    throw e;
                }
                if (!away) {
                    away = true;
                    advice.accept(e.line() + " Waiting for it.");
                }
                continue;
            }
            show(found, Instant.EPOCH);
        }
    }

    private static boolean isPassing(Failure e) {
        return e.problem() != null
                && (e.problem().status() == 503 || e.problem().status() == 429);
    }

    /** @param found newest first */
    private void show(List<Map<String, Object>> found, Instant from) {
        for (Map<String, Object> event : found.reversed()) {
            Instant time = time(event);
            if (!time.isBefore(from) && shown.put(Text.of(event.get("id")), time) == null) {
                if (!isOurQuestion(event)) {
                    each.accept(event);
                }
                youngest = latest(youngest, time);
            }
        }
        if (youngest.isAfter(Instant.EPOCH)) {
            Instant forgotten = youngest.minus(LATENESS).minus(LATENESS);
            shown.values().removeIf(time -> time.isBefore(forgotten));
        }
    }

    private boolean isOurQuestion(Map<String, Object> event) {
        Map<String, Object> data = EventLine.data(event);
        return EventLine.type(event).equals("key.used")
                && api.credentialId().equals(Text.of(data.get("credentialId")))
                && Text.of(data.get("path")).endsWith(AUDIT);
    }

    private static Instant time(Map<String, Object> event) {
        try {
            return Instant.parse(Text.of(event.get("time")));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private static Instant latest(Instant... times) {
        Instant latest = Instant.EPOCH;
        for (Instant time : times) {
            latest = time.isAfter(latest) ? time : latest;
        }
        return latest;
    }
}
