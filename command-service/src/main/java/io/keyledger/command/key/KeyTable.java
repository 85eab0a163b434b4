package io.keyledger.command.key;

import io.keyledger.command.key.ApiKey.Facts;
import io.keyledger.command.policy.NameRule;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlTypeValue;
import org.springframework.jdbc.core.StatementCreatorUtils;
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
    /** Class of the advisory locks that hold a tenant's policy still: shared by those it binds, alone for a change. */
    private static final int POLICY_LOCK = 0x6b6c01;

    /** Places in a row that is about to be inserted. */
    private static final int TENANT = 1;

    private static final int OWNER = 2;
    private static final int SLOT = 14;

    private static final int MAX_ATTEMPTS = 50;
    private static final int MAX_POLICIES = 1_000;

    /** Personal tokens are numbered apart from keys, so that neither counts against the other's limit. */
    private static final int PERSONAL_SLOTS = 1_000_000;

    /** More than anybody may have of one kind. */
    private static final int ROOM = 999_999;

    private static final String FREE_SLOT = """
            with held as materialized (select slot - ? as slot from key
                where tenant = ? and owner = ? and slot between ? + 1 and ? + %d),
            room as (select case when (select coalesce(max(slot), 0) from held) <= ? then ?
                else (select max(r) from generate_series(0, ?) r
                    where r + (select count(*) from held where slot > r) <= ?) end as slots)
            select s from room, generate_series(1, room.slots) s
            where not exists (select from held where slot = s) order by random() limit 1""".formatted(ROOM);

    private static final String INSERT = """
            insert into key (key_id, tenant, owner, name, kind, scope, status, strict, expires_at,
                current_credential, created_at, unique_name, tenant_wide, due_at, slot)
            """;
    private static final String INSERT_AT = INSERT + """
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""";

    /** Nothing is inserted when the owner has slots above the limit: then the room is counted first. */
    private static final String INSERT_AT_GUESS = INSERT + """
            select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            where not exists (select from key where tenant = ? and owner = ? and slot between ? and ?)
            on conflict do nothing""";

    private static final String KEEP = """
            set local role keyledger_verifier;
            insert into verifier.verifier (credential_id, key_id, pepper, verifier) values (?, ?, ?, ?);
            reset role""";

    private final JdbcTemplate jdbc;

    /** The guesses go round, so that one owner's follow each other and seldom meet a slot that is held. */
    private final AtomicInteger guesses =
            new AtomicInteger(RandomGenerator.getDefault().nextInt(1 << 20));

    /** By the text that they were read from: a policy is asked for with every command, and seldom changes. */
    private final Map<String, TenantPolicy> policies = new ConcurrentHashMap<>();

    KeyTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What the tenant asks of its keys; it stays so until the transaction ends. */
    public TenantPolicy policy(TenantId tenant) {
        return policy(tenant, "pg_advisory_xact_lock_shared");
    }

    /** As {@link #policy(TenantId)}, for the one who is about to change it. */
    public TenantPolicy policyForChange(TenantId tenant) {
        return policy(tenant, "pg_advisory_xact_lock");
    }

    private TenantPolicy policy(TenantId tenant, String lock) {
        // Two statements, for the second must not see less than what was there when the lock was had; one round trip.
        String sql = "select " + lock + "(?, hashtext(?)); select policy from tenant where tenant = ?";
        TenantPolicy policy = jdbc.execute(sql, (PreparedStatement s) -> {
            s.setInt(1, POLICY_LOCK);
            s.setString(2, tenant.value());
            s.setString(3, tenant.value());
            s.execute();
            s.getMoreResults();
            try (ResultSet rows = s.getResultSet()) {
                return rows.next() ? known(rows.getString(1)) : null;
            }
        });
        if (policy == null) {
            throw new Refused(new Refusal.NoSuchTenant());
        }
        return policy;
    }

    private TenantPolicy known(String json) {
        TenantPolicy policy = policies.get(json);
        if (policy == null) {
            if (policies.size() >= MAX_POLICIES) {
                policies.clear();
            }
            policy = policy(json);
            policies.put(json, policy);
        }
        return policy;
    }

    /** The policy that the column holds. */
    public static TenantPolicy policy(String json) {
        return TenantPolicy.ofTexts(JsonReader.object(json.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Adds a key that was just created, and what its secret is checked against.
     *
     * @throws Refused when its name is taken or its owner has all the keys that the policy allows
     */
    void insert(TenantId tenant, ApiKey key, TenantPolicy policy, Instant now, KeyCommand.NewVerifier verifier) {
        Facts f = ApiKey.facts(key);
        boolean exempt = f.kind() == KeyKind.BOOTSTRAP;
        String uniqueName = exempt ? null : NameRule.normalise(f.name());
        boolean tenantWide = !exempt && policy.namesUniqueInTenant();
        if (uniqueName != null && tenantWide && isTaken(tenant, null, uniqueName)) {
            throw new Refused(new Refusal.NameTaken("tenant"));
        }
        @Nullable
        Object[] row = {
            f.keyId().value(),
            tenant.value(),
            f.owner().value(),
            f.name(),
            RecordJson.wire(f.kind()),
            f.scope().wire(),
            ApiKey.status(key),
            f.strict(),
            time(f.expiresAt()),
            f.current().value(),
            time(now),
            uniqueName,
            tenantWide,
            time(ApiKey.dueAt(key)),
            null
        };
        Room room = exempt ? null : Room.of(f.kind(), policy);
        if (insertFirst(row, room, f.keyId(), verifier)) {
            return;
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            if (room != null) {
                Integer slot = freeSlot(tenant, f, room);
                if (slot == null) {
                    throw new Refused(new Refusal.TooManyKeys(
                            f.owner().value(), room.limit(), room.setting().wire()));
                }
                row[SLOT] = slot;
            }
            if (jdbc.update(INSERT_AT, row) == 1) {
                return;
            }
            if (uniqueName != null
                    && isTaken(tenant, tenantWide ? null : f.owner().value(), uniqueName)) {
                throw new Refused(new Refusal.NameTaken(tenantWide ? "tenant" : "owner"));
            }
            // Somebody else took the slot first: look for another.
        }
        throw new Refused(new Refusal.Conflict());
    }

    /**
     * The row, in a slot that was guessed, and the verifier, in one round trip. The verifier is kept either way: whoever does
     * not get his key rolls back.
     *
     * @param room null for a key that needs no slot
     * @return whether the row is there
     */
    private boolean insertFirst(
            @Nullable Object[] row, @Nullable Room room, KeyId key, KeyCommand.NewVerifier verifier) {
        String sql = (room == null ? INSERT_AT : INSERT_AT_GUESS) + ";\n" + KEEP;
        return Boolean.TRUE.equals(jdbc.execute(sql, (PreparedStatement s) -> {
            int next = 1;
            for (Object value : row) {
                StatementCreatorUtils.setParameterValue(s, next++, SqlTypeValue.TYPE_UNKNOWN, value);
            }
            if (room != null) {
                s.setInt(SLOT + 1, room.base() + Math.floorMod(guesses.getAndIncrement(), room.limit()) + 1);
                s.setObject(next++, row[TENANT]);
                s.setObject(next++, row[OWNER]);
                s.setInt(next++, room.base() + room.limit() + 1);
                s.setInt(next++, room.base() + ROOM);
            }
            keep(s, next, key, verifier);
            s.execute();
            return s.getUpdateCount() == 1;
        }));
    }

    /** Writes what a command that is bound by the policy has made of a key. */
    void update(ApiKey before, ApiKey after, TenantPolicy policy) {
        boolean renamed =
                !ApiKey.facts(before).name().equals(ApiKey.facts(after).name());
        update(before, after, renamed ? (Boolean) policy.namesUniqueInTenant() : null);
    }

    /** Writes what a command has made of a key. */
    void update(ApiKey before, ApiKey after) {
        update(before, after, (Boolean) null);
    }

    private void update(ApiKey before, ApiKey after, @Nullable Boolean tenantWide) {
        if (before.equals(after)) {
            return;
        }
        Facts f = ApiKey.facts(after);
        ApiKey.Grace grace = f.grace();
        boolean holdsName = after instanceof ApiKey.Live && f.kind() != KeyKind.BOOTSTRAP;
        String uniqueName = holdsName ? NameRule.normalise(f.name()) : null;
        if (uniqueName != null && Boolean.TRUE.equals(tenantWide)) {
            Integer others = jdbc.queryForObject("""
                    select count(*)::int from key k, key own where own.key_id = ? and k.tenant = own.tenant
                        and k.unique_name = ? and k.key_id <> own.key_id""", Integer.class, f.keyId().value(), uniqueName);
            if (others != null && others > 0) {
                throw new Refused(new Refusal.NameTaken("tenant"));
            }
        }
        try {
            jdbc.update(
                    """
                    update key set name = ?, scope = ?, status = ?, strict = ?, current_credential = ?,
                        previous_credential = ?, previous_until = ?, unique_name = ?,
                        tenant_wide = coalesce(?, tenant_wide), slot = case when ? then slot end, due_at = ?
                    where key_id = ?""",
                    f.name(),
                    f.scope().wire(),
                    ApiKey.status(after),
                    f.strict(),
                    f.current().value(),
                    grace == null ? null : grace.credential().value(),
                    time(grace == null ? null : grace.endsAt()),
                    uniqueName,
                    tenantWide,
                    holdsName,
                    time(ApiKey.dueAt(after)),
                    f.keyId().value());
        } catch (DuplicateKeyException e) {
            throw new Refused(new Refusal.NameTaken(Boolean.TRUE.equals(tenantWide) ? "tenant" : "owner"));
        }
    }

    /** Keeps what a new secret is checked against. */
    void keep(KeyId key, KeyCommand.NewVerifier verifier) {
        jdbc.execute(KEEP, (PreparedStatement s) -> {
            keep(s, 1, key, verifier);
            return s.execute();
        });
    }

    private static void keep(PreparedStatement s, int first, KeyId key, KeyCommand.NewVerifier verifier)
            throws SQLException {
        s.setString(first, verifier.credential().value());
        s.setString(first + 1, key.value());
        s.setString(first + 2, verifier.pepper());
        s.setBytes(first + 3, Base64.getUrlDecoder().decode(verifier.verifier()));
    }

    private @Nullable Integer freeSlot(TenantId tenant, Facts f, Room room) {
        Integer slot = jdbc.query(
                FREE_SLOT,
                KeyTable::firstInt,
                room.base(),
                tenant.value(),
                f.owner().value(),
                room.base(),
                room.base(),
                room.limit(),
                room.limit(),
                room.limit(),
                room.limit());
        return slot == null ? null : (Integer) (slot + room.base());
    }

    /**
     * The slots of one kind of keys that an owner may hold.
     *
     * @param base they are numbered from the one after it
     * @param setting that says how many
     */
    private record Room(int base, int limit, Setting setting) {
        static Room of(KeyKind kind, TenantPolicy policy) {
            return kind == KeyKind.PERSONAL
                    ? new Room(PERSONAL_SLOTS, policy.maxPersonal(), Setting.MAX_PERSONAL)
                    : new Room(0, policy.maxPerOwner(), Setting.MAX_PER_OWNER);
        }
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

    /** Whether a key that can still be used has that name, of {@code owner} or, null, of any. */
    private boolean isTaken(TenantId tenant, @Nullable String owner, String uniqueName) {
        Boolean taken = jdbc.queryForObject(
                "select exists (select from key where tenant = ? and unique_name = ? and (?::text is null or owner = ?))",
                Boolean.class,
                tenant.value(),
                uniqueName,
                owner,
                owner);
        return Boolean.TRUE.equals(taken);
    }

    private static @Nullable Integer firstInt(ResultSet rows) throws SQLException {
        return rows.next() ? (Integer) rows.getInt(1) : null;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }
}
