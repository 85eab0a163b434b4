package io.keyledger.command.suspension;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/v1/keys/{id}/suspend}, answered as a revocation is, and {@code …/resume}. */
@RestController
class SuspensionEndpoint {
    private final Commands commands;

    SuspensionEndpoint(Commands commands) {
        this.commands = commands;
    }

    @PostMapping("/api/v1/keys/{id}/suspend")
    ResponseEntity<Map<String, @Nullable Object>> suspend(Caller caller, @PathVariable("id") String id, Body body) {
        String reason = body.optionalText("reason");
        body.end();
        return send(new SuspendKey(Fields.keyId(id), reason), caller, Await.EFFECTIVE);
    }

    @PostMapping("/api/v1/keys/{id}/resume")
    ResponseEntity<Map<String, @Nullable Object>> resume(Caller caller, @PathVariable("id") String id, Body body) {
        String reason = body.optionalText("reason");
        body.end();
        return send(new ResumeKey(Fields.keyId(id), reason), caller, Await.USABLE);
    }

    private ResponseEntity<Map<String, @Nullable Object>> send(KeyCommand command, Caller caller, Await await) {
        var sent = commands.send(command, caller.origin(), done -> result(done, await));
        return Reply.of(commands.answer(sent, caller.origin()));
    }

    private static Result result(Done<ApiKey> done, Await await) {
        return new Result(
                200,
                KeyBody.brief(done.state()),
                await,
                done.eventId(),
                ApiKey.facts(done.state()).strict());
    }
}
