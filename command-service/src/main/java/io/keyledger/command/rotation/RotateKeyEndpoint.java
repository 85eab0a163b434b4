package io.keyledger.command.rotation;

import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.key.KeyTable;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Secrets;
import io.keyledger.command.key.Secrets.NewSecret;
import io.keyledger.command.policy.Span;
import io.keyledger.command.vault.Sealed;
import io.keyledger.command.vault.Vault;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.Event;
import io.keyledger.events.KeyEvent.KeyRotated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.RecordJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/v1/keys/{id}/rotate}. The new key stands in this one answer and nowhere else, ever. */
@RestController
class RotateKeyEndpoint {
    private final Commands commands;
    private final Secrets secrets;
    private final KeyTable table;
    private final Vault vault;

    RotateKeyEndpoint(Commands commands, Secrets secrets, KeyTable table, Vault vault) {
        this.commands = commands;
        this.secrets = secrets;
        this.table = table;
        this.vault = vault;
    }

    @PostMapping("/api/v1/keys/{id}/rotate")
    ResponseEntity<Map<String, @Nullable Object>> rotate(Caller caller, @PathVariable("id") String id, Body body) {
        String graceText = body.optionalText("gracePeriod");
        Span grace = graceText == null ? null : Fields.span("gracePeriod", graceText);
        body.end();
        KeyId keyId = Fields.keyId(id);
        KeyKind kind = table.target(caller.tenant(), keyId)
                .orElseThrow(() -> new Refused(new Refusal.NoSuchKey()))
                .kind();
        NewSecret secret = secrets.make(caller.policy().prefix(), kind);
        // The key may be recoverable or not: the decision knows.
        Sealed copy = caller.policy().recoverable() && vault.isOpen()
                ? vault.seal(caller.tenant(), keyId, secret.key())
                : null;
        RotateKey command = new RotateKey(keyId, grace, secret.verifier(), caller.reach(), copy);
        Sent sent = commands.send(command, caller.origin(), RotateKeyEndpoint::result);
        Answer answer = commands.answer(sent, caller.origin());
        return Reply.of(
                sent.repeated()
                        ? answer.with("secretShown", true)
                        : answer.with("key", secret.key().reveal()));
    }

    private static Result result(Done<ApiKey> done) {
        Map<String, @Nullable Object> body = KeyBody.of(done.state());
        for (Event event : done.events()) {
            if (event instanceof KeyRotated rotated) {
                Map<String, Object> previous = new LinkedHashMap<>();
                previous.put("credentialId", rotated.replaces().value());
                previous.put("validUntil", RecordJson.time(rotated.graceEndsAt()));
                body.put("previous", previous);
            }
        }
        return new Result(
                200,
                body,
                Await.USABLE,
                done.eventId(),
                ApiKey.facts(done.state()).strict());
    }
}
