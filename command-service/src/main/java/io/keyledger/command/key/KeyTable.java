package io.keyledger.command.key;

import io.keyledger.command.commit.WriteSet;
import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.policy.NameRule;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The one row of each key, written in the transaction that appends its events, and with it whatever must be unable to
 * race: names, the limit per owner, and the verifiers.
 *
 * <p>The limit is a set of numbered slots per owner, each held by at most one key. Whoever finds a free slot may go
 * ahead; nobody counts, so nobody waits. Most find one by a guess; who guesses wrong has one looked for. While keys hold
 * slots above a lowered limit, only the first {@code r} slots may be taken, for the largest {@code r} that together with
 * the keys above it keeps the limit.
 */
@Component
public class KeyTable {
    private final JdbcTemplate jdbc;

    /** The guesses go round, so that one owner's follow each other and seldom meet a slot that is held. */
    private final AtomicInteger guesses =
            new AtomicInteger(RandomGenerator.getDefault().nextInt(1 << 20));

    private final Policies policies;
    private final NewKeys newKeys = new NewKeys();
    private final ChangedKeys changedKeys = new ChangedKeys();
    private final Verifiers verifiers = new Verifiers();

    KeyTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.policies = new Policies(jdbc);
    }

    /** What the tenant asks of its keys. */
    public TenantPolicy policy(TenantId tenant) {
        return policies.current(tenant);
    }

    /** As {@link #policy(TenantId)}, for the one who is about to change it; it stays so until the transaction ends. */
    public TenantPolicy policyForChange(TenantId tenant) {
        return policies.forChange(tenant);
    }

    /** Decides by what the tenant asks of its keys, which stands still until the commit. */
    Policies.Ruling rule(TenantId tenant, Function<TenantPolicy, List<KeyEvent>> decision) {
        return policies.rule(tenant, decision);
    }

    /** The policy that the column holds. */
    public static TenantPolicy policy(String json) {
        return TenantPolicy.ofTexts(JsonReader.object(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Has a key added that was just created, and what its secret is checked against. */
    void insert(TenantId tenant, ApiKey key, TenantPolicy policy, Instant now, KeyCommand.NewVerifier verifier) {
        Facts f = ApiKey.facts(key);
        boolean exempt = f.kind() == KeyKind.BOOTSTRAP;
        Room room = exempt ? null : Room.of(f.kind(), policy);
        WriteSet.required()
                .add(
                        newKeys,
                        new NewKeys.Row(
                                tenant,
                                f,
                                ApiKey.status(key),
                                now,
                                exempt ? null : NameRule.normalise(f.name()),
                                !exempt && policy.namesUniqueInTenant(),
                                ApiKey.dueAt(key),
                                room,
                                room == null
                                        ? null
                                        : room.base() + Math.floorMod(guesses.getAndIncrement(), room.limit()) + 1));
        keep(f.keyId(), verifier);
    }

    /** Has written what a command that is bound by the policy has made of a key. */
    void update(TenantId tenant, ApiKey before, ApiKey after, TenantPolicy policy) {
        boolean renamed =
                !ApiKey.facts(before).name().equals(ApiKey.facts(after).name());
        update(tenant, before, after, renamed ? (Boolean) policy.namesUniqueInTenant() : null);
    }

    /** Has written what a command has made of a key. */
    void update(TenantId tenant, ApiKey before, ApiKey after) {
        update(tenant, before, after, (Boolean) null);
    }

    private void update(TenantId tenant, ApiKey before, ApiKey after, @Nullable Boolean tenantWide) {
        if (before.equals(after)) {
            return;
        }
        Facts f = ApiKey.facts(after);
        boolean holdsName = after instanceof ApiKey.Live && f.kind() != KeyKind.BOOTSTRAP;
        WriteSet.required()
                .add(
                        changedKeys,
                        new ChangedKeys.Row(
                                tenant,
                                f,
                                ApiKey.status(after),
                                holdsName ? NameRule.normalise(f.name()) : null,
                                tenantWide,
                                ApiKey.dueAt(after)));
    }

    /** Has kept what a new secret is checked against. */
    void keep(KeyId key, KeyCommand.NewVerifier verifier) {
        WriteSet.required().add(verifiers, new Verifiers.Row(key, verifier));
    }

    /** Whose a key is and of what kind, for those who ask before they send a command. */
    public record Target(OwnerId owner, KeyKind kind) {}

    /** The key of the tenant, unless there is none or it is deleted. */
    public Optional<Target> target(TenantId tenant, KeyId key) {
        List<Target> found = jdbc.query(
                "select owner, kind from key where tenant = ? and key_id = ? and status <> 'DELETED'",
                (row, _) -> new Target(
                        new OwnerId(row.getString(1)),
                        KeyKind.valueOf(row.getString(2).toUpperCase(Locale.ROOT))),
                tenant.value(),
                key.value());
        return found.stream().findFirst();
    }
}
