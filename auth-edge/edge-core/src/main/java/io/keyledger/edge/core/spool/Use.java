package io.keyledger.edge.core.spool;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One accepted request. Texts are cut to what an event may hold, and blanked when a key stands in them.
 *
 * @param path its query string is cut off
 */
public record Use(
        Instant time,
        TenantId tenant,
        KeyId keyId,
        CredentialId credentialId,
        String keyName,
        Scope scope,
        @Nullable String permission,
        @Nullable String method,
        @Nullable String path,
        @Nullable String ip,
        @Nullable String userAgent,
        @Nullable String requestId) {}
