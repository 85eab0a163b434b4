package io.keyledger.faults;

import io.keyledger.faults.Http.Answer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One who makes keys and ends them, one command after another, by a seed. A command without an answer may be carried out much
 * later: its key is left alone from then on, and presented only.
 */
final class Commands {
    private static final int LIVE_KEYS = 16;
    private static final String KEYS = "/api/v1/keys";

    private final String actor;
    private final History history;
    private final Http api;
    private final Keys keys;
    private final Random random;

    /** Ends that were answered as pending, to be asked about. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    private int made;

    private record Pending(String what, String keyId, String barrier) {}

    /** What came of a command. */
    private record Outcome(String result, @Nullable Answer answer) {
        boolean isKnown() {
            return !result.equals(History.NONE);
        }

        boolean isDone() {
            return isKnown() && !result.equals("refused");
        }
    }

    Commands(String actor, History history, Http api, Keys keys, Random random) {
        this.actor = actor;
        this.history = history;
        this.api = api;
        this.keys = keys;
        this.random = random;
    }

    /** The next command. */
    void step() {
        if (!pending.isEmpty() && random.nextInt(3) == 0) {
            follow(pending.removeFirst());
        } else if (keys.live() < LIVE_KEYS) {
            create();
        } else {
            Key key = keys.take(random);
            if (key != null) {
                change(key);
            }
        }
    }

    private void create() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        boolean expires = random.nextInt(4) == 0;
        made++;
        body.put("name", actor + " " + made);
        body.put("scope", random.nextInt(4) == 0 ? "admin" : "read-only");
        body.put("owner", "svc_" + actor + "-" + made / 500);
        if (expires) {
            body.put("expiresIn", "PT" + random.nextInt(8, 60) + "S");
        }
        add(ask("create", "", KEYS, body), expires);
    }

    private void add(Outcome outcome, boolean expires) {
        Answer answer = outcome.answer();
        if (outcome.isDone() && answer != null) {
            keys.add(new Key(answer.text("keyId"), answer.text("credentialId"), answer.text("key"), expires));
        }
    }

    private void change(Key key) {
        int dice = random.nextInt(100);
        if (dice < 45) {
            end("revoke", key, Map.of("reason", "faults", "reasonCode", "unspecified"));
        } else if (dice < 55) {
            end("delete", key, Map.of());
        } else if (dice < 80) {
            suspendAndResume(key);
        } else {
            rotate(key);
        }
    }

    private void end(String what, Key key, Map<String, Object> body) {
        Outcome outcome = what.equals("delete")
                ? ask("delete", key.keyId(), KEYS + "/" + key.keyId(), body)
                : ask(what, key.keyId(), KEYS + "/" + key.keyId() + "/" + what, body);
        keys.leave(key);
        if (outcome.result().equals("pending") && outcome.answer() != null) {
            String barrier = outcome.answer().text("barrier");
            pending.add(new Pending(what, key.keyId(), barrier.substring(barrier.indexOf("/api/v1/"))));
        }
    }

    private void suspendAndResume(Key key) {
        Map<String, Object> why = Map.of("reason", "faults");
        Outcome suspended = ask("suspend", key.keyId(), KEYS + "/" + key.keyId() + "/suspend", why);
        if (suspended.isDone()) {
            pause(random.nextInt(1_500));
            suspended = ask("resume", key.keyId(), KEYS + "/" + key.keyId() + "/resume", why);
        }
        if (suspended.isDone()) {
            keys.add(key);
        } else {
            keys.leave(key);
        }
    }

    private void rotate(Key key) {
        String grace = "PT" + random.nextInt(6) + "S";
        add(
                ask("rotate", key.keyId(), KEYS + "/" + key.keyId() + "/rotate", Map.of("gracePeriod", grace)),
                key.expires());
        keys.leave(key);
    }

    /** Asks how far a pending end has come: effective now, it counts from now. */
    private void follow(Pending end) {
        if (!ask(end.what(), end.keyId(), end.barrier(), Map.of()).result().equals("effective")) {
            pending.addLast(end);
        }
    }

    private Outcome ask(String what, String keyId, String path, Map<String, ? extends @Nullable Object> body) {
        String method = path.contains("/barriers/") ? "GET" : what.equals("delete") ? "DELETE" : "POST";
        long operation = history.asked(actor, what, Map.of("keyId", keyId));
        try {
            Answer answer = api.send(method, path, body);
            String result = result(answer);
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put("status", answer.status());
            members.put("keyId", answer.body().get("keyId"));
            members.put("credential", answer.body().get("credentialId"));
            members.put("confirmed", answer.each("edges", "edge"));
            history.answered(operation, what, result, members);
            return new Outcome(result, answer);
        } catch (IOException e) {
            history.answered(
                    operation,
                    what,
                    History.NONE,
                    Map.of("failure", e.getClass().getSimpleName()));
            return new Outcome(History.NONE, null);
        }
    }

    private static String result(Answer answer) {
        if (answer.status() >= 500) {
            return History.NONE;
        }
        if (answer.status() >= 400) {
            return "refused";
        }
        return Boolean.TRUE.equals(answer.body().get("effective"))
                        || Boolean.TRUE.equals(answer.body().get("usable"))
                ? "effective"
                : "pending";
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
