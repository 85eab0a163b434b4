package io.keyledger.command.updating;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.PolicyFields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code PATCH /api/v1/keys/{id}}, with any of name, description, scope and policy; a description or policy of null takes it away. */
@RestController
class UpdateKeyEndpoint {
    private final Commands commands;

    UpdateKeyEndpoint(Commands commands) {
        this.commands = commands;
    }

    @PatchMapping("/api/v1/keys/{id}")
    ResponseEntity<Map<String, @Nullable Object>> update(Caller caller, @PathVariable("id") String id, Body body) {
        String name = body.has("name") ? body.text("name") : null;
        String description = body.optionalText("description");
        if (description == null && body.has("description")) {
            description = "";
        }
        Scope scope = body.has("scope") ? Fields.scope(body.text("scope")) : null;
        UsagePolicy usage = PolicyFields.usage(body);
        if (usage == null && body.has("policy")) {
            usage = UsagePolicy.NONE;
        }
        body.end();
        UpdateKey command = new UpdateKey(Fields.keyId(id), name, description, scope, usage, caller.reach());
        Sent sent = commands.send(command, caller.origin(), UpdateKeyEndpoint::result);
        return Reply.of(commands.answer(sent, caller.origin()));
    }

    private static Result result(Done<ApiKey> done) {
        return new Result(
                200,
                KeyBody.of(done.state()),
                Await.USABLE,
                done.eventId(),
                ApiKey.facts(done.state()).strict());
    }
}
