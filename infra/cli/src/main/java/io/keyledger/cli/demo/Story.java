package io.keyledger.cli.demo;

import io.keyledger.cli.audit.AuditCommand;
import io.keyledger.cli.audit.Chain;
import io.keyledger.cli.audit.EventLine;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Text;
import io.keyledger.events.Ids;
import io.keyledger.verifier.PresentedKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The life of a key, step by step, against the running platform. Every step that goes otherwise than it must ends the story
 * with a failure, so that the demo is a test of the installation, too.
 */
final class Story {
    private static final Duration ARRIVAL = Duration.ofSeconds(20);
    private static final String OBJECTS = "/api/v1/objects?type=user";
    private static final String EXECUTE = "/api/v1/sync/projects/42/execute";
    private static final Duration MOMENT = Duration.ofSeconds(3);
    private static final int REQUESTS_AFTER = 20;

    private final Api api;
    private final EventLog log;
    private final Client client;
    private final Stage stage;
    private final Console console;
    /** What is still to be revoked. */
    private final Set<String> alive = new LinkedHashSet<>();
    /** Everything seen on Kafka, by event id. */
    private final Map<String, EventLog.Seen> seen = new LinkedHashMap<>();

    /** A key as the demo holds it; its text is never printed. */
    private record Held(String keyId, String credentialId, String name, PresentedKey key) {}

    Story(Api api, EventLog log, Client client, Stage stage, Console console) {
        this.api = api;
        this.log = log;
        this.client = client;
        this.stage = stage;
        this.console = console;
    }

    void tell(boolean withExpiry) {
        String tail = Ids.ulid(Instant.now()).substring(18).toLowerCase(Locale.ROOT);
        Held reader = create("demo_reader_" + tail, "read-only", "P1D");
        Held writer = create("demo_writer_" + tail, "read-write", "P1D");
        use("The read-only key reads", reader, "GET", OBJECTS, Client.Carrier.API_KEY, 200);
        use("The read-only key must not start a run: 403", reader, "POST", EXECUTE, Client.Carrier.BEARER, 403);
        use("The read-write key starts a run", writer, "POST", EXECUTE, Client.Carrier.X_API_KEY, 200);
        Held rotated = rotate(writer);
        stage.step("While the grace lasts, the old and the new secret both work");
        used(writer, "POST", EXECUTE, Client.Carrier.API_KEY, 200);
        used(rotated, "POST", EXECUTE, Client.Carrier.API_KEY, 200);
        revoke(writer, rotated);
        if (withExpiry) {
            expire(tail);
        }
        history(rotated.keyId());
    }

    private Held create(String name, String scope, String life) {
        stage.step("Create a " + scope + " key");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("description", "Made by keyledger demo");
        body.put("scope", scope);
        body.put("expiresIn", life);
        long began = System.nanoTime();
        Map<String, Object> answer =
                api.change("POST", "/keys", Json.line(body)).object();
        double millis = Stage.millis(System.nanoTime() - began);
        Held held = held(answer, name);
        alive.add(held.keyId());
        stage.result(
                "POST /api/v1/keys -> " + held.keyId() + ", credential " + held.credentialId() + ", "
                        + Stage.text(millis) + " ms",
                result(answer, millis));
        event(began, "key.created", held.keyId(), seen -> true);
        return held;
    }

    private static Held held(Map<String, Object> answer, String name) {
        PresentedKey key = answer.get("key") instanceof String text ? PresentedKey.parse(text) : null;
        if (key == null) {
            throw new Failure(Failure.FAILED, "The platform answered without a key.");
        }
        return new Held(Text.of(answer.get("keyId")), Text.of(answer.get("credentialId")), name, key);
    }

    /** What scripts get of an answer: everything but the key. */
    private static Map<String, Object> result(Map<String, Object> answer, double millis) {
        Map<String, Object> members = new LinkedHashMap<>(answer);
        members.remove("key");
        members.put("millis", millis);
        return members;
    }

    private void use(String title, Held key, String method, String path, Client.Carrier carrier, int expected) {
        stage.step(title);
        used(key, method, path, carrier, expected);
    }

    private void used(Held key, String method, String path, Client.Carrier carrier, int expected) {
        long began = System.nanoTime();
        int status = client.send(method, path, carrier, key.key());
        double millis = Stage.millis(System.nanoTime() - began);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("method", method);
        members.put("path", path);
        members.put("credentialId", key.credentialId());
        members.put("status", status);
        members.put("millis", millis);
        stage.result(
                method + " " + path + "  (" + carrier.shown() + " " + key.credentialId() + ") -> " + status + ", "
                        + Stage.text(millis) + " ms",
                members);
        expect(expected, status, method + " " + path);
        if (expected < 300) {
            event(began, "key.used", key.keyId(), of(key));
        } else {
            refusal(began, key);
        }
    }

    /** An edge writes ten refusals a minute of one address and reason one by one, and counts the others exactly. */
    private void refusal(long since, Held key) {
        Optional<EventLog.Seen> event =
                log.find(seen -> is(seen, "auth.failed", key.keyId()) && of(key).test(seen), MOMENT);
        if (event.isPresent()) {
            remember(event.get());
            stage.event(event.get(), since);
        } else {
            stage.result(
                    "no event of its own: above ten a minute refusals are counted, exactly, in one event a minute",
                    Map.of("event", "counted"));
        }
    }

    private static Predicate<EventLog.Seen> of(Held key) {
        return seen -> key.credentialId().equals(seen.data().get("credentialId"));
    }

    private Held rotate(Held old) {
        stage.step("Rotate the read-write key; the old secret stays good for an hour");
        long began = System.nanoTime();
        Map<String, Object> answer = api.change(
                        "POST", "/keys/" + old.keyId() + "/rotate", Json.line(Map.of("gracePeriod", "PT1H")))
                .object();
        double millis = Stage.millis(System.nanoTime() - began);
        Held held = held(answer, old.name());
        Object until = answer.get("previous") instanceof Map<?, ?> previous ? previous.get("validUntil") : null;
        stage.result(
                "POST .../rotate -> new credential " + held.credentialId() + "; " + old.credentialId() + " until "
                        + Text.time(until, Text.NONE) + ", " + Stage.text(millis) + " ms",
                result(answer, millis));
        event(began, "key.rotated", held.keyId(), seen -> true);
        return held;
    }

    private void revoke(Held old, Held current) {
        stage.step("Revoke the read-write key, while a client uses it without a pause");
        try (Hammer hammer = new Hammer(() -> client.send("POST", EXECUTE, Client.Carrier.API_KEY, current.key()))) {
            List<Hammer.Shot> before = hammer.after(System.nanoTime(), 3, ARRIVAL);
            expect(200, before.getFirst().status(), "the use before the revocation");
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("reason", "end of the demo");
            body.put("reasonCode", "decommissioned");
            long sent = System.nanoTime();
            Map<String, Object> answer = api.change("POST", "/keys/" + current.keyId() + "/revoke", Json.line(body))
                    .object();
            long answered = System.nanoTime();
            alive.remove(current.keyId());
            Confirmation confirmation = Confirmation.await(api, answer, ARRIVAL);
            long effective = System.nanoTime();
            stage.result(
                    "POST .../revoke -> "
                            + (confirmation.effective()
                                    ? "effective: " + confirmation.edges()
                                    : confirmation.pending()),
                    result(confirmation.members(), Stage.millis(answered - sent)));
            if (!confirmation.effective()) {
                throw new Failure(Failure.UNCONFIRMED, confirmation.pending());
            }
            boolean atOnce = Boolean.TRUE.equals(answer.get("effective"));
            List<Hammer.Shot> later = hammer.after(atOnce ? answered : effective, REQUESTS_AFTER, ARRIVAL);
            measured(hammer, sent, answered, atOnce ? answered : effective, later.size());
            event(sent, "key.revoked", current.keyId(), seen -> true);
            event(sent, "revocation.confirmed", current.keyId(), seen -> true);
            refusal(sent, current);
        }
        stage.step("The old secret, still in its grace, is refused as well: 401");
        used(old, "POST", EXECUTE, Client.Carrier.API_KEY, 401);
    }

    private void measured(Hammer hammer, long sent, long answered, long effective, int later) {
        Hammer.Shot refused = hammer.firstRefused();
        double fromSent = Stage.millis(refused.ended() - sent);
        double fromAnswered = Stage.millis(Math.max(0, refused.ended() - answered));
        long accepted = hammer.acceptedAfter(effective);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("millisFromRevokeSentToFirst401", fromSent);
        members.put("millisFromRevokeAnsweredToFirst401", fromAnswered);
        members.put("requestsAfterTheAnswer", later);
        members.put("acceptedAfterTheAnswer", accepted);
        stage.result(
                console.style(
                        "bold",
                        "first 401: " + Stage.text(fromSent) + " ms after the revoke was sent, "
                                + (refused.ended() - answered <= 0
                                        ? "before its answer arrived"
                                        : Stage.text(fromAnswered) + " ms after its answer")),
                members);
        stage.result(
                "of " + later + " requests that began after the answer, " + accepted + " were accepted",
                Map.of("check", "nothing accepted after the answer", "ok", accepted == 0));
        if (accepted > 0) {
            throw new Failure(
                    Failure.FAILED, "A revoked key was accepted after the revocation was answered as effective.");
        }
    }

    private void expire(String tail) {
        Held brief = create("demo_brief_" + tail, "read-only", "PT3S");
        long created = System.nanoTime();
        use("It works as long as it lives, which is three seconds", brief, "GET", OBJECTS, Client.Carrier.API_KEY, 200);
        stage.step("Nobody does anything, and it ends on time");
        EventLog.Seen expired = log.await("event key.expired", seen -> is(seen, "key.expired", brief.keyId()), ARRIVAL);
        remember(expired);
        alive.remove(brief.keyId());
        stage.event(expired, created);
        used(brief, "GET", OBJECTS, Client.Carrier.API_KEY, 401);
    }

    private void history(String keyId) {
        stage.step("Read its complete history and check the chain");
        long end = System.nanoTime() + ARRIVAL.toNanos();
        List<Map<String, Object>> history = new ArrayList<>();
        do {
            history.clear();
            Pages.read(api, "/keys/" + keyId + "/history", Map.of(), 0, history::add);
            if (holdsAllSeen(history, keyId)) {
                break;
            }
            api.pause(Duration.ofMillis(200));
        } while (System.nanoTime() < end);
        Chain chain = new Chain();
        history.forEach(chain::add);
        if (!console.json()) {
            history.stream()
                    .filter(event -> !EventLine.type(event).equals("key.used")
                            && !EventLine.type(event).equals("auth.failed"))
                    .forEach(event -> console.line("    " + EventLine.of(console, event, false)));
        }
        long uses = history.stream()
                .filter(e -> EventLine.type(e).equals("key.used"))
                .count();
        long refusals = history.stream()
                .filter(e -> EventLine.type(e).equals("auth.failed"))
                .count();
        long same = history.stream()
                .filter(event -> {
                    EventLog.Seen onKafka = seen.get(Text.of(event.get("id")));
                    return onKafka != null && onKafka.json().equals(AuditCommand.verbatim(event));
                })
                .count();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("events", history.size());
        members.put("uses", uses);
        members.put("refusals", refusals);
        members.put("sameBytesAsOnKafka", same);
        members.put("chainUnbroken", chain.unbroken());
        stage.result(
                history.size() + " events, " + uses + " of them uses and " + refusals + " refusals; the " + same
                        + " shown above are the same bytes as on Kafka",
                members);
        if (!holdsAllSeen(history, keyId)) {
            throw new Failure(
                    Failure.FAILED, "The history lacks events that were on Kafka " + ARRIVAL.toSeconds() + " s ago.");
        }
        if (!chain.unbroken()) {
            throw new Failure(Failure.FAILED, chain.summary());
        }
        stage.result(chain.summary(), Map.of("check", "chain", "ok", true));
    }

    private boolean holdsAllSeen(List<Map<String, Object>> history, String keyId) {
        List<String> ids =
                history.stream().map(event -> Text.of(event.get("id"))).toList();
        return seen.entrySet().stream()
                .filter(e -> keyId.equals(e.getValue().data().get("keyId")))
                .allMatch(e -> ids.contains(e.getKey()));
    }

    private void event(long since, String type, String keyId, Predicate<EventLog.Seen> fits) {
        EventLog.Seen event = log.await("event " + type, seen -> is(seen, type, keyId) && fits.test(seen), ARRIVAL);
        remember(event);
        stage.event(event, since);
    }

    private void remember(EventLog.Seen event) {
        seen.put(Text.of(event.event().get("id")), event);
    }

    private static boolean is(EventLog.Seen seen, String type, String keyId) {
        return seen.type().equals(type) && keyId.equals(seen.data().get("keyId"));
    }

    private static void expect(int expected, int status, String what) {
        if (status != expected) {
            throw new Failure(
                    Failure.FAILED,
                    "Here the demo ends: " + what + " was answered " + status + ", not " + expected + ".");
        }
    }

    /** Revokes what the story left behind; called twice it does it once. */
    synchronized void cleanUp() {
        if (alive.isEmpty()) {
            return;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("keyIds", List.copyOf(alive));
        body.put("reason", "end of the demo");
        body.put("reasonCode", "decommissioned");
        alive.clear();
        api.change("POST", "/keys/revoke", Json.line(body));
    }
}
