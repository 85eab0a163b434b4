package io.keyledger.query.history;

import io.keyledger.events.CredentialId;
import io.keyledger.events.view.CredentialState;
import io.keyledger.query.keys.KeyRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key after one of its events.
 *
 * @param row as lists and pages show it
 * @param credentials as edges know them
 */
record KeyState(KeyRow row, List<CredentialState> credentials) {
    @Nullable
    CredentialState credential(CredentialId id) {
        return credentials.stream()
                .filter(c -> c.credentialId().equals(id))
                .findFirst()
                .orElse(null);
    }
}
