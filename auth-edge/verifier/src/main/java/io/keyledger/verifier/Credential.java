package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One credential as the view holds it. Immutable; shows its verifier to nobody. */
public final class Credential {
    private static final int VERIFIER_BYTES = 32;

    private final CredentialRecord record;
    private final byte[] verifier;

    /** @throws IllegalArgumentException when the record's verifier is not 32 bytes in base64url */
    public Credential(CredentialRecord record) {
        this.record = record;
        this.verifier = Base64.getUrlDecoder().decode(record.verifier());
        if (verifier.length != VERIFIER_BYTES) {
            throw new IllegalArgumentException("verifier of " + record.credentialId() + " is not 32 bytes");
        }
    }

    /** 32 bytes, not to be changed; to be compared in constant time. */
    byte[] verifier() {
        return verifier;
    }

    String pepper() {
        return record.pepper();
    }

    CredentialRecord record() {
        return record;
    }

    public CredentialId credentialId() {
        return record.credentialId();
    }

    public KeyId keyId() {
        return record.keyId();
    }

    public TenantId tenant() {
        return record.tenant();
    }

    public long revision() {
        return record.revision();
    }

    public State state() {
        return record.state();
    }

    public KeyKind kind() {
        return record.kind();
    }

    public Scope scope() {
        return record.scope();
    }

    public OwnerId owner() {
        return record.owner();
    }

    public String keyName() {
        return record.keyName();
    }

    /** Whether an edge without a lease refuses it. */
    public boolean strict() {
        return record.strict();
    }

    /** Exclusive: the earlier of the key's expiry and the end of this credential's grace; null = never. */
    public @Nullable Instant notAfter() {
        return record.notAfter();
    }

    /** The key's expiry; null = never. */
    public @Nullable Instant expiresAt() {
        return record.expiresAt();
    }

    @Override
    public String toString() {
        return record.credentialId() + " " + record.state();
    }
}
