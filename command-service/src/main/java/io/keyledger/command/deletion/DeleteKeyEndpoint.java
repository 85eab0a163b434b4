package io.keyledger.command.deletion;

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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code DELETE /api/v1/keys/{id}}, answered as a revocation is. */
@RestController
class DeleteKeyEndpoint {
    private final Commands commands;

    DeleteKeyEndpoint(Commands commands) {
        this.commands = commands;
    }

    @DeleteMapping("/api/v1/keys/{id}")
    ResponseEntity<Map<String, @Nullable Object>> delete(Caller caller, @PathVariable("id") String id, Body body) {
        String reason = body.optionalText("reason");
        body.end();
        Sent sent = commands.send(new DeleteKey(Fields.keyId(id), reason), caller.origin(), DeleteKeyEndpoint::result);
        return Reply.of(commands.answer(sent, caller.origin()));
    }

    private static Result result(Done<ApiKey> done) {
        return new Result(
                200,
                KeyBody.brief(done.state()),
                Await.EFFECTIVE,
                done.eventId(),
                ApiKey.facts(done.state()).strict());
    }
}
