package io.keyledger.command.revocation;

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
import io.keyledger.command.web.Reply;
import io.keyledger.events.RevocationReason;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/v1/keys/{id}/revoke}: 200 once no edge can accept the key, else 202 with those that still could. */
@RestController
class RevokeKeyEndpoint {
    private final Commands commands;

    RevokeKeyEndpoint(Commands commands) {
        this.commands = commands;
    }

    @PostMapping("/api/v1/keys/{id}/revoke")
    ResponseEntity<Map<String, @Nullable Object>> revoke(Caller caller, @PathVariable("id") String id, Body body) {
        String reason = body.optionalText("reason");
        RevocationReason reasonCode = Fields.reasonCode(body.optionalText("reasonCode"));
        body.end();
        RevokeKey command = new RevokeKey(Fields.keyId(id), reasonCode, reason);
        Sent sent = commands.send(command, caller.origin(), RevokeKeyEndpoint::result);
        return Reply.of(commands.answer(sent, caller.origin()));
    }

    static Result result(Done<ApiKey> done) {
        return new Result(
                200,
                KeyBody.brief(done.state()),
                Await.EFFECTIVE,
                done.eventId(),
                ApiKey.facts(done.state()).strict());
    }
}
