package io.keyledger.command.key;

import io.keyledger.command.key.KeyCommand.NewVerifier;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.PresentedKey;
import java.util.Base64;
import org.springframework.stereotype.Component;

/** Makes secrets. Safe from any thread. */
@Component
public class Secrets {
    private final KeyFactory keys;
    private final Peppers peppers;

    Secrets(KeyFactory keys, Peppers peppers) {
        this.keys = keys;
        this.peppers = peppers;
    }

    /** A secret, for the one answer that shows it, and what is kept of it. */
    public record NewSecret(PresentedKey key, NewVerifier verifier) {}

    public NewSecret make(String prefix, KeyKind kind) {
        PresentedKey key = keys.create(prefix, kind, Ids.newCredentialId());
        String pepper = peppers.current();
        String verifier = Base64.getUrlEncoder().withoutPadding().encodeToString(peppers.verifier(pepper, key));
        return new NewSecret(key, new NewVerifier(key.credentialId(), pepper, verifier));
    }
}
