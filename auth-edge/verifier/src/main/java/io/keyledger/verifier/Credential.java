package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One credential as the view held it at one moment. Immutable; shows its verifier to nobody. Its texts are made when somebody
 * asks for them, from the bytes of the view, a part of which it keeps in memory: so hold it for a request, not for a day.
 */
public final class Credential {
    private final Party party;
    private final NameHeads heads;
    private final byte[] data;
    private final long slot;

    // Made on demand, by whichever thread comes first; each would make the same.
    private @Nullable CredentialId credentialId;
    private @Nullable KeyId keyId;
    private @Nullable String keyName;

    /** @param slot whose entry is in {@code data} */
    Credential(Party party, NameHeads heads, byte[] data, long slot) {
        this.party = party;
        this.heads = heads;
        this.data = data;
        this.slot = slot;
    }

    /**
     * One by itself, in no view.
     *
     * @throws IllegalArgumentException when the record's verifier is not 32 bytes in base64url
     */
    public Credential(CredentialRecord record) {
        this.party = new Party(
                        record.tenant(),
                        record.owner(),
                        record.pepper(),
                        new Principal(),
                        new Principal(),
                        null,
                        record.policy())
                .ready();
        this.heads = new NameHeads();
        byte[] entry = new byte[Entry.MAX_BYTES];
        int length = Entry.write(entry, record, 0, 0, 0, Slot.isLarge(record.revision()));
        this.data = new byte[1 + length];
        System.arraycopy(entry, 0, data, 1, length);
        this.slot = Slot.of(1, 0, record);
    }

    private int at() {
        return Slot.place(slot);
    }

    Party party() {
        return party;
    }

    /** The halves of its id, as {@link CredentialTable#find} takes them. */
    long high() {
        return Entry.high(data, at());
    }

    long low() {
        return Entry.low(data, at());
    }

    Code judged(
            Principal.@Nullable Known tenant,
            @Nullable PrincipalRecord person,
            long nowMicros,
            Standing standing,
            Ask ask) {
        return Judgement.of(data, slot, party.conditions(), tenant, person, nowMicros, standing, ask);
    }

    CredentialRecord record() {
        return new CredentialRecord(
                credentialId(),
                keyId(),
                tenant(),
                revision(),
                state(),
                kind(),
                scope(),
                owner(),
                keyName(),
                strict(),
                notAfter(),
                expiresAt(),
                party.pepperId(),
                Entry.verifier(data, at()),
                policy());
    }

    public CredentialId credentialId() {
        CredentialId id = credentialId;
        if (id == null) {
            id = Entry.credentialId(data, at());
            credentialId = id;
        }
        return id;
    }

    public KeyId keyId() {
        KeyId id = keyId;
        if (id == null) {
            id = Entry.keyId(data, at());
            keyId = id;
        }
        return id;
    }

    public TenantId tenant() {
        return party.tenant();
    }

    public long revision() {
        return Slot.revision(slot, data);
    }

    public State state() {
        return Slot.state(slot);
    }

    public KeyKind kind() {
        return Entry.kind(data, at());
    }

    public Scope scope() {
        return Slot.scope(slot);
    }

    public OwnerId owner() {
        return party.owner();
    }

    public String keyName() {
        String name = keyName;
        if (name == null) {
            name = Entry.name(data, at(), heads);
            keyName = name;
        }
        return name;
    }

    /** Whether an edge without a lease refuses it. */
    public boolean strict() {
        return Slot.strict(slot);
    }

    /** Exclusive: the earlier of the key's expiry and the end of this credential's grace; null = never. */
    public @Nullable Instant notAfter() {
        return Entry.instant(Entry.notAfter(data, at()));
    }

    /** The key's expiry; null = never. */
    public @Nullable Instant expiresAt() {
        return Entry.instant(Entry.expiresAt(data, at()));
    }

    /** What it may be used for beyond what its scope says; null = all of that. */
    public @Nullable UsagePolicy policy() {
        return party.policy();
    }

    /** The rates of its policy; empty when it has none. Makes no garbage. */
    public List<UsagePolicy.Rate> rates() {
        UsagePolicy policy = party.policy();
        List<UsagePolicy.Rate> rates = policy == null ? null : policy.rates();
        return rates == null ? List.of() : rates;
    }

    /** The quotas of its policy; empty when it has none. Makes no garbage. */
    public List<UsagePolicy.Quota> quotas() {
        UsagePolicy policy = party.policy();
        List<UsagePolicy.Quota> quotas = policy == null ? null : policy.quotas();
        return quotas == null ? List.of() : quotas;
    }

    @Override
    public String toString() {
        return credentialId() + " " + state();
    }
}
