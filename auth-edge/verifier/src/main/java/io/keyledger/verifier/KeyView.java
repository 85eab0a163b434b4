package io.keyledger.verifier;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Verdict.Code;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every credential, in memory, as of the last applied position. One thread applies records; any thread verifies, without
 * locks ({@link CredentialTable}), and between two records of one event every answer is still right.
 *
 * <p>Of two records of one credential a terminal state wins, then the higher revision; so a record that comes twice, late
 * or from an older copy of the log never brings a refused key back. An unknown credential is refused, and so are the keys
 * of a tenant whose switch is not known, and of a person who is disabled.
 */
public class KeyView {
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final ThreadLocal<KeyCheck> CHECK = ThreadLocal.withInitial(KeyCheck::new);

    private final Peppers peppers;
    private final Peppers.Pepper currentPepper;
    private final Map<TenantId, Principal> tenants = new ConcurrentHashMap<>();
    private final Map<OwnerId, Principal> people = new ConcurrentHashMap<>();
    private final CredentialTable table;
    private final Map<Partition, Long> applied = new ConcurrentHashMap<>();

    /** The writer's. */
    private final CredentialTable.Found before = new CredentialTable.Found();

    private final long seed;

    record Partition(String topic, int number) {}

    public KeyView(Peppers peppers) {
        this(peppers, SEEDS.nextLong());
    }

    /** @param seed of the table's hash; whoever knows it can choose ids that fall together */
    @SuppressWarnings("this-escape") // who extends it is in a test of this package
    KeyView(Peppers peppers, long seed) {
        this.peppers = peppers;
        this.seed = seed;
        Peppers.Pepper current = peppers.pepper(peppers.current());
        if (current == null) {
            throw new IllegalStateException("the current pepper is in the ring");
        }
        this.currentPepper = current;
        this.table = new CredentialTable(new SplittableRandom(seed), this::party, nobody());
    }

    /** Looked at when an id is unknown and its part of the table empty; there is no key for it. */
    private CredentialRecord nobody() {
        return new CredentialRecord(
                new CredentialId("0".repeat(CredentialId.LENGTH)),
                new KeyId("key_" + "0".repeat(26)),
                TenantId.SYSTEM,
                0,
                CredentialRecord.State.DELETED,
                KeyKind.KEY,
                Scope.DEFAULT,
                new OwnerId("svc_nobody"),
                "",
                true,
                null,
                null,
                peppers.current(),
                "A".repeat(43));
    }

    private Party party(CredentialRecord record) {
        return party(record.tenant(), record.owner(), record.pepper(), record.policy());
    }

    Party party(TenantId tenant, OwnerId owner, String pepper, @Nullable UsagePolicy policy) {
        return new Party(
                tenant,
                owner,
                pepper,
                tenants.computeIfAbsent(tenant, _ -> new Principal()),
                people.computeIfAbsent(owner, _ -> new Principal()),
                peppers.pepper(pepper),
                policy);
    }

    Peppers peppers() {
        return peppers;
    }

    long seed() {
        return seed;
    }

    /** How far every partition is applied. From any thread. */
    Map<Partition, Long> positions() {
        return new HashMap<>(applied);
    }

    /** What is known of tenants and people. From any thread. */
    List<PrincipalRecord> principals() {
        return Stream.concat(tenants.values().stream(), people.values().stream())
                .map(Principal::record)
                .filter(Objects::nonNull)
                .toList();
    }

    CredentialTable table() {
        return table;
    }

    Peppers.Pepper currentPepper() {
        return currentPepper;
    }

    /**
     * The verdict on a well-formed key. Known or not, right or wrong: up to the comparison the work is the same.
     *
     * @param now edge time
     */
    public Verdict verify(PresentedKey key, Ask ask, Instant now, Standing standing) {
        KeyCheck check = CHECK.get();
        Code code = check.verify(this, key, ask, Entry.micros(now), standing);
        Verdict verdict = new Verdict(code, check.credential(), ask.permission());
        check.clear();
        return verdict;
    }

    /**
     * The verdict again, on what the view holds by now, for a key whose secret has matched before.
     *
     * @param before a verdict of {@link #verify} that names a credential
     * @param ask that it was about
     */
    public Verdict again(Verdict before, Ask ask, Instant now, Standing standing) {
        Credential matched = before.credential();
        if (matched == null) {
            return before;
        }
        CredentialTable.Found found = new CredentialTable.Found();
        if (!table.find(matched.high(), matched.low(), found)) {
            return Verdict.refused(Code.UNKNOWN, before.permission());
        }
        // Mostly nothing has changed, and what was made of its texts is good for this one as well.
        Credential current = matched.is(found) ? matched : table.credential(found.data, found.slot);
        Party party = current.party();
        Code code = current.judged(party.tenantPlace().known(), party.person(), Entry.micros(now), standing, ask);
        return new Verdict(code, current, before.permission());
    }

    /** The person as the view knows them. From any thread. */
    public Optional<PrincipalRecord> person(OwnerId id) {
        return Optional.ofNullable(people.get(id)).map(Principal::record);
    }

    /** The tenant as the view knows it. From any thread. */
    public Optional<PrincipalRecord> tenant(TenantId id) {
        return Optional.ofNullable(tenants.get(id)).map(Principal::record);
    }

    /** Applies one record; one that was applied before is skipped. Called by one thread only. */
    public void apply(Position at, CredentialRecord record) {
        if (isNew(at)) {
            merge(record);
            reached(at.topic(), at.partition(), at.offset() + 1);
        }
    }

    /** Applies one record; one that was applied before is skipped. Called by one thread only. */
    public void apply(Position at, PrincipalRecord record) {
        if (isNew(at)) {
            learn(record);
            reached(at.topic(), at.partition(), at.offset() + 1);
        }
    }

    /**
     * Takes a record in that is known from elsewhere than the log, such as an end that was noted. Called by one thread only.
     */
    public void merge(CredentialRecord record) {
        if (!find(record.credentialId()) || wins(record, before.slot, before.data)) {
            table.put(record);
        }
        before.clear();
    }

    void learn(PrincipalRecord record) {
        if (record.isUser()) {
            people.computeIfAbsent(record.user(), _ -> new Principal()).learn(record);
        } else if (record.isTenant()) {
            tenants.computeIfAbsent(record.tenant(), _ -> new Principal()).learn(record);
        }
    }

    /** Whether the credential is known to be refused for ever. Called by the thread that applies. */
    public boolean ended(CredentialId id) {
        boolean ended = find(id) && Slot.state(before.slot).terminal();
        before.clear();
        return ended;
    }

    /** Applies a tombstone: the credential is forgotten, unless it is refused for ever. Called by one thread only. */
    public void forget(Position at, CredentialId id) {
        if (isNew(at)) {
            if (find(id) && !Slot.state(before.slot).terminal()) {
                table.remove(Entry.high(before.data, before.at()), Entry.low(before.data, before.at()));
            }
            before.clear();
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

    /** Every position, to be compared with later ones. From any thread. */
    public Map<?, Long> appliedAll() {
        return positions();
    }

    public int size() {
        return table.size();
    }

    private boolean isNew(Position at) {
        return at.offset() >= applied(at.topic(), at.partition());
    }

    /** Whether the view has it; then it is {@link #before}. */
    private boolean find(CredentialId id) {
        return table.find(Entry.half(id.value(), 0), Entry.half(id.value(), CredentialId.LENGTH / 2), before);
    }

    /** Whether the record takes the place of the one before it. The rule of the whole platform; another one is for tests alone. */
    boolean wins(CredentialRecord record, long before, byte[] data) {
        boolean wasTerminal = Slot.state(before).terminal();
        if (record.state().terminal() != wasTerminal) {
            return !wasTerminal;
        }
        return record.revision() > Slot.revision(before, data);
    }

    /** All that the view holds, sorted, for comparisons. */
    Map<String, Record> contents() {
        Map<String, Record> contents = new TreeMap<>();
        table.forEach(credential -> contents.put(credential.credentialId().value(), credential.record()));
        principals().forEach(known -> contents.put(known.id(), known));
        return contents;
    }
}
