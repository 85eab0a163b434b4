package io.keyledger.edge.core.spool;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One refused request. Texts are cut to what an event may hold, and blanked when a key stands in them.
 *
 * @param tenant of the key when the presented secret was its own; else {@link TenantId#SYSTEM}
 * @param keyId set when the presented secret was that key's own
 * @param presented the public part of what was presented, never more
 */
public record Refusal(
        Instant time,
        Verdict.Code reason,
        TenantId tenant,
        @Nullable KeyId keyId,
        @Nullable CredentialId credentialId,
        @Nullable String keyName,
        @Nullable String presented,
        @Nullable String permission,
        @Nullable String method,
        @Nullable String path,
        @Nullable String ip,
        @Nullable String userAgent,
        @Nullable String requestId) {}
