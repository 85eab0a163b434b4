package io.keyledger.command.revealing;

import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyBody;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.vault.Vault;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.PresentedKey;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/v1/keys/{id}/reveal}, with a reason: the present secret of a recoverable key. That it is shown is
 * committed before it is.
 */
@RestController
class RevealKeyEndpoint {
    private static final Logger log = LoggerFactory.getLogger(RevealKeyEndpoint.class);

    private final Commands commands;
    private final Vault vault;
    private final Clock clock;

    RevealKeyEndpoint(Commands commands, Vault vault, Clock clock) {
        this.commands = commands;
        this.vault = vault;
        this.clock = clock;
    }

    @PostMapping("/api/v1/keys/{id}/reveal")
    ResponseEntity<Map<String, @Nullable Object>> reveal(Caller caller, @PathVariable("id") String id, Body body) {
        String reason = body.text("reason");
        body.end();
        KeyId keyId = Fields.keyId(id);
        caller.requireFresh(clock.instant());
        AtomicReference<@Nullable PresentedKey> opened = new AtomicReference<>();
        // Opened before the commit, so that what cannot be opened is no event; shown after it, so that there is no
        // showing
        // without an event.
        Sent sent = commands.send(new RevealKey(keyId, reason, caller.reach()), caller.origin(), done -> {
            opened.set(open(caller.tenant(), done));
            return new Result(200, KeyBody.of(done.state()), Await.NOTHING, done.eventId(), false);
        });
        Answer answer = commands.answer(sent, caller.origin());
        return Reply.of(
                sent.repeated()
                        ? answer.with("secretShown", true)
                        : answer.with(
                                "key", Objects.requireNonNull(opened.get()).reveal()));
    }

    private PresentedKey open(TenantId tenant, Done<ApiKey> done) {
        ApiKey.Facts facts = ApiKey.facts(done.state());
        try {
            return vault.open(tenant, facts.keyId(), facts.current());
        } catch (Vault.Unreadable e) {
            log.error("the kept secret of {} cannot be shown: {}", facts.keyId(), e.getMessage());
            throw new Refused(new Refusal.SecretUnreadable());
        }
    }
}
