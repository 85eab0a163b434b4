package io.keyledger.command.revocation;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.barrier.Barrier.Confirmed;
import io.keyledger.command.barrier.Barrier.Outcome;
import io.keyledger.command.barrier.Barrier.Pending;
import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Problem;
import io.keyledger.command.web.Reply;
import io.keyledger.events.CommandPosition;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/v1/keys/revoke}: many keys, named or found. Each is revoked by a command of its own, so that what was
 * done stays done when the call breaks off; a repeat with the same Idempotency-Key goes on and answers for all of them.
 */
@RestController
class RevokeManyEndpoint {
    private static final int MAX_KEYS = 1000;
    private static final int AT_ONCE = 8;
    private static final String ITEMS = "items";

    private final Commands commands;
    private final JdbcTemplate jdbc;
    private final CommandConfig config;

    RevokeManyEndpoint(Commands commands, JdbcTemplate jdbc, CommandConfig config) {
        this.commands = commands;
        this.jdbc = jdbc;
        this.config = config;
    }

    private record Found(KeyId keyId, String name, String owner, String kind, String status) {
        boolean live() {
            return status.equals("ACTIVE") || status.equals("SUSPENDED");
        }
    }

    /** What became of one key. */
    private record Item(
            Found found, @Nullable Result result, @Nullable Refusal refusal) {}

    /** Which keys are meant: those of these ids, or all live ones of this owner and scope. */
    private record Meant(
            @Nullable List<KeyId> keyIds,
            @Nullable OwnerId owner,
            @Nullable Scope scope) {}

    @PostMapping("/api/v1/keys/revoke")
    ResponseEntity<Map<String, @Nullable Object>> revoke(Caller caller, Body body) {
        Meant meant = meant(body);
        String reason = body.optionalText("reason");
        RevocationReason reasonCode = Fields.reasonCode(body.optionalText("reasonCode"));
        Boolean dryRun = body.optionalFlag("dryRun");
        body.end();
        Wording.text("reason", reason);

        if (Boolean.TRUE.equals(dryRun)) {
            return Reply.of(dryRun(find(caller, meant)));
        }
        Sent plan = commands.plan(caller.origin(), () -> plan(find(caller, meant)));
        if (plan.answer() != null) {
            return Reply.of(plan.answer());
        }
        Answer answer = answer(revoke(caller, planned(plan.result()), reasonCode, reason));
        commands.keep(answer, caller.origin());
        return Reply.of(answer);
    }

    /** Which keys it is about: fixed, for a filter would find others the second time. */
    private static Result plan(List<Found> found) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put(ITEMS, found.stream().map(f -> item(f, f.status())).toList());
        return new Result(200, body, Result.Await.NOTHING, "", false);
    }

    private static List<Found> planned(Result plan) {
        List<Found> found = new ArrayList<>();
        if (plan.body().get(ITEMS) instanceof List<?> items) {
            for (Object item : items) {
                Map<?, ?> members = (Map<?, ?>) item;
                found.add(new Found(
                        new KeyId(String.valueOf(members.get("keyId"))),
                        String.valueOf(members.get("name")),
                        String.valueOf(members.get("owner")),
                        "",
                        String.valueOf(members.get("status"))));
            }
        }
        return found;
    }

    private static Meant meant(Body body) {
        List<String> texts = body.optionalTexts("keyIds");
        Body filter = body.optionalObject("filter");
        if (texts != null && filter != null) {
            throw new Refused(new Refusal.InvalidValue("filter", "left out when keyIds is given"));
        }
        if (filter != null) {
            String owner = filter.optionalText("owner");
            String scope = filter.optionalText("scope");
            filter.end();
            if (owner == null && scope == null) {
                // An empty filter would mean every key there is; nobody should say that by forgetting something.
                throw new Refused(new Refusal.InvalidValue("filter", "an object with owner, scope or both"));
            }
            return new Meant(
                    null, owner == null ? null : Fields.owner(owner), scope == null ? null : Fields.scope(scope));
        }
        List<String> ids = Body.require("keyIds", texts);
        if (ids.isEmpty() || ids.size() > MAX_KEYS) {
            throw new Refused(new Refusal.InvalidValue("keyIds", "1 to " + MAX_KEYS + " keyIds"));
        }
        return new Meant(new LinkedHashSet<>(ids).stream().map(Fields::keyId).toList(), null, null);
    }

    /** What is meant; one key that the caller may not revoke spoils the call, before anything is done. */
    private List<Found> find(Caller caller, Meant meant) {
        List<Found> found = find(caller.tenant(), meant);
        for (Found key : found) {
            caller.require(
                    Permission.KEYS_REVOKE,
                    new OwnerId(key.owner()),
                    KeyKind.valueOf(key.kind().toUpperCase(Locale.ROOT)));
        }
        return found;
    }

    private List<Found> find(TenantId tenant, Meant meant) {
        List<KeyId> keyIds = meant.keyIds();
        if (keyIds != null) {
            Map<KeyId, Found> rows = new LinkedHashMap<>();
            String[] ids = keyIds.stream().map(KeyId::value).toArray(String[]::new);
            query("tenant = ? and key_id = any (?) and status <> 'DELETED'", tenant.value(), ids)
                    .forEach(found -> rows.put(found.keyId(), found));
            List<Found> found = new ArrayList<>();
            for (KeyId keyId : keyIds) {
                Found row = rows.get(keyId);
                if (row == null) {
                    // One wrong id spoils the call, before anything is done.
                    throw new Refused(new Refusal.NoSuchKey());
                }
                found.add(row);
            }
            return found;
        }
        String owner = meant.owner() == null ? null : meant.owner().value();
        String scope = meant.scope() == null ? null : meant.scope().wire();
        List<Found> found = query("""
                tenant = ? and (?::text is null or owner = ?) and (?::text is null or scope = ?)
                    and status in ('ACTIVE', 'SUSPENDED') order by key_id limit\s""" + (MAX_KEYS + 1), tenant.value(), owner, owner, scope, scope);
        if (found.size() > MAX_KEYS) {
            throw new Refused(
                    new Refusal.InvalidValue("filter", "one that finds at most " + MAX_KEYS + " keys: narrow it"));
        }
        return found;
    }

    private List<Found> query(String where, @Nullable Object... arguments) {
        return jdbc.query(
                "select key_id, name, owner, kind, status from key where " + where,
                (row, _) -> new Found(
                        new KeyId(row.getString(1)),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5)),
                arguments);
    }

    private static Map<String, @Nullable Object> dryRun(List<Found> found) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("dryRun", true);
        body.put(ITEMS, found.stream().map(f -> item(f, f.status())).toList());
        body.put("revoked", 0);
        body.put("wouldRevoke", found.stream().filter(Found::live).count());
        return body;
    }

    private List<Item> revoke(Caller caller, List<Found> found, RevocationReason code, @Nullable String reason) {
        List<Future<Item>> items = new ArrayList<>();
        Semaphore turns = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Found key : found) {
                turns.acquireUninterruptibly();
                items.add(threads.submit(() -> {
                    try {
                        return revoke(caller, key, code, reason);
                    } finally {
                        turns.release();
                    }
                }));
            }
        }
        return items.stream().map(RevokeManyEndpoint::get).toList();
    }

    private Item revoke(Caller caller, Found key, RevocationReason code, @Nullable String reason) {
        try {
            Sent sent = commands.send(
                    new RevokeKey(key.keyId(), code, reason),
                    caller.origin().part(key.keyId().value()),
                    RevokeKeyEndpoint::result);
            return new Item(key, sent.result(), null);
        } catch (Refused e) {
            return new Item(key, null, e.refusal());
        }
    }

    /** The answer for all of them. They share one time to wait: whoever comes late has already been confirmed or not. */
    private Answer answer(List<Item> items) {
        Instant deadline = Instant.now().plus(config.patience());
        Map<String, Long> edges = new TreeMap<>();
        Map<String, String> pending = new TreeMap<>();
        boolean effective = true;
        int revoked = 0;
        Instant harmlessAt = Instant.MIN;
        String position = "";
        List<Map<String, @Nullable Object>> bodies = new ArrayList<>();
        for (Item item : items) {
            Result result = item.result();
            if (result == null) {
                bodies.add(refused(item));
                continue;
            }
            Duration left = Duration.between(Instant.now(), deadline);
            Outcome outcome =
                    commands.outcome(result.eventId(), result.strict(), left.isNegative() ? Duration.ZERO : left);
            revoked++;
            effective &= outcome.effective();
            for (Confirmed edge : outcome.edges()) {
                edges.merge(edge.edge(), edge.millis(), Math::max);
            }
            for (Pending edge : outcome.pending()) {
                pending.put(edge.edge(), edge.reason());
            }
            if (outcome.harmlessAt() != null && outcome.harmlessAt().isAfter(harmlessAt)) {
                harmlessAt = outcome.harmlessAt();
            }
            position = together(position, outcome.position());
            Map<String, @Nullable Object> body = item(item.found(), "REVOKED");
            body.put("effective", outcome.effective());
            if (!outcome.effective()) {
                body.put("barrier", "/api/v1/barriers/" + outcome.barrierId());
            }
            bodies.add(body);
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("dryRun", false);
        body.put(ITEMS, bodies);
        body.put("revoked", revoked);
        body.put("effective", effective);
        body.put(
                "edges",
                edges.entrySet().stream()
                        .map(e -> Map.<String, Object>of("edge", e.getKey(), "millis", e.getValue()))
                        .toList());
        if (!effective) {
            body.put(
                    "pending",
                    pending.entrySet().stream()
                            .map(e -> Map.of("edge", e.getKey(), "reason", e.getValue()))
                            .toList());
            if (harmlessAt.isAfter(Instant.MIN)) {
                body.put("harmlessAt", RecordJson.time(harmlessAt));
            }
        }
        if (!position.isEmpty()) {
            body.put("position", position);
        }
        return new Answer(effective ? 200 : 202, body);
    }

    /** The later one, and of the view all that either names. */
    private static String together(String earlier, String later) {
        Optional<CommandPosition> after = CommandPosition.parse(later);
        return after.isEmpty()
                ? earlier
                : CommandPosition.parse(earlier)
                        .map(before -> after.get().with(before.views()).text())
                        .orElse(later);
    }

    private static Map<String, @Nullable Object> refused(Item item) {
        Map<String, @Nullable Object> body = item(item.found(), item.found().status());
        Refusal refusal = item.refusal();
        body.put("problem", refusal == null ? null : Problem.of(refusal).body(null));
        return body;
    }

    private static Map<String, @Nullable Object> item(Found found, String status) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("keyId", found.keyId().value());
        body.put("name", found.name());
        body.put("owner", found.owner());
        body.put("status", status);
        return body;
    }

    private static Item get(Future<Item> item) {
        try {
            return item.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
