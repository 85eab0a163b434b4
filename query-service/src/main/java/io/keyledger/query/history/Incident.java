package io.keyledger.query.history;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.RecordJson;
import io.keyledger.events.policy.PolicyWords;
import io.keyledger.query.history.Course.Step;
import io.keyledger.query.keys.KeyRow;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.usage.Endpoints;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a key that is in the wrong hands, from its recorded life: memory is bounded, whatever it did. What is told
 * as new was not seen in the {@link #PAST} before. For one thread.
 */
final class Incident {
    /** How far back a key's own past is looked at. */
    static final Duration PAST = Duration.ofDays(90);

    /** So many decisions are told one by one; all are counted, and the history has them all. */
    static final int DECISIONS = 1_000;

    /** So many events are looked at on each side of {@code since}. */
    static final long MOST_EVENTS = 2_000_000;

    private static final int NAMES = 5_000;

    private final List<LoggedEvent> life;
    private final Course<KeyState> key;
    private final Instant since;
    private final Set<String> addresses = new HashSet<>();
    private final Set<String> endpoints = new HashSet<>();
    private final Set<String> agents = new HashSet<>();
    private final Map<String, Long> refusals = new HashMap<>();
    private final Seen byEndpoint = new Seen();
    private final Seen byAddress = new Seen();
    private final List<Map<String, @Nullable Object>> decisions = new ArrayList<>();
    private final List<String> afterDeath = new ArrayList<>();
    private final @Nullable LoggedEvent confirmed;
    private @Nullable Map<String, @Nullable Object> deviation;
    private long pastEvents;
    private long events;
    private long accepted;
    private long refused;
    private long violations;

    /** @param life the key's own events, in their order */
    Incident(List<LoggedEvent> life, Course<KeyState> key, Instant since) {
        this.life = life;
        this.key = key;
        this.since = since;
        this.confirmed = life.stream()
                .filter(e -> e.data() instanceof RevocationConfirmed)
                .reduce((_, last) -> last)
                .orElse(null);
    }

    /** One request, accepted or refused, in short. */
    private record Use(
            boolean accepted,
            String outcome,
            @Nullable String permission,
            @Nullable String method,
            @Nullable String path,
            @Nullable String ip,
            @Nullable String agent,
            String edge,
            long count) {
        static @Nullable Use of(LoggedEvent event) {
            return switch (event.data()) {
                case KeyUsed e ->
                    new Use(
                            true,
                            "accepted",
                            e.permission(),
                            e.method(),
                            e.path(),
                            e.ip(),
                            e.userAgent(),
                            e.edge(),
                            e.count());
                case AuthFailed e ->
                    new Use(
                            false,
                            e.reason(),
                            e.permission(),
                            e.method(),
                            e.path(),
                            e.ip(),
                            e.userAgent(),
                            e.edge(),
                            e.count());
                case null, default -> null;
            };
        }

        String endpoint() {
            return Endpoints.of(method, path);
        }

        String address() {
            return ip == null ? "-" : ip;
        }

        String program() {
            return agent == null ? "-" : agent;
        }
    }

    /** One event from before; what was refused then is no past that anything is measured by. False when it is enough. */
    boolean past(LoggedEvent event) {
        Use use = Use.of(event);
        if (use != null && use.accepted()) {
            add(addresses, use.address());
            add(endpoints, use.endpoint());
            add(agents, use.program());
        }
        return ++pastEvents < MOST_EVENTS;
    }

    private static void add(Set<String> names, String name) {
        if (names.size() < NAMES) {
            names.add(name);
        }
    }

    /** One event since then, in the order of their time. False when it is enough. */
    boolean since(LoggedEvent event) {
        Use use = Use.of(event);
        if (use == null) {
            return true;
        }
        boolean knownAddress = addresses.contains(use.address());
        boolean knownEndpoint = endpoints.contains(use.endpoint());
        byAddress.add(use.address(), knownAddress, event.time(), use.accepted(), use.count());
        byEndpoint.add(use.endpoint(), knownEndpoint, event.time(), use.accepted(), use.count());
        if (use.accepted()) {
            accepted += use.count();
            violation(event);
        } else {
            refused += use.count();
            refusals.merge(refusals.size() < NAMES ? use.outcome() : Tally.OTHERS, use.count(), Long::sum);
        }
        if (decisions.size() < DECISIONS) {
            decisions.add(told(event, use));
        }
        if (deviation == null && !addresses.isEmpty()) {
            deviation = deviation(event, use, knownAddress, knownEndpoint);
        }
        return ++events < MOST_EVENTS;
    }

    private @Nullable Map<String, @Nullable Object> deviation(
            LoggedEvent event, Use use, boolean knownAddress, boolean knownEndpoint) {
        List<String> what = new ArrayList<>();
        if (!knownAddress) {
            what.add("address");
        }
        if (!knownEndpoint) {
            what.add("endpoint");
        }
        if (!agents.contains(use.program())) {
            what.add("userAgent");
        }
        if (what.isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> told = told(event, use);
        told.put("differsBy", what);
        return told;
    }

    /** An edge that had confirmed the key's end counts on in the same lane: a higher number there came after it. No clock is asked. */
    private void violation(LoggedEvent event) {
        if (confirmed == null || !(confirmed.data() instanceof RevocationConfirmed end) || !ended()) {
            return;
        }
        for (EdgeConfirmation edge : end.edges()) {
            String lanes = ":edge:" + edge.edge() + ":" + edge.boot() + ":";
            int at = event.source().indexOf(lanes);
            if (at < 0) {
                continue;
            }
            String lane = event.source().substring(at + lanes.length());
            if (lane.matches("[0-9]{1,4}")
                    && Integer.parseInt(lane) < edge.lanes().size()
                    && event.sequence() > edge.lanes().get(Integer.parseInt(lane))) {
                violations++;
                if (afterDeath.size() < Tally.EXAMPLES) {
                    afterDeath.add(event.id().toString());
                }
            }
        }
    }

    private boolean ended() {
        return end() != null;
    }

    /** The event that ended the key, the first of them; null while it lives. */
    private @Nullable LoggedEvent end() {
        return life.stream()
                .filter(e -> e.data() instanceof KeyRevoked
                        || e.data() instanceof KeyExpired
                        || e.data() instanceof KeyDeleted)
                .findFirst()
                .orElse(null);
    }

    private static Map<String, @Nullable Object> told(LoggedEvent event, Use use) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("eventId", event.id().toString());
        told.put("time", RecordJson.time(event.time()));
        told.put("outcome", use.outcome());
        told.put("count", use.count());
        told.put("permission", use.permission());
        told.put("method", use.method());
        told.put("path", use.path());
        told.put("ip", use.ip());
        told.put("userAgent", use.agent());
        told.put("edge", use.edge());
        return told;
    }

    /** The file, as canonical JSON can write it; to be asked for once all events were added. */
    Map<String, @Nullable Object> told(Instant until, List<Map<String, @Nullable Object>> siblings) {
        KeyRow row = key.steps().getLast().state().row();
        Map<String, @Nullable Object> file = new LinkedHashMap<>();
        file.put("keyId", row.keyId().value());
        file.put("keyName", row.name());
        file.put("owner", row.owner().value());
        file.put("status", row.status().name());
        file.put("createdAt", RecordJson.time(row.createdAt()));
        file.put("createdBy", row.createdBy());
        file.put("since", RecordJson.time(since));
        file.put("until", RecordJson.time(until));
        file.put("complete", events < MOST_EVENTS && pastEvents < MOST_EVENTS);
        file.put("accepted", accepted);
        file.put("refused", refused);
        file.put(
                "refusedBy",
                refusals.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> Map.of("name", e.getKey(), "requests", e.getValue()))
                        .toList());
        file.put("pastEvents", pastEvents);
        file.put("firstDeviation", deviation);
        file.put("endpoints", byEndpoint.told());
        file.put("addresses", byAddress.told());
        file.put("rights", rights());
        file.put("siblings", siblings);
        file.put("end", death());
        file.put("decisions", decisions);
        file.put("moreDecisions", Math.max(0, events - decisions.size()));
        return file;
    }

    /** What the key was allowed at each moment since. */
    private List<Map<String, @Nullable Object>> rights() {
        List<Map<String, @Nullable Object>> rights = new ArrayList<>();
        List<Object> before = List.of();
        for (int i = Math.max(0, key.indexAt(since)); i < key.steps().size(); i++) {
            Step<KeyState> step = key.steps().get(i);
            KeyRow row = step.state().row();
            List<Object> now = List.of(row.scope(), PolicyWords.line(row.policy()), row.status());
            if (!now.equals(before)) {
                Map<String, @Nullable Object> told = new LinkedHashMap<>();
                told.put("since", RecordJson.time(step.since()));
                told.put("status", row.status().name());
                told.put("scope", row.scope().wire());
                told.put("policy", PolicyWords.line(row.policy()));
                told.put("setBy", RecordJson.toMap(step.cause()));
                rights.add(told);
            }
            before = now;
        }
        return rights;
    }

    private @Nullable Map<String, @Nullable Object> death() {
        LoggedEvent end = end();
        if (end == null) {
            return null;
        }
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("by", RecordJson.toMap(Cause.of(end)));
        LoggedEvent confirmation = life.stream()
                .filter(e -> e.data() instanceof RevocationConfirmed c
                        && c.cause().equals(end.id().toString()))
                .findFirst()
                .orElse(null);
        if (confirmation != null && confirmation.data() instanceof RevocationConfirmed c) {
            told.put("confirmedAt", RecordJson.time(confirmation.time()));
            told.put("confirmation", confirmation.id().toString());
            told.put("edges", c.edges().stream().map(RecordJson::toMap).toList());
        }
        told.put("acceptedAfterwards", violations);
        told.put("acceptedAfterwardsEvents", List.copyOf(afterDeath));
        return told;
    }
}
