package io.keyledger.command.key;

import io.keyledger.command.commit.Grouped;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.command.vault.Sealed;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that somebody wants of one key: a pure decision on the state that time has left it in. */
public sealed interface KeyCommand extends Grouped {
    KeyId keyId();

    /** The verifier to keep with the events, when the command gives the key a new secret. */
    default @Nullable NewVerifier verifier() {
        return null;
    }

    /** The new secret, encrypted, to be kept with the verifier if the decision keeps it; null = there is none to keep. */
    default @Nullable Sealed copy() {
        return null;
    }

    /** Depends on the key alone. */
    non-sealed interface Plain extends KeyCommand {
        /** The facts that follow; none when nothing changes. */
        List<KeyEvent> decide(ApiKey key, Instant now);
    }

    /** Also depends on what the tenant asks of its keys, which stands still until the commit. */
    non-sealed interface Bound extends KeyCommand {
        /** Whether it makes the key. */
        boolean creates();

        List<KeyEvent> decide(ApiKey key, TenantPolicy policy, Instant now);
    }

    /**
     * What a new secret is checked against: all that is ever kept of it.
     *
     * @param verifier base64url of the HMAC
     */
    record NewVerifier(CredentialId credential, String pepper, String verifier) {
        @Override
        public String toString() {
            return "NewVerifier[" + credential + "]";
        }
    }
}
