package io.keyledger.query.history;

import io.keyledger.events.OwnerId;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Countries;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question "what if", and its answer. It looks at one key after the other, so that memory does not grow with the window, the
 * number of keys or their uses.
 */
final class Simulation {
    /** So many events are decided again at most; what was not looked at is told. */
    static final long MOST_EVENTS = 5_000_000;

    private static final int KEYS = 500;

    private final Question question;
    private final Courses courses;
    private final UseReader uses;
    private final Countries countries;
    private final long most;
    private volatile long keysDone;
    private volatile long eventsDone;

    Simulation(Question question, Courses courses, UseReader uses, Countries countries, long most) {
        this.question = question;
        this.courses = courses;
        this.uses = uses;
        this.countries = countries;
        this.most = most;
    }

    /**
     * What is asked.
     *
     * @param from inclusive
     * @param until exclusive
     * @param keys these alone; null = those of {@code owner}
     * @param owner null = all keys of the tenant
     */
    record Question(
            String tenant,
            Instant from,
            Instant until,
            @Nullable List<String> keys,
            @Nullable String owner,
            Change change) {}

    /**
     * The answer. Numbers are requests, but for {@code keys} and {@code events}.
     *
     * @param complete false when there were more events than are looked at; {@code lastKey} is the one it stopped in, of which a
     *     part was looked at
     * @param reproduced follow from what was so at their time
     * @param inFlight follow from what was so just before or after it: a change was on its way
     * @param circumstances were refused for what no fact about a key says
     * @param notReproduced follow from nothing that is known; they are in no other number
     */
    record Result(
            Instant from,
            Instant until,
            boolean complete,
            @Nullable String lastKey,
            long keys,
            long events,
            long requests,
            long reproduced,
            long inFlight,
            long circumstances,
            Tally.Result notReproduced,
            Tally.Result wouldRefuse,
            Tally.Result wouldAccept) {}

    /** How far it has come. */
    record Progress(long keys, long events) {}

    Progress progress() {
        return new Progress(keysDone, eventsDone);
    }

    String tenant() {
        return question.tenant();
    }

    /** Looks at all of it; may take minutes. A thread that is interrupted stops soon. */
    Result run() {
        Course<PrincipalRecord> tenant = courses.tenant(question.tenant());
        Replay replay = new Replay(question.change(), countries, tenant);
        String last = "";
        boolean complete = true;
        long done = 0;
        List<String> keys = keys(last);
        while (complete && !keys.isEmpty()) {
            for (String keyId : keys) {
                last = keyId;
                complete = replay(replay, keyId);
                if (!complete) {
                    break;
                }
                done++;
                keysDone = done;
            }
            keys = question.keys() == null ? keys(last) : List.of();
        }
        return new Result(
                question.from(),
                question.until(),
                complete,
                complete ? null : last,
                done,
                replay.events(),
                replay.requests(),
                replay.reproduced(),
                replay.inFlight(),
                replay.circumstances(),
                replay.notReproduced.result(),
                replay.wouldRefuse.result(),
                replay.wouldAccept.result());
    }

    private List<String> keys(String after) {
        List<String> named = question.keys();
        if (named != null) {
            return named;
        }
        String owner = question.owner();
        return owner == null
                ? uses.keysInUse(question.tenant(), question.from(), question.until(), after, KEYS)
                : uses.keysOf(question.tenant(), owner, after, KEYS);
    }

    private boolean replay(Replay replay, String keyId) {
        Course<KeyState> key = courses.key(question.tenant(), keyId);
        if (key.steps().isEmpty()) {
            return true;
        }
        OwnerId owner = key.steps().getFirst().state().row().owner();
        replay.begin(key, courses.person(question.tenant(), owner));
        return uses.each(question.tenant(), keyId, question.from(), question.until(), event -> {
            if (replay.events() >= most || Thread.currentThread().isInterrupted()) {
                return false;
            }
            replay.add(event);
            eventsDone = replay.events();
            return true;
        });
    }
}
