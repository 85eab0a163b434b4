package io.keyledger.command.revealing;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeySecretForgotten;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the secrets of a recoverable key no longer; the key works as before. */
record ForgetSecret(KeyId keyId, @Nullable String reason) implements KeyCommand.Plain {

    @Override
    public List<KeyEvent> decide(ApiKey key, Instant now) {
        Facts facts = ApiKey.live(key).facts();
        if (facts.kept().isEmpty()) {
            throw new Refused(new Refusal.NotRecoverable());
        }
        List<CredentialId> kept =
                facts.credentials().stream().filter(facts.kept()::contains).toList();
        return List.of(new KeySecretForgotten(keyId, facts.name(), kept, Wording.text("reason", reason)));
    }
}
