package io.keyledger.command.people;

import io.keyledger.command.key.KeyTable;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.Person.Known;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.OwnerId;
import io.keyledger.events.TenantId;
import io.keyledger.events.access.Role;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The one row of each person, written in the transaction that appends their events. Safe from any thread. */
@Component
public class PersonTable {
    /** Class of the advisory locks under which a tenant's admins are counted. */
    private static final int ADMINS_LOCK = 0x6b6c02;

    /** What a person is called whom nobody knows any more. */
    static final String ERASED = "Erased user";

    private static final String COLUMNS = """
            select user_id, login, display_name, email, issuer, subject, origin, roles, disabled, access_ends_at,
                access_ended, created_at, last_login_at, erased_at from person
            """;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    PersonTable(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** A person who asks for something, and what their tenant asks of its keys and people. */
    public record Asking(Account account, TenantPolicy policy) {}

    /** Somebody who may be the one who signs in. */
    public record Candidate(PersonRow person, @Nullable String hash) {}

    /** Whether another person governs people and roles without an end; it stays so until the transaction ends. */
    boolean otherAdmins(TenantId tenant, OwnerId but) {
        String sql = "select pg_advisory_xact_lock(?, hashtext(?)); select exists (select from person where tenant = ?"
                + " and user_id <> ? and ? = any (roles) and not disabled and access_ends_at is null)";
        return Boolean.TRUE.equals(jdbc.execute(sql, (PreparedStatement s) -> {
            s.setInt(1, ADMINS_LOCK);
            s.setString(2, tenant.value());
            s.setString(3, tenant.value());
            s.setString(4, but.value());
            s.setString(5, Role.TENANT_ADMIN.wire());
            s.execute();
            s.getMoreResults();
            try (ResultSet rows = s.getResultSet()) {
                return rows.next() && rows.getBoolean(1);
            }
        }));
    }

    /**
     * Adds a person who was just created.
     *
     * @throws Refused when the login is taken
     */
    void insert(TenantId tenant, Known person, Profile profile, Instant now) {
        String login = profile.login();
        // Not by the error of a violated index: PostgreSQL may write the value of one into its log.
        int inserted = jdbc.update(
                """
                    insert into person (user_id, tenant, login, login_key, display_name, email, origin, issuer, subject,
                        roles, access_ends_at, created_at, due_at)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, string_to_array(?, ','), ?, ?, ?)
                    on conflict do nothing""",
                person.userId().value(),
                tenant.value(),
                login,
                login == null ? null : Profile.loginKey(login),
                profile.displayName(),
                profile.email(),
                person.origin(),
                profile.issuer(),
                profile.subject(),
                String.join(",", Role.wires(person.roles())),
                time(person.accessEndsAt()),
                time(now),
                time(Person.dueAt(person)));
        if (inserted == 0) {
            throw new Refused(new Refusal.LoginTaken());
        }
    }

    /** Writes what a command has made of a person. */
    void update(Known before, Known after, @Nullable Instant signedInAt) {
        boolean over = after.accessEnded() && !before.accessEnded() || after.erased() && !before.erased();
        jdbc.update(
                """
                update person set roles = string_to_array(?, ','), disabled = ?, access_ends_at = ?, access_ended = ?,
                    due_at = ?, tokens_due = tokens_due or ?, last_login_at = coalesce(?, last_login_at) where user_id = ?""",
                String.join(",", Role.wires(after.roles())),
                after.disabled(),
                time(after.accessEndsAt()),
                after.accessEnded(),
                time(Person.dueAt(after)),
                over,
                time(signedInAt),
                after.userId().value());
    }

    /** @throws Refused when the login is taken */
    void update(OwnerId userId, Profile profile) {
        String login = profile.login();
        if (login != null && taken(userId, Profile.loginKey(login))) {
            throw new Refused(new Refusal.LoginTaken());
        }
        try {
            jdbc.update(
                    "update person set login = ?, login_key = ?, display_name = ?, email = ? where user_id = ?",
                    login,
                    login == null ? null : Profile.loginKey(login),
                    profile.displayName(),
                    profile.email(),
                    userId.value());
        } catch (DuplicateKeyException e) {
            throw new Refused(new Refusal.LoginTaken());
        }
    }

    /** Looked at first, for the error of a violated index may stand in PostgreSQL's log with its value. */
    private boolean taken(OwnerId userId, String loginKey) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
                select exists (select from person p join person o on o.tenant = p.tenant and o.login_key = ?
                    and o.user_id <> p.user_id where p.user_id = ?)""", Boolean.class, loginKey, userId.value()));
    }

    /** Keeps from where somebody has signed in, in the caller's transaction. */
    void keep(TenantId tenant, PersonCommand.SignIn signIn, Instant now) {
        jdbc.update(
                "insert into sign_in (sign_in_id, user_id, tenant, method, at, ip, user_agent) values (?, ?, ?, ?, ?, ?, ?)",
                signIn.signInId(),
                signIn.userId().value(),
                tenant.value(),
                signIn.method(),
                time(now),
                signIn.ip(),
                signIn.userAgent());
    }

    /**
     * Forgets who a person is, in the caller's transaction: their row stays, and says nothing but that there was somebody. The
     * answers to their commands that are kept for repeats are emptied, for they may show it; such a repeat is refused.
     */
    void erase(TenantId tenant, OwnerId userId, Instant now) {
        jdbc.update("""
                update person set login = null, login_key = null, display_name = ?, email = null, issuer = null,
                    subject = null, last_login_at = null, erased_at = ? where user_id = ?""", ERASED, time(now), userId.value());
        jdbc.update("delete from sign_in where user_id = ?", userId.value());
        jdbc.update("""
                update idempotency set fingerprint = 'erased', result = '{}', answer = '{}'
                where tenant = ? and result like '%"userId":"usr_%' and result::jsonb -> 'body' ->> 'userId' = ?""", tenant.value(), userId.value());
        jdbc.execute(
                "set local role keyledger_verifier; delete from verifier.password where user_id = ?; reset role",
                (PreparedStatement s) -> {
                    s.setString(1, userId.value());
                    return s.execute();
                });
    }

    /** Where a person has signed in from, newest first, at most {@code limit}. */
    public List<SignInRow> signIns(TenantId tenant, OwnerId userId, int limit) {
        return jdbc.query(
                """
                select sign_in_id, method, at, ip, user_agent from sign_in where tenant = ? and user_id = ?
                order by at desc, sign_in_id desc limit ?""",
                (row, _) -> new SignInRow(
                        row.getString(1),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant(),
                        row.getString(4),
                        row.getString(5)),
                tenant.value(),
                userId.value(),
                limit);
    }

    /** Forgets the sign-ins before {@code moment}. */
    public int forgetSignIns(Instant moment) {
        return jdbc.update("delete from sign_in where at < ?", time(moment));
    }

    /** Keeps what a password is checked against, in the caller's transaction. */
    void keep(OwnerId userId, String hash, Instant now) {
        String sql = """
                set local role keyledger_verifier;
                insert into verifier.password (user_id, hash, changed_at) values (?, ?, ?)
                    on conflict (user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at;
                reset role""";
        jdbc.execute(sql, (PreparedStatement s) -> {
            s.setString(1, userId.value());
            s.setString(2, hash);
            s.setObject(3, time(now));
            return s.execute();
        });
    }

    /** The person of that id, in that tenant. */
    public Optional<PersonRow> find(TenantId tenant, OwnerId userId) {
        return jdbc
                .query(
                        COLUMNS + "where tenant = ? and user_id = ?",
                        (row, _) -> row(row),
                        tenant.value(),
                        userId.value())
                .stream()
                .findFirst();
    }

    /** Who has that login, with what their password is checked against. */
    public Optional<Candidate> byLogin(TenantId tenant, String login) {
        return candidate(COLUMNS + "where tenant = ? and login_key = ?", tenant.value(), Profile.loginKey(login));
    }

    /** As {@link #byLogin}, for one who is known already. */
    public Optional<Candidate> byId(TenantId tenant, OwnerId userId) {
        return candidate(COLUMNS + "where tenant = ? and user_id = ?", tenant.value(), userId.value());
    }

    /** Who is that subject of that identity provider. */
    public Optional<PersonRow> bySubject(TenantId tenant, String issuer, String subject) {
        return jdbc
                .query(
                        COLUMNS + "where tenant = ? and issuer = ? and subject = ?",
                        (row, _) -> row(row),
                        tenant.value(),
                        issuer,
                        subject)
                .stream()
                .findFirst();
    }

    private Optional<Candidate> candidate(String sql, String tenant, String key) {
        return Optional.ofNullable(transaction.execute(_ -> {
            List<PersonRow> found = jdbc.query(sql, (row, _) -> row(row), tenant, key);
            // Asked for though there is nobody, so that both take as long.
            String userId = found.isEmpty() ? "" : found.getFirst().userId().value();
            String hash = hash(userId);
            return found.isEmpty() ? null : new Candidate(found.getFirst(), hash);
        }));
    }

    private @Nullable String hash(String userId) {
        String sql =
                "set local role keyledger_verifier; select hash from verifier.password where user_id = ?; reset role";
        return jdbc.execute(sql, (PreparedStatement s) -> {
            s.setString(1, userId);
            s.execute();
            s.getMoreResults();
            String hash;
            try (ResultSet rows = s.getResultSet()) {
                hash = rows.next() ? rows.getString(1) : null;
            }
            s.getMoreResults();
            return hash;
        });
    }

    /** The person who asks, and the policy of their tenant. */
    public Optional<Asking> asking(TenantId tenant, OwnerId userId) {
        return jdbc
                .query(
                        """
                        select p.user_id, p.roles, p.disabled or p.access_ended, p.access_ends_at, t.policy
                        from person p join tenant t on t.tenant = p.tenant where p.tenant = ? and p.user_id = ?""",
                        (row, _) -> new Asking(
                                new Account(
                                        new OwnerId(row.getString(1)),
                                        roles(row, 2),
                                        row.getBoolean(3),
                                        instant(row, 4)),
                                KeyTable.policy(row.getString(5))),
                        tenant.value(),
                        userId.value())
                .stream()
                .findFirst();
    }

    /** Whether there is such a tenant. */
    public boolean knows(TenantId tenant) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from tenant where tenant = ?)", Boolean.class, tenant.value()));
    }

    /** Those after {@code after} in the order of their ids, at most {@code limit}. */
    public List<PersonRow> list(TenantId tenant, String after, int limit) {
        return jdbc.query(
                COLUMNS + "where tenant = ? and user_id > ? order by user_id limit ?",
                (row, _) -> row(row),
                tenant.value(),
                after,
                limit);
    }

    /** Those of the ids that the tenant has. */
    public List<PersonRow> find(TenantId tenant, Collection<OwnerId> ids) {
        return jdbc.query(
                COLUMNS + "where tenant = ? and user_id = any (?) order by user_id",
                (row, _) -> row(row),
                tenant.value(),
                ids.stream().map(OwnerId::value).toArray(String[]::new));
    }

    /** Those whose login, name, address or id holds {@code text}, at most {@code limit}. */
    public List<PersonRow> search(TenantId tenant, String text, int limit) {
        String escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        String like = "%" + escaped + "%";
        return jdbc.query(COLUMNS + """
                        where tenant = ? and (login ilike ? or display_name ilike ? or email ilike ? or user_id ilike ?)
                        order by lower(display_name), user_id limit ?""", (row, _) -> row(row), tenant.value(), like, like, like, like, limit);
    }

    private static PersonRow row(ResultSet row) throws SQLException {
        return new PersonRow(
                new OwnerId(row.getString("user_id")),
                new Profile(
                        row.getString("login"),
                        row.getString("display_name"),
                        row.getString("email"),
                        row.getString("issuer"),
                        row.getString("subject")),
                row.getString("origin"),
                roles(row, row.findColumn("roles")),
                !row.getBoolean("disabled") && !row.getBoolean("access_ended"),
                instant(row, row.findColumn("access_ends_at")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, row.findColumn("last_login_at")),
                instant(row, row.findColumn("erased_at")));
    }

    /** The roles that a column of wire names holds. */
    public static Set<Role> roles(ResultSet row, int column) throws SQLException {
        List<String> wires = new ArrayList<>();
        Array array = row.getArray(column);
        if (array != null) {
            for (Object wire : (Object[]) array.getArray()) {
                wires.add(String.valueOf(wire));
            }
        }
        return Set.copyOf(Role.ofWire(wires));
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }
}
