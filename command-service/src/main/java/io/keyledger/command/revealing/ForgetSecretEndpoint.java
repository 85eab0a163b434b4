package io.keyledger.command.revealing;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/v1/keys/{id}/forget}: from then on nobody can be shown the key again; also while the setting is off. */
@RestController
class ForgetSecretEndpoint {
    private final Commands commands;

    ForgetSecretEndpoint(Commands commands) {
        this.commands = commands;
    }

    @PostMapping("/api/v1/keys/{id}/forget")
    ResponseEntity<Map<String, @Nullable Object>> forget(Caller caller, @PathVariable("id") String id, Body body) {
        String reason = body.optionalText("reason");
        body.end();
        Sent sent = commands.send(
                new ForgetSecret(Fields.keyId(id), reason),
                caller.origin(),
                done -> new Result(200, KeyBody.of(done.state()), Await.NOTHING, done.eventId(), false));
        return Reply.of(commands.answer(sent, caller.origin()));
    }
}
