package io.keyledger.query.keys;

import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.query.keys.KeyProjection.Circumstances;
import io.keyledger.query.keys.KeyRow.Credential;
import io.keyledger.query.keys.KeyRow.Ended;
import io.keyledger.query.keys.KeyRow.Status;
import io.keyledger.query.keys.KeyRow.Suspended;
import io.keyledger.query.log.Columns;
import io.keyledger.query.log.LoggedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Keys in PostgreSQL: what {@link KeyProjection} makes of them, read and written whole, in the caller's transaction. */
public final class KeyStore {
    /** The columns of a row, in the order in which {@link #row} reads them. */
    static final String COLUMNS = """
            k.key_id, k.tenant, k.sequence, k.name, k.description, k.kind, k.scope, k.owner, k.strict, k.status, \
            k.created_at, k.created_by, k.updated_at, k.expires_at, k.secret_since, k.ended_at, k.ended_by, k.end_reason, \
            k.end_reason_code, k.suspended_at, k.suspend_reason, k.confirmed_at, k.recoverable, k.policy""";

    private static final String PUT = """
            insert into key (key_id, tenant, sequence, name, description, kind, scope, owner, strict, status, created_at,
              created_by, updated_at, expires_at, secret_since, ended_at, ended_by, end_reason, end_reason_code,
              suspended_at, suspend_reason, confirmed_at, recoverable, policy)
            select * from unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
              ?::boolean[], ?::text[], ?::timestamptz[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::timestamptz[],
              ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::timestamptz[], ?::boolean[],
              ?::jsonb[])
            on conflict (key_id) do update set
              sequence = excluded.sequence, name = excluded.name, description = excluded.description,
              scope = excluded.scope, strict = excluded.strict, status = excluded.status,
              updated_at = excluded.updated_at, secret_since = excluded.secret_since, ended_at = excluded.ended_at,
              ended_by = excluded.ended_by, end_reason = excluded.end_reason, end_reason_code = excluded.end_reason_code,
              suspended_at = excluded.suspended_at, suspend_reason = excluded.suspend_reason,
              confirmed_at = excluded.confirmed_at, recoverable = excluded.recoverable, policy = excluded.policy""";

    private static final String PUT_CREDENTIALS = """
            insert into credential (credential_id, key_id, created_at, valid_until, ended_at)
            select * from unnest(?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::timestamptz[])
            on conflict (credential_id) do update set valid_until = excluded.valid_until, ended_at = excluded.ended_at""";

    private KeyStore() {}

    /** Folds the events about keys into their rows. */
    public static void fold(Connection connection, List<LoggedEvent> events) throws SQLException {
        TreeSet<String> ids = new TreeSet<>();
        for (LoggedEvent event : events) {
            if (event.data() instanceof KeyEvent e) {
                ids.add(e.keyId().value());
            }
        }
        if (ids.isEmpty()) {
            return;
        }
        Map<String, KeyRow> rows = load(connection, ids);
        KeyCount counts = new KeyCount();
        Map<String, String> created = new TreeMap<>();
        rows.values().forEach(counts::less);
        for (LoggedEvent event : events) {
            if (event.data() instanceof KeyEvent e) {
                String id = e.keyId().value();
                rows.put(
                        id,
                        KeyProjection.project(
                                rows.get(id),
                                e,
                                new Circumstances(event.tenant(), event.sequence(), event.time(), event.actor())));
                if (e instanceof KeyCreated) {
                    created.put(id, event.tenant());
                }
            }
        }
        put(connection, new TreeMap<>(rows).values());
        unused(connection, created);
        rows.values().forEach(counts::more);
        // Last: these few rows are everybody's, and held until the commit.
        counts.add(connection);
    }

    /** A new key's row of uses; it may have been used before its creation was read here, for that lies in another topic. */
    private static void unused(Connection connection, Map<String, String> created) throws SQLException {
        Columns rows = new Columns("text", "text");
        created.forEach(rows::add);
        rows.execute(connection, """
                insert into key_use (key_id, tenant, accepted, refused)
                select id, tenant, 0, 0 from unnest(?::text[], ?::text[]) as a (id, tenant) on conflict (key_id) do nothing""");
    }

    static Map<String, KeyRow> load(Connection connection, Collection<String> ids) throws SQLException {
        Map<String, List<Credential>> credentials = credentials(connection, ids);
        Map<String, KeyRow> rows = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select " + COLUMNS + " from key k where k.key_id = any (?)")) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    KeyRow row = row(result, credentials.getOrDefault(result.getString(1), List.of()));
                    rows.put(row.keyId().value(), row);
                }
            }
        }
        return rows;
    }

    static Map<String, List<Credential>> credentials(Connection connection, Collection<String> ids)
            throws SQLException {
        Map<String, List<Credential>> credentials = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select key_id, credential_id, created_at, valid_until, ended_at from credential where key_id = any (?)
                order by key_id, created_at, valid_until nulls last""")) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    credentials
                            .computeIfAbsent(result.getString(1), id -> new ArrayList<>())
                            .add(new Credential(
                                    new CredentialId(result.getString(2)),
                                    time(result, 3),
                                    timeOrNull(result, 4),
                                    timeOrNull(result, 5)));
                }
            }
        }
        return credentials;
    }

    static KeyRow row(ResultSet r, List<Credential> credentials) throws SQLException {
        Instant endedAt = timeOrNull(r, 16);
        String endedBy = r.getString(17);
        String reasonCode = r.getString(19);
        Instant suspendedAt = timeOrNull(r, 20);
        Scope scope = Scope.ofWire(r.getString(7));
        if (scope == null) {
            throw new IllegalStateException("a row holds an unknown scope");
        }
        return new KeyRow(
                new KeyId(r.getString(1)),
                r.getString(2),
                r.getLong(3),
                r.getString(4),
                r.getString(5),
                KeyKind.valueOf(r.getString(6)),
                scope,
                new OwnerId(r.getString(8)),
                r.getBoolean(9),
                Status.valueOf(r.getString(10)),
                time(r, 11),
                r.getString(12),
                time(r, 13),
                timeOrNull(r, 14),
                time(r, 15),
                credentials,
                endedAt == null || endedBy == null
                        ? null
                        : new Ended(
                                endedAt,
                                endedBy,
                                r.getString(18),
                                reasonCode == null ? null : RevocationReason.valueOf(reasonCode)),
                suspendedAt == null ? null : new Suspended(suspendedAt, r.getString(21)),
                timeOrNull(r, 22),
                r.getBoolean(23),
                UsagePolicy.ofText(r.getString(24)));
    }

    private static void put(Connection connection, Collection<KeyRow> rows) throws SQLException {
        Columns keys = new Columns(
                "text",
                "text",
                "bigint",
                "text",
                "text",
                "text",
                "text",
                "text",
                "boolean",
                "text",
                "timestamptz",
                "text",
                "timestamptz",
                "timestamptz",
                "timestamptz",
                "timestamptz",
                "text",
                "text",
                "text",
                "timestamptz",
                "text",
                "timestamptz",
                "boolean",
                "jsonb");
        Columns credentials = new Columns("text", "text", "timestamptz", "timestamptz", "timestamptz");
        for (KeyRow k : rows) {
            Ended ended = k.ended();
            RevocationReason reasonCode = ended == null ? null : ended.reasonCode();
            Suspended suspended = k.suspended();
            keys.add(
                    k.keyId().value(),
                    k.tenant(),
                    k.sequence(),
                    k.name(),
                    k.description(),
                    k.kind().name(),
                    RecordJson.wire(k.scope()),
                    k.owner().value(),
                    k.strict(),
                    k.status().name(),
                    k.createdAt(),
                    k.createdBy(),
                    k.updatedAt(),
                    k.expiresAt(),
                    k.secretSince(),
                    ended == null ? null : ended.at(),
                    ended == null ? null : ended.by(),
                    ended == null ? null : ended.reason(),
                    reasonCode == null ? null : reasonCode.name(),
                    suspended == null ? null : suspended.at(),
                    suspended == null ? null : suspended.reason(),
                    k.confirmedAt(),
                    k.recoverable(),
                    UsagePolicy.text(k.policy()));
            for (Credential c : k.credentials()) {
                credentials.add(
                        c.credentialId().value(), k.keyId().value(), c.createdAt(), c.validUntil(), c.endedAt());
            }
        }
        keys.execute(connection, PUT);
        credentials.execute(connection, PUT_CREDENTIALS);
    }

    static Instant time(ResultSet result, int column) throws SQLException {
        return result.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant timeOrNull(ResultSet result, int column) throws SQLException {
        OffsetDateTime time = result.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
