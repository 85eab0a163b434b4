package io.keyledger.command.key;

import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.command.vault.Sealed;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a key, with its first secret.
 *
 * @param copy of the secret, to be kept; null = the key is not recoverable
 * @param usage what it may be used for beyond its scope; null = all of that
 */
public record CreateKey(
        KeyId keyId,
        String name,
        @Nullable String description,
        KeyKind kind,
        Scope scope,
        OwnerId owner,
        Lifetime lifetime,
        NewVerifier verifier,
        @Nullable Sealed copy,
        @Nullable UsagePolicy usage)
        implements KeyCommand.Bound {

    /** Of a key whose secret is not kept, and without a usage policy. */
    public CreateKey(
            KeyId keyId,
            String name,
            @Nullable String description,
            KeyKind kind,
            Scope scope,
            OwnerId owner,
            Lifetime lifetime,
            NewVerifier verifier) {
        this(keyId, name, description, kind, scope, owner, lifetime, verifier, null, null);
    }

    @Override
    public boolean creates() {
        return true;
    }

    @Override
    public List<KeyEvent> decide(ApiKey key, TenantPolicy policy, Instant now) {
        if (!(key instanceof ApiKey.Absent)) {
            throw new Refused(new Refusal.Conflict());
        }
        // The platform names its own keys.
        if (kind == KeyKind.PERSONAL && (description == null || description.isBlank())) {
            // What a person's token is for is the one thing that an admin can judge it by.
            throw new Refused(new Refusal.MissingField("description"));
        }
        if (scope == Scope.DEFAULT && kind != KeyKind.PERSONAL) {
            throw new Refused(new Refusal.InvalidValue("scope", "read-only, read-write or admin"));
        }
        if (copy != null && kind != KeyKind.KEY) {
            throw new Refused(
                    new Refusal.InvalidValue("recoverable", "left out: only a key of kind key can be recoverable"));
        }
        if (copy != null && !policy.recoverable()) {
            throw new Refused(new Refusal.RecoverableOff());
        }
        String allowed = kind == KeyKind.BOOTSTRAP ? name : Wording.name(name, policy.nameRule());
        return List.of(new KeyCreated(
                keyId,
                allowed,
                Wording.text("description", description),
                kind,
                scope,
                owner,
                verifier.credential(),
                strict(kind, scope),
                lifetime.end(policy, now),
                copy == null ? null : Boolean.TRUE,
                usage));
    }

    /** Whether edges without a lease refuse such a key: it could do too much harm. */
    public static boolean strict(KeyKind kind, Scope scope) {
        return kind == KeyKind.BOOTSTRAP || scope == Scope.ADMIN;
    }
}
