package io.keyledger.command.issuing;

import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.CreateKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.key.Lifetime;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Secrets;
import io.keyledger.command.key.Secrets.NewSecret;
import io.keyledger.command.vault.Vault;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.PolicyFields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/v1/keys}. The key stands in this one answer and nowhere else, ever; a recoverable one also in answers to
 * {@code …/reveal}.
 */
@RestController
class CreateKeyEndpoint {
    /** Shown, never in the way: sometimes there is no other. */
    private static final String ADMIN_WARNING =
            "A key of scope admin may do everything in its tenant. For routine calls between services take read-only or"
                    + " read-write, and narrow it with a policy.";

    private final Commands commands;
    private final Secrets secrets;
    private final Vault vault;
    private final Clock clock;

    CreateKeyEndpoint(Commands commands, Secrets secrets, Vault vault, Clock clock) {
        this.commands = commands;
        this.secrets = secrets;
        this.vault = vault;
        this.clock = clock;
    }

    @PostMapping("/api/v1/keys")
    ResponseEntity<Map<String, @Nullable Object>> create(Caller caller, Body body) {
        String name = body.text("name");
        String description = body.optionalText("description");
        Lifetime lifetime = Fields.lifetime(body.optionalText("expiresIn"), body.optionalText("expiresAt"));
        String ownerText = body.optionalText("owner");
        OwnerId owner = ownerText == null ? caller.owner() : Fields.owner(ownerText);
        KeyKind kind = kind(body.optionalText("kind"));
        // Of a token none may be chosen; of a key it has to be.
        String scopeText = kind == KeyKind.PERSONAL ? body.optionalText("scope") : body.text("scope");
        Scope scope = scopeText == null ? Scope.DEFAULT : Fields.scope(scopeText);
        boolean recoverable = Boolean.TRUE.equals(body.optionalFlag("recoverable"));
        // A key under a policy hands it on, unless it says so itself.
        UsagePolicy usage = body.has("policy") ? PolicyFields.usage(body) : caller.usage();
        body.end();
        Issuing.check(caller, owner, kind, scope, usage);
        if (recoverable && !caller.policy().recoverable()) {
            throw new Refused(new Refusal.RecoverableOff());
        }
        if (recoverable && !vault.isOpen()) {
            throw new Refused(new Refusal.VaultMissing());
        }

        KeyId keyId = Ids.newKeyId(clock.instant());
        NewSecret secret = secrets.make(caller.policy().prefix(), kind);
        CreateKey command = new CreateKey(
                keyId,
                name,
                description,
                kind,
                scope,
                owner,
                lifetime,
                secret.verifier(),
                recoverable ? vault.seal(caller.tenant(), keyId, secret.key()) : null,
                usage);
        Sent sent = commands.send(command, caller.origin(), CreateKeyEndpoint::result);
        Answer answer = commands.answer(sent, caller.origin());
        return Reply.of(
                sent.repeated()
                        ? answer.with("secretShown", true)
                        : answer.with("key", secret.key().reveal()));
    }

    private static KeyKind kind(@Nullable String text) {
        if (text == null || text.equals(RecordJson.wire(KeyKind.KEY))) {
            return KeyKind.KEY;
        }
        if (text.equals(RecordJson.wire(KeyKind.PERSONAL))) {
            return KeyKind.PERSONAL;
        }
        throw new Refused(new Refusal.InvalidValue("kind", "key or personal"));
    }

    static Result result(Done<ApiKey> done) {
        Map<String, @Nullable Object> body = KeyBody.of(done.state());
        body.put("createdAt", RecordJson.time(done.time()));
        ApiKey.Facts facts = ApiKey.facts(done.state());
        if (facts.scope() == Scope.ADMIN && facts.kind() == KeyKind.KEY) {
            body.put("warnings", List.of(ADMIN_WARNING));
        }
        return new Result(
                201,
                body,
                Await.USABLE,
                done.eventId(),
                ApiKey.facts(done.state()).strict());
    }
}
