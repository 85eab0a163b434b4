package io.keyledger.command.suspension;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyResumed;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a suspended key be used again. */
record ResumeKey(KeyId keyId, @Nullable String reason) implements KeyCommand.Plain {

    @Override
    public List<KeyEvent> decide(ApiKey key, Instant now) {
        ApiKey.Live live = ApiKey.live(key);
        if (!live.suspended()) {
            throw new Refused(new Refusal.NotSuspended());
        }
        Facts facts = live.facts();
        return List.of(new KeyResumed(keyId, facts.name(), facts.credentials(), Wording.text("reason", reason)));
    }
}
