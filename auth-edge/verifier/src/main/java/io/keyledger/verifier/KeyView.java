package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Verdict.Code;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every credential, in memory, as of the last applied position. One thread applies records; any thread verifies, without
 * locks: entries are immutable, and between two records of one event every answer is still right.
 *
 * <p>Of two records of one credential a terminal state wins, then the higher revision; so a record that comes twice, late
 * or from an older copy of the log never brings a refused key back. An unknown credential is refused, and so are the keys
 * of a tenant whose switch is not known, and of a person who is disabled.
 */
public final class KeyView {
    /** Compared with when the id is unknown, so that it takes as long as a wrong secret. */
    private static final byte[] NOBODY = new byte[32];

    private final Peppers peppers;
    private final Map<CredentialId, Credential> credentials = new ConcurrentHashMap<>();
    private final Map<TenantId, PrincipalRecord> tenants = new ConcurrentHashMap<>();
    private final Map<OwnerId, PrincipalRecord> people = new ConcurrentHashMap<>();
    private final Map<Partition, Long> applied = new ConcurrentHashMap<>();

    private record Partition(String topic, int number) {}

    public KeyView(Peppers peppers) {
        this.peppers = peppers;
    }

    /**
     * The verdict on a well-formed key. Known or not, right or wrong: up to the comparison the work is the same.
     *
     * @param now edge time
     * @param permission what is asked for; null = nothing in particular
     */
    public Verdict verify(PresentedKey key, @Nullable String permission, Instant now, Standing standing) {
        if (standing == Standing.STARTING) {
            return Verdict.refused(Code.STARTING, permission);
        }
        Credential credential = credentials.get(key.credentialId());
        String pepper = credential == null ? peppers.current() : credential.pepper();
        boolean verifiable = peppers.knows(pepper);
        byte[] digest = peppers.verifier(verifiable ? pepper : peppers.current(), key);
        boolean matches = MessageDigest.isEqual(credential == null ? NOBODY : credential.verifier(), digest);
        if (credential == null) {
            return Verdict.refused(Code.UNKNOWN, permission);
        }
        if (!matches || !verifiable) {
            return Verdict.refused(Code.MISMATCH, permission);
        }
        return judge(credential, permission, now, standing);
    }

    /**
     * The verdict again, on what the view holds by now, for a key whose secret has matched before.
     *
     * @param before a verdict of {@link #verify} that names a credential
     */
    public Verdict again(Verdict before, Instant now, Standing standing) {
        Credential matched = before.credential();
        if (matched == null) {
            return before;
        }
        Credential current = credentials.get(matched.credentialId());
        if (current == null) {
            return Verdict.refused(Code.UNKNOWN, before.permission());
        }
        return judge(current, before.permission(), now, standing);
    }

    private Verdict judge(Credential credential, @Nullable String permission, Instant now, Standing standing) {
        Code code =
                Judgement.of(credential, enabled(credential.tenant()), owner(credential), now, standing, permission);
        return new Verdict(code, credential, permission);
    }

    private boolean enabled(TenantId tenant) {
        PrincipalRecord principal = tenants.get(tenant);
        return principal != null && principal.enabled();
    }

    /** The person who owns it; one of another tenant owns nothing here. */
    private @Nullable PrincipalRecord owner(Credential credential) {
        PrincipalRecord owner = people.get(credential.owner());
        return owner != null && owner.tenant().equals(credential.tenant()) ? owner : null;
    }

    /** The person as the view knows them. From any thread. */
    public Optional<PrincipalRecord> person(OwnerId id) {
        return Optional.ofNullable(people.get(id));
    }

    /** The tenant as the view knows it. From any thread. */
    public Optional<PrincipalRecord> tenant(TenantId id) {
        return Optional.ofNullable(tenants.get(id));
    }

    /** Applies one record; one that was applied before is skipped. Called by one thread only. */
    public void apply(Position at, CredentialRecord record) {
        if (isNew(at)) {
            Credential before = credentials.get(record.credentialId());
            if (before == null || wins(record, before.record())) {
                credentials.put(record.credentialId(), new Credential(record));
            }
            reached(at.topic(), at.partition(), at.offset() + 1);
        }
    }

    /** Applies one record; one that was applied before is skipped. Called by one thread only. */
    public void apply(Position at, PrincipalRecord record) {
        if (isNew(at)) {
            if (record.isUser()) {
                people.merge(record.user(), record, KeyView::later);
            } else if (record.isTenant()) {
                tenants.merge(record.tenant(), record, KeyView::later);
            }
            reached(at.topic(), at.partition(), at.offset() + 1);
        }
    }

    /** Applies a tombstone: the credential is forgotten, unless it is refused for ever. Called by one thread only. */
    public void forget(Position at, CredentialId id) {
        if (isNew(at)) {
            Credential before = credentials.get(id);
            if (before != null && !before.state().terminal()) {
                credentials.remove(id);
            }
            reached(at.topic(), at.partition(), at.offset() + 1);
        }
    }

    /** Everything of that partition before {@code next} is applied, or is not there any more. Called by one thread only. */
    public void reached(String topic, int partition, long next) {
        applied.merge(new Partition(topic, partition), next, Math::max);
    }

    /** The log of that partition was lost and begins anew: what is known stays known, the position does not. */
    public void restarted(String topic, int partition) {
        applied.remove(new Partition(topic, partition));
    }

    /** The offset up to which everything of that partition is applied, exclusive; 0 before the first record. */
    public long applied(String topic, int partition) {
        return applied.getOrDefault(new Partition(topic, partition), 0L);
    }

    public int size() {
        return credentials.size();
    }

    private boolean isNew(Position at) {
        return at.offset() >= applied(at.topic(), at.partition());
    }

    private static PrincipalRecord later(PrincipalRecord before, PrincipalRecord record) {
        return record.revision() > before.revision() ? record : before;
    }

    private static boolean wins(CredentialRecord record, CredentialRecord before) {
        boolean wasTerminal = before.state().terminal();
        if (record.state().terminal() != wasTerminal) {
            return !wasTerminal;
        }
        return record.revision() > before.revision();
    }

    /** All that the view holds, sorted, for comparisons. */
    Map<String, Record> contents() {
        Map<String, Record> contents = new TreeMap<>();
        credentials.forEach((id, credential) -> contents.put(id.value(), credential.record()));
        tenants.values().forEach(tenant -> contents.put(tenant.id(), tenant));
        people.values().forEach(person -> contents.put(person.id(), person));
        return contents;
    }
}
