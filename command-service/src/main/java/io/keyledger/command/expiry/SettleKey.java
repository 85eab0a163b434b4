package io.keyledger.command.expiry;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;

/** Writes down what time has done to a key, which comes before every command, and nothing else. */
record SettleKey(KeyId keyId) implements KeyCommand.Plain {

    @Override
    public List<KeyEvent> decide(ApiKey key, Instant now) {
        return List.of();
    }
}
