package io.keyledger.command.ledger;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyDeleted;
import io.keyledger.events.KeyEvent.KeyExpired;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyEvent.KeySuspended;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantEvent.TenantCreated;
import io.keyledger.events.TenantId;
import io.keyledger.events.UserEvent;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.events.view.ViewFold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns one batch of stored events into what the ledger and the view gain by it. Pure but for its own memory; used once, by
 * one thread.
 */
final class Seal {
    private final String instance;
    private final Instant now;
    private final Map<String, Head> heads;
    private final Map<TenantId, PrincipalRecord> tenants;
    private long nextIndex;

    final List<LedgerEntry> entries = new ArrayList<>();
    final Map<String, CredentialState> credentials = new LinkedHashMap<>();
    /** By id. */
    final Map<String, PrincipalRecord> principals = new LinkedHashMap<>();

    final List<Unconfirmed> unconfirmed = new ArrayList<>();
    final List<String> confirmed = new ArrayList<>();

    /**
     * The end of one source. What it says of a sequence stays true for ever, so that it may be kept in memory.
     *
     * @param hash of the last event, hex
     * @param credentials of the key, when the source is one
     * @param person as edges know them, when the source is one
     */
    record Head(
            long sequence,
            String hash,
            List<CredentialState> credentials,
            @Nullable PrincipalRecord person) {
        static final Head NONE = new Head(0, CloudEvent.GENESIS, List.of(), null);
    }

    /** An end or a suspension that no {@code revocation.confirmed} names yet. */
    record Unconfirmed(String eventId, String keyId, long index, boolean strict, Instant time) {}

    /**
     * A batch that goes on from what is there.
     *
     * @param heads of all sources of the batch that are not new
     * @param tenants as known, of all events of the batch
     */
    Seal(
            String instance,
            Instant now,
            long nextIndex,
            Map<String, Head> heads,
            Map<TenantId, PrincipalRecord> tenants) {
        this.instance = instance;
        this.now = now;
        this.nextIndex = nextIndex;
        this.heads = new LinkedHashMap<>(heads);
        this.tenants = new LinkedHashMap<>(tenants);
    }

    /**
     * Adds the next event.
     *
     * @throws IllegalStateException when it is not the next one of its source
     */
    void add(StoredEvent stored) {
        String source = stored.source(instance);
        Head head = heads.getOrDefault(source, Head.NONE);
        if (stored.sequence() != head.sequence() + 1) {
            throw new IllegalStateException("source %s is at sequence %d, the event store goes on with %d"
                    .formatted(source, head.sequence(), stored.sequence()));
        }
        CloudEvent event = stored.publicForm(instance, head.hash(), now);
        byte[] bytes = event.bytes();
        String hash = CloudEvent.hash(bytes);
        long index = nextIndex++;
        entries.add(new LedgerEntry(
                index,
                source,
                stored.sequence(),
                stored.id(),
                event.type().wire(),
                stored.tenant().value(),
                event.partitionKey(),
                hash,
                bytes));
        heads.put(source, new Head(stored.sequence(), hash, fold(head, stored, index), person(head, stored, index)));
    }

    private @Nullable PrincipalRecord person(Head head, StoredEvent stored, long index) {
        if (!(stored.event() instanceof UserEvent event)) {
            return null;
        }
        PrincipalRecord after = ViewFold.apply(head.person(), event, stored.tenant(), index + 1);
        if (after != null && !after.equals(head.person())) {
            principals.put(after.id(), after);
        }
        return after;
    }

    private List<CredentialState> fold(Head head, StoredEvent stored, long index) {
        PrincipalRecord tenant = tenants.get(stored.tenant());
        switch (stored.event()) {
            case TenantCreated e -> principal(tenant == null ? ViewFold.apply(e, index + 1) : null);
            case SettingsChanged e -> principal(ViewFold.apply(tenant, e, stored.tenant(), index + 1));
            default -> {}
        }
        if (!tenants.containsKey(stored.tenant())) {
            principal(ViewFold.unknown(stored.tenant(), index + 1));
        }
        if (!(stored.event() instanceof KeyEvent event)) {
            return List.of();
        }
        List<CredentialState> after = ViewFold.apply(head.credentials(), event, stored.tenant(), stored.sequence());
        for (CredentialState credential : after) {
            if (credential.revision() == stored.sequence()) {
                credentials.put(credential.credentialId().value(), credential);
            }
        }
        switch (event) {
            case KeyRevoked _, KeyExpired _, KeySuspended _, KeyDeleted _ ->
                unconfirmed.add(new Unconfirmed(
                        stored.id(),
                        event.keyId().value(),
                        index,
                        after.stream().allMatch(CredentialState::strict),
                        stored.time()));
            case RevocationConfirmed e -> confirmed.add(e.cause());
            default -> {}
        }
        return after;
    }

    private void principal(@Nullable PrincipalRecord record) {
        if (record != null) {
            tenants.put(record.tenant(), record);
            principals.put(record.id(), record);
        }
    }

    /** The ends of all sources, those that the batch did not touch included. */
    Map<String, Head> heads() {
        return heads;
    }

    /** The tenants, those that the batch did not touch included. */
    Map<TenantId, PrincipalRecord> tenants() {
        return tenants;
    }
}
