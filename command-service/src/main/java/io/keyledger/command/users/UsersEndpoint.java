package io.keyledger.command.users;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.ErasureReason;
import io.keyledger.command.people.Passwords;
import io.keyledger.command.people.PersonCommand;
import io.keyledger.command.people.PersonRow;
import io.keyledger.command.people.PersonTable;
import io.keyledger.command.people.Profile;
import io.keyledger.command.people.SignInRow;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.Ids;
import io.keyledger.events.OwnerId;
import io.keyledger.events.access.Role;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/users}: a tenant's people and their roles. Disabling one is answered as a revocation is. */
@RestController
class UsersEndpoint {
    private static final int MAX_LIMIT = 500;
    private static final int MAX_SEARCH = 100;

    private final Commands commands;
    private final PersonTable table;
    private final Passwords passwords;
    private final Clock clock;

    UsersEndpoint(Commands commands, PersonTable table, Passwords passwords, Clock clock) {
        this.commands = commands;
        this.table = table;
        this.passwords = passwords;
        this.clock = clock;
    }

    @GetMapping("/api/v1/users")
    ResponseEntity<Map<String, @Nullable Object>> list(
            Caller caller,
            @RequestParam(name = "after", defaultValue = "") String after,
            @RequestParam(name = "limit", defaultValue = "50") String limitText,
            @RequestParam(name = "search", defaultValue = "") String search) {
        int limit = Fields.limit(limitText, MAX_LIMIT);
        if (after.indexOf(0) >= 0) {
            throw new Refused(new Refusal.InvalidValue("after", "the next of the page before"));
        }
        if (search.length() > MAX_SEARCH || search.indexOf(0) >= 0) {
            throw new Refused(new Refusal.InvalidValue("search", "at most " + MAX_SEARCH + " characters"));
        }
        if (!search.isBlank()) {
            List<PersonRow> named = table.search(caller.tenant(), search.strip(), limit);
            return Reply.of(Map.of("items", named.stream().map(PersonRow::body).toList()));
        }
        List<PersonRow> found = table.list(caller.tenant(), after, limit + 1);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("items", found.stream().limit(limit).map(PersonRow::body).toList());
        if (found.size() > limit) {
            body.put("next", found.get(limit - 1).userId().value());
        }
        return Reply.of(body);
    }

    @GetMapping("/api/v1/users/{id}")
    ResponseEntity<Map<String, @Nullable Object>> get(Caller caller, @PathVariable("id") String id) {
        return Reply.of(row(caller, Fields.userId(id)).body());
    }

    @PostMapping("/api/v1/users")
    ResponseEntity<Map<String, @Nullable Object>> create(Caller caller, Body body) {
        String login = Profile.login(body.text("login"));
        String displayName = Profile.displayName(body.text("displayName"));
        String email = Profile.email(body.optionalText("email"));
        String password = body.optionalText("password");
        Set<Role> roles = Fields.roles(Body.require("roles", body.optionalTexts("roles")));
        String endsText = body.optionalText("accessEndsAt");
        Instant accessEndsAt = endsText == null ? null : Fields.instant("accessEndsAt", endsText);
        body.end();
        PersonCommand.Create command = new PersonCommand.Create(
                Ids.newUserId(clock.instant()),
                accessEndsAt == null ? Profile.LOCAL : Profile.SUPPORT,
                roles,
                accessEndsAt,
                new Profile(login, displayName, email, null, null),
                password == null ? null : passwords.hash(Profile.password(password, login)));
        return send(command, caller, 201, Await.USABLE);
    }

    @PatchMapping("/api/v1/users/{id}")
    ResponseEntity<Map<String, @Nullable Object>> update(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        String login = body.has("login") ? Profile.login(body.text("login")) : null;
        String displayName = body.has("displayName") ? Profile.displayName(body.text("displayName")) : null;
        boolean hasEmail = body.has("email");
        String email = Profile.email(body.optionalText("email"));
        body.end();
        Profile before = row(caller, userId).profile();
        Profile after = new Profile(
                login == null ? before.login() : login,
                displayName == null ? before.displayName() : displayName,
                hasEmail ? email : before.email(),
                before.issuer(),
                before.subject());
        return send(new PersonCommand.ChangeProfile(userId, after), caller, 200, Await.NOTHING);
    }

    @PutMapping("/api/v1/users/{id}/roles")
    ResponseEntity<Map<String, @Nullable Object>> roles(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        Set<Role> roles = Fields.roles(Body.require("roles", body.optionalTexts("roles")));
        body.end();
        return send(new PersonCommand.SetRoles(userId, roles), caller, 200, Await.EFFECTIVE);
    }

    @PutMapping("/api/v1/users/{id}/password")
    ResponseEntity<Map<String, @Nullable Object>> password(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        String password = body.text("password");
        body.end();
        String login = row(caller, userId).profile().login();
        String hash = passwords.hash(Profile.password(password, login));
        return send(new PersonCommand.ChangePassword(userId, hash), caller, 200, Await.NOTHING);
    }

    @PutMapping("/api/v1/users/{id}/access")
    ResponseEntity<Map<String, @Nullable Object>> access(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        Instant accessEndsAt = Fields.instant("accessEndsAt", body.text("accessEndsAt"));
        body.end();
        return send(new PersonCommand.ExtendAccess(userId, accessEndsAt), caller, 200, Await.NOTHING);
    }

    @PostMapping("/api/v1/users/{id}/disable")
    ResponseEntity<Map<String, @Nullable Object>> disable(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        String reason = body.optionalText("reason");
        body.end();
        return send(new PersonCommand.Disable(userId, reason), caller, 200, Await.EFFECTIVE);
    }

    @PostMapping("/api/v1/users/{id}/enable")
    ResponseEntity<Map<String, @Nullable Object>> enable(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        body.end();
        return send(new PersonCommand.Enable(userId), caller, 200, Await.USABLE);
    }

    @PostMapping("/api/v1/users/{id}/erase")
    ResponseEntity<Map<String, @Nullable Object>> erase(Caller caller, @PathVariable("id") String id, Body body) {
        OwnerId userId = Fields.userId(id);
        String word = Body.require("reasonCode", body.optionalText("reasonCode"));
        body.end();
        ErasureReason reason = ErasureReason.ofWire(word);
        if (reason == null) {
            throw new Refused(
                    new Refusal.InvalidValue("reasonCode", "one of " + String.join(", ", ErasureReason.wires())));
        }
        return send(new PersonCommand.Erase(userId, reason), caller, 200, Await.EFFECTIVE);
    }

    @GetMapping("/api/v1/users/{id}/sign-ins")
    ResponseEntity<Map<String, @Nullable Object>> signIns(
            Caller caller,
            @PathVariable("id") String id,
            @RequestParam(name = "limit", defaultValue = "50") String limitText) {
        int limit = Fields.limit(limitText, MAX_LIMIT);
        PersonRow row = row(caller, Fields.userId(id));
        List<SignInRow> found = table.signIns(caller.tenant(), row.userId(), limit);
        return Reply.of(Map.of("items", found.stream().map(SignInRow::body).toList()));
    }

    private PersonRow row(Caller caller, OwnerId userId) {
        return table.find(caller.tenant(), userId).orElseThrow(() -> new Refused(new Refusal.NoSuchUser()));
    }

    private ResponseEntity<Map<String, @Nullable Object>> send(
            PersonCommand command, Caller caller, int status, Await await) {
        var sent = commands.send(command, caller.origin(), done -> result(done, status, await));
        return Reply.of(commands.answer(sent, caller.origin()));
    }

    /** A person may have keys that edges without a lease accept, so the answer waits for those edges as well. */
    private static Result result(Done<PersonRow> done, int status, Await await) {
        return new Result(status, done.state().body(), await, done.eventId(), false);
    }
}
