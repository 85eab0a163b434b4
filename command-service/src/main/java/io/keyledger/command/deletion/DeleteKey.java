package io.keyledger.command.deletion;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.End;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a key out of lists and search, and ends it if it has not ended; its history stays. */
record DeleteKey(KeyId keyId, @Nullable String reason) implements KeyCommand.Plain {

    @Override
    public List<KeyEvent> decide(ApiKey key, Instant now) {
        if (key instanceof ApiKey.Ended ended && ended.how() == End.DELETED) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Facts facts = ApiKey.facts(key);
        return List.of(new KeyDeleted(keyId, facts.name(), facts.credentials(), Wording.text("reason", reason)));
    }
}
