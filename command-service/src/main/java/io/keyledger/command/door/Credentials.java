package io.keyledger.command.door;

import io.keyledger.command.key.KeyTable;
import io.keyledger.command.people.Account;
import io.keyledger.command.people.PersonTable;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Verdict.Code;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks presented keys up in the tables that the commands themselves write. Safe from any thread. */
@Component
class Credentials {
    private static final String KEY_COLUMNS = """
            select k.key_id, k.tenant, k.owner, k.name, k.kind, k.scope, k.status, k.expires_at, k.current_credential,
                k.previous_credential, k.previous_until, t.policy, k.usage_policy, p.user_id, p.roles, p.access_ends_at,
                p.disabled or p.access_ended as shut
            from key k join tenant t on t.tenant = k.tenant
                left join person p on p.user_id = k.owner and p.tenant = k.tenant
            """;
    private static final byte[] NO_VERIFIER = new byte[32];

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Peppers peppers;

    Credentials(JdbcTemplate jdbc, PlatformTransactionManager transactions, Peppers peppers) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.peppers = peppers;
    }

    /** What a look-up has come to: the key whose own secret was presented, or why there is none. */
    record Found(Code code, @Nullable Registered key) {}

    /** @param hmac base64 */
    private record Verifier(String keyId, String pepper, String hmac) {}

    private record Rows(
            @Nullable Verifier verifier, @Nullable Registered key) {}

    /** The key that {@code presented} is a secret of. An id that is not known costs the same work as one that is. */
    Found find(PresentedKey presented) {
        Rows rows = transaction.execute(_ -> rows(presented.credentialId()));
        Verifier verifier = rows == null ? null : rows.verifier();
        if (verifier == null || !peppers.knows(verifier.pepper())) {
            boolean never = MessageDigest.isEqual(peppers.verifier(peppers.current(), presented), NO_VERIFIER);
            return new Found(never ? Code.MISMATCH : Code.UNKNOWN, null);
        }
        if (!MessageDigest.isEqual(
                peppers.verifier(verifier.pepper(), presented),
                Base64.getDecoder().decode(verifier.hmac()))) {
            return new Found(Code.MISMATCH, null);
        }
        Registered key = rows.key();
        return key == null ? new Found(Code.UNKNOWN, null) : new Found(Code.ACCEPTED, key);
    }

    private Rows rows(CredentialId credential) {
        String sql = """
                set local role keyledger_verifier;
                select key_id, pepper, encode(verifier, 'base64') from verifier.verifier where credential_id = ?;
                reset role;
                """ + KEY_COLUMNS + "where k.current_credential = ? or k.previous_credential = ?";
        Rows rows = jdbc.execute(sql, (PreparedStatement s) -> {
            s.setString(1, credential.value());
            s.setString(2, credential.value());
            s.setString(3, credential.value());
            s.execute();
            s.getMoreResults();
            Verifier verifier;
            try (ResultSet found = s.getResultSet()) {
                verifier =
                        found.next() ? new Verifier(found.getString(1), found.getString(2), found.getString(3)) : null;
            }
            s.getMoreResults();
            s.getMoreResults();
            try (ResultSet found = s.getResultSet()) {
                return new Rows(verifier, found.next() ? key(found, credential) : null);
            }
        });
        if (rows != null && rows.key() == null && rows.verifier() != null) {
            // A credential that was replaced before the last one: its key does not name it any more.
            Registered key = jdbc.query(
                    KEY_COLUMNS + "where k.key_id = ?",
                    found -> found.next() ? key(found, credential) : null,
                    rows.verifier().keyId());
            return new Rows(rows.verifier(), key);
        }
        return rows == null ? new Rows(null, null) : rows;
    }

    private static Registered key(ResultSet row, CredentialId presented) throws SQLException {
        Scope scope = Scope.ofWire(row.getString("scope"));
        if (scope == null) {
            throw new IllegalStateException("unknown scope in table key");
        }
        return new Registered(
                new KeyId(row.getString("key_id")),
                presented,
                new TenantId(row.getString("tenant")),
                new OwnerId(row.getString("owner")),
                row.getString("name"),
                KeyKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                scope,
                row.getString("status"),
                time(row, "expires_at"),
                row.getString("current_credential"),
                row.getString("previous_credential"),
                time(row, "previous_until"),
                KeyTable.policy(row.getString("policy")),
                UsagePolicy.ofText(row.getString("usage_policy")),
                person(row));
    }

    /** The owner, when that is a person of the same tenant. */
    private static @Nullable Account person(ResultSet row) throws SQLException {
        String userId = row.getString("user_id");
        return userId == null
                ? null
                : new Account(
                        new OwnerId(userId),
                        PersonTable.roles(row, row.findColumn("roles")),
                        row.getBoolean("shut"),
                        time(row, "access_ends_at"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
