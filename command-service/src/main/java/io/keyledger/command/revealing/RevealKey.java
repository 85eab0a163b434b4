package io.keyledger.command.revealing;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Reach;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyRevealed;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;

/**
 * Writes down that the present secret of a recoverable key is shown again.
 *
 * @param reach of the one who is shown it
 */
record RevealKey(KeyId keyId, String reason, Reach reach) implements KeyCommand.Bound {

    @Override
    public boolean creates() {
        return false;
    }

    @Override
    public List<KeyEvent> decide(ApiKey key, TenantPolicy policy, Instant now) {
        Facts facts = ApiKey.live(key).facts();
        reach.requireSecret(facts);
        if (!facts.recoverable()) {
            throw new Refused(new Refusal.NotRecoverable());
        }
        if (!policy.recoverable()) {
            throw new Refused(new Refusal.RecoverableOff());
        }
        String why = Wording.text("reason", reason);
        if (why == null) {
            throw new Refused(new Refusal.MissingField("reason"));
        }
        return List.of(new KeyRevealed(keyId, facts.name(), facts.current(), why));
    }
}
