package io.keyledger.command.revocation;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Wording;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyId;
import io.keyledger.events.RevocationReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a key, for ever. */
public record RevokeKey(
        KeyId keyId, RevocationReason reasonCode, @Nullable String reason) implements KeyCommand.Plain {

    @Override
    public List<KeyEvent> decide(ApiKey key, Instant now) {
        Facts facts = ApiKey.live(key).facts();
        return List.of(
                new KeyRevoked(keyId, facts.name(), facts.credentials(), reasonCode, Wording.text("reason", reason)));
    }
}
