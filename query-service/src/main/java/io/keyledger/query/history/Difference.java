package io.keyledger.query.history;

import io.keyledger.events.RecordJson;
import io.keyledger.query.history.Course.Step;
import io.keyledger.query.keys.KeyRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What of a key is other at one moment than at another, and by which events. Pure. */
final class Difference {
    /** They say what the events themselves say. */
    private static final Set<String> LEFT_OUT = Set.of("keyId", "tenant", "sequence", "updatedAt");

    private static final String POLICY = "policy";

    private Difference() {}

    /**
     * The answer, as canonical JSON can write it.
     *
     * @param from exclusive: what an event of that very moment did is there already
     * @param to inclusive
     */
    static Map<String, @Nullable Object> between(Course<KeyState> key, Instant from, Instant to) {
        int before = key.indexAt(from);
        int after = key.indexAt(to);
        List<Object> events = new ArrayList<>();
        for (int i = before + 1; i <= after; i++) {
            Step<KeyState> step = Objects.requireNonNull(key.step(i));
            Map<String, @Nullable Object> event = new LinkedHashMap<>();
            event.put("eventId", step.cause().eventId());
            event.put("type", step.cause().type());
            event.put("at", RecordJson.time(step.cause().at()));
            event.put("by", step.cause().by());
            event.put("changes", changes(key.step(i - 1), step));
            events.add(event);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("from", RecordJson.time(from));
        answer.put("to", RecordJson.time(to));
        answer.put("changes", changes(key.step(before), key.step(after)));
        answer.put("events", events);
        return answer;
    }

    private static List<Object> changes(@Nullable Step<KeyState> before, @Nullable Step<KeyState> after) {
        Map<String, Object> old =
                before == null ? Map.of() : members(before.state().row());
        Map<String, Object> young =
                after == null ? Map.of() : members(after.state().row());
        TreeSet<String> names = new TreeSet<>(old.keySet());
        names.addAll(young.keySet());
        List<Object> changes = new ArrayList<>();
        for (String name : names) {
            if (!Objects.equals(old.get(name), young.get(name))) {
                Map<String, @Nullable Object> change = new LinkedHashMap<>();
                change.put("member", name);
                change.put("from", old.get(name));
                change.put("to", young.get(name));
                changes.add(change);
            }
        }
        return changes;
    }

    /** By event, not by the clock: that time alone has ended a key is no event's doing, and {@code expiresAt} tells it. */
    private static Map<String, Object> members(KeyRow row) {
        Map<String, Object> members = new LinkedHashMap<>();
        RecordJson.toMap(row).forEach((name, value) -> {
            if (name.equals(POLICY) && value instanceof Map<?, ?> policy) {
                policy.forEach((member, entries) -> members.put(POLICY + "." + member, entries));
            } else if (!LEFT_OUT.contains(name)) {
                members.put(name, value);
            }
        });
        members.put("status", row.status().name());
        return members;
    }
}
