package io.keyledger.command.door;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where every verdict of this door goes before the answer leaves. Safe from any thread. */
interface UseLog {

    /** Records an accepted request; false when it could not be, so that the request must not pass. */
    boolean used(Asked asked, KeyId keyId, CredentialId credentialId, String keyName, Scope scope, TenantId tenant);

    /**
     * Records a refused request.
     *
     * @param key set when the presented secret was that key's own
     * @param presented the public part of what was presented, never more
     */
    void refused(Asked asked, Code code, @Nullable Registered key, @Nullable String presented);

    /**
     * What was asked for.
     *
     * @param path raw; without its query string when it is kept
     */
    record Asked(
            Instant time,
            @Nullable String permission,
            String method,
            String path,
            @Nullable String ip,
            @Nullable String userAgent,
            String requestId) {}
}
