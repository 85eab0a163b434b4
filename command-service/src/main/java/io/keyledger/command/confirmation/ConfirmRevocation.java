package io.keyledger.command.confirmation;

import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;

/** Writes down that the event {@code cause} holds at every edge; once for each cause. */
record ConfirmRevocation(KeyId keyId, String cause, List<EdgeConfirmation> edges) implements KeyCommand.Plain {

    @Override
    public List<KeyEvent> decide(ApiKey key, Instant now) {
        Facts facts = ApiKey.facts(key);
        return facts.confirmed().contains(cause)
                ? List.of()
                : List.of(new RevocationConfirmed(keyId, facts.name(), cause, edges));
    }
}
