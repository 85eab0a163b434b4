package io.keyledger.command.door;

import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Repeat;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * Whose key a request was let in with.
 *
 * @param policy of the tenant, as of that moment
 * @param repeat set when the request came with an Idempotency-Key
 */
public record Caller(
        KeyId keyId,
        CredentialId credentialId,
        TenantId tenant,
        OwnerId owner,
        TenantPolicy policy,
        String requestId,
        @Nullable Repeat repeat) {

    /** The origin of what the caller asks for. */
    public Origin origin() {
        return new Origin(tenant, Actor.apiKey(credentialId), requestId, repeat);
    }
}
