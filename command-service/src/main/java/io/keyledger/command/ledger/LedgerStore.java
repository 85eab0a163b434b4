package io.keyledger.command.ledger;

import io.keyledger.command.commit.Columns;
import io.keyledger.command.ledger.Seal.Head;
import io.keyledger.command.ledger.Seal.Unconfirmed;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.events.view.ViewFold;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The SQL of the ledger and the view rows. Each method takes part in the transaction of the connection it is given. */
final class LedgerStore {
    private static final HexFormat HEX = HexFormat.of();
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private LedgerStore() {}

    /** A credential's verifier as the view records carry it. */
    record Verifier(String pepper, String verifier) {
        /** Of a credential whose verifier is gone: matches nothing. */
        static final Verifier GONE = new Verifier("none", BASE64URL.encodeToString(new byte[32]));
    }

    static long nextIndex(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT coalesce(max(index) + 1, 0) FROM ledger");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /**
     * The ends of those of the sources that exist.
     *
     * @param keys of the sources that are keys, their ids
     * @param users of the sources that are people, the ids of their principal records
     */
    static Map<String, Head> heads(
            Connection connection, Collection<String> sources, Map<String, String> keys, Map<String, String> users)
            throws SQLException {
        Map<KeyId, List<CredentialState>> credentials = credentials(connection, keys.values());
        Map<String, PrincipalRecord> people = principals(connection, users.values());
        Map<String, Head> heads = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
            SELECT s.source, l.sequence, l.hash FROM unnest(?) AS s(source) CROSS JOIN LATERAL
            (SELECT sequence, hash FROM ledger WHERE ledger.source = s.source ORDER BY sequence DESC LIMIT 1) AS l
            """)) {
            statement.setArray(1, connection.createArrayOf("text", sources.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String source = row.getString(1);
                    String key = keys.get(source);
                    heads.put(
                            source,
                            new Head(
                                    row.getLong(2),
                                    HEX.formatHex(row.getBytes(3)),
                                    key == null ? List.of() : credentials.getOrDefault(new KeyId(key), List.of()),
                                    people.get(users.get(source))));
                }
            }
        }
        return heads;
    }

    /** All credentials of the keys, by key, the oldest revision first. */
    static Map<KeyId, List<CredentialState>> credentials(Connection connection, Collection<String> keys)
            throws SQLException {
        Map<KeyId, List<CredentialState>> credentials = new LinkedHashMap<>();
        if (keys.isEmpty()) {
            return credentials;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
            SELECT credential_id, key_id, tenant, revision, state, kind, scope, owner, key_name, strict, not_after, expires_at, policy
            FROM view_credential WHERE key_id = ANY (?) ORDER BY revision, credential_id
            """)) {
            statement.setArray(1, connection.createArrayOf("text", keys.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    CredentialState credential = credential(row);
                    credentials
                            .computeIfAbsent(credential.keyId(), _ -> new ArrayList<>())
                            .add(credential);
                }
            }
        }
        return credentials;
    }

    /** Those of the credentials that are known. */
    static List<CredentialState> credentialsById(Connection connection, Collection<String> ids) throws SQLException {
        List<CredentialState> credentials = new ArrayList<>();
        if (ids.isEmpty()) {
            return credentials;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
            SELECT credential_id, key_id, tenant, revision, state, kind, scope, owner, key_name, strict, not_after, expires_at, policy
            FROM view_credential WHERE credential_id = ANY (?)
            """)) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    credentials.add(credential(row));
                }
            }
        }
        return credentials;
    }

    private static CredentialState credential(ResultSet row) throws SQLException {
        return new CredentialState(
                new CredentialId(row.getString("credential_id")),
                new KeyId(row.getString("key_id")),
                new TenantId(row.getString("tenant")),
                row.getLong("revision"),
                unwire(State.class, row.getString("state")),
                unwire(KeyKind.class, row.getString("kind")),
                unwire(Scope.class, row.getString("scope")),
                new OwnerId(row.getString("owner")),
                row.getString("key_name"),
                row.getBoolean("strict"),
                instant(row, "not_after"),
                instant(row, "expires_at"),
                UsagePolicy.ofText(row.getString("policy")));
    }

    private static <E extends Enum<E>> E unwire(Class<E> type, String wire) {
        return Enum.valueOf(type, wire.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Those of the principals that are known, by id. */
    static Map<String, PrincipalRecord> principals(Connection connection, Collection<String> ids) throws SQLException {
        Map<String, PrincipalRecord> principals = new HashMap<>();
        if (ids.isEmpty()) {
            return principals;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT id, tenant, revision, enabled, roles, ceiling, activity_granularity, token_addresses, token_countries FROM view_principal WHERE id = ANY (?)")) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String roles = row.getString(5);
                    String ceiling = row.getString(6);
                    principals.put(
                            row.getString(1),
                            new PrincipalRecord(
                                    row.getString(1),
                                    new TenantId(row.getString(2)),
                                    row.getLong(3),
                                    row.getBoolean(4),
                                    roles == null ? null : roles.isEmpty() ? List.of() : List.of(roles.split(",", -1)),
                                    ceiling == null ? null : unwire(Scope.class, ceiling),
                                    row.getString(7),
                                    ViewFold.list(row.getString(8)),
                                    ViewFold.list(row.getString(9))));
                }
            }
        }
        return principals;
    }

    /**
     * Writes what a batch has gained.
     *
     * @throws SQLException with SQLState 23505 when another sealer was faster
     */
    static void write(Connection connection, Seal seal) throws SQLException {
        insertEntries(connection, seal.entries);
        if (!seal.credentials.isEmpty()) {
            upsertCredentials(connection, List.copyOf(seal.credentials.values()));
        }
        if (!seal.principals.isEmpty()) {
            upsertPrincipals(connection, List.copyOf(seal.principals.values()));
        }
        if (!seal.unconfirmed.isEmpty()) {
            insertUnconfirmed(connection, seal.unconfirmed);
        }
        if (!seal.confirmed.isEmpty()) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM unconfirmed WHERE event_id = ANY (?)")) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid",
                                seal.confirmed.stream().map(UUID::fromString).toArray()));
                statement.executeUpdate();
            }
        }
    }

    private static void insertEntries(Connection connection, List<LedgerEntry> entries) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO ledger (index, source, sequence, event_id, type, tenant, partition_key, hash, bytes)
            SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
            new Columns<>(entries)
                    .bigint(LedgerEntry::index)
                    .text(LedgerEntry::source)
                    .bigint(LedgerEntry::sequence)
                    .uuid(LedgerEntry::eventId)
                    .text(LedgerEntry::type)
                    .text(LedgerEntry::tenant)
                    .text(LedgerEntry::partitionKey)
                    .bytes(e -> HEX.parseHex(e.hash()))
                    .bytes(LedgerEntry::bytes)
                    .bind(statement, 1);
            statement.executeUpdate();
        }
    }

    private static void upsertCredentials(Connection connection, List<CredentialState> credentials)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO view_credential (credential_id, key_id, tenant, revision, state, kind, scope, owner, key_name, strict,
                not_after, expires_at, policy)
            SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (credential_id) DO UPDATE SET revision = excluded.revision, state = excluded.state,
                scope = excluded.scope, key_name = excluded.key_name, strict = excluded.strict,
                not_after = excluded.not_after, expires_at = excluded.expires_at,
                policy = excluded.policy
            """)) {
            new Columns<>(credentials)
                    .text(c -> c.credentialId().value())
                    .text(c -> c.keyId().value())
                    .text(c -> c.tenant().value())
                    .bigint(CredentialState::revision)
                    .text(c -> RecordJson.wire(c.state()))
                    .text(c -> RecordJson.wire(c.kind()))
                    .text(c -> RecordJson.wire(c.scope()))
                    .text(c -> c.owner().value())
                    .text(CredentialState::keyName)
                    .bool(CredentialState::strict)
                    .time(c -> c.notAfter())
                    .time(c -> c.expiresAt())
                    .text(c -> UsagePolicy.text(c.policy()))
                    .bind(statement, 1);
            statement.executeUpdate();
        }
    }

    private static void upsertPrincipals(Connection connection, List<PrincipalRecord> principals) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO view_principal (id, tenant, revision, enabled, roles, ceiling, activity_granularity, token_addresses,
                token_countries)
            SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, enabled = excluded.enabled,
                roles = excluded.roles, ceiling = excluded.ceiling, activity_granularity = excluded.activity_granularity,
                token_addresses = excluded.token_addresses, token_countries = excluded.token_countries
            """)) {
            new Columns<>(principals)
                    .text(PrincipalRecord::id)
                    .text(p -> p.tenant().value())
                    .bigint(PrincipalRecord::revision)
                    .bool(PrincipalRecord::enabled)
                    .text(p -> p.roles() == null ? null : String.join(",", p.roles()))
                    .text(p -> p.ceiling() == null ? null : p.ceiling().wire())
                    .text(PrincipalRecord::activityGranularity)
                    .text(p -> p.tokenAddresses() == null ? null : String.join(",", p.tokenAddresses()))
                    .text(p -> p.tokenCountries() == null ? null : String.join(",", p.tokenCountries()))
                    .bind(statement, 1);
            statement.executeUpdate();
        }
    }

    private static void insertUnconfirmed(Connection connection, List<Unconfirmed> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO unconfirmed (event_id, key_id, ledger_index, strict, time) SELECT * FROM unnest(?, ?, ?, ?, ?)
            """)) {
            new Columns<>(rows)
                    .uuid(Unconfirmed::eventId)
                    .text(Unconfirmed::keyId)
                    .bigint(Unconfirmed::index)
                    .bool(Unconfirmed::strict)
                    .time(u -> u.time())
                    .bind(statement, 1);
            statement.executeUpdate();
        }
    }

    /** The entries from {@code index} on, in order. */
    static List<LedgerEntry> entries(Connection connection, long index, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
            SELECT index, source, sequence, event_id, type, tenant, partition_key, hash, bytes FROM ledger
            WHERE index >= ? AND index < ? ORDER BY index
            """)) {
            statement.setLong(1, index);
            statement.setLong(2, index + limit);
            try (ResultSet row = statement.executeQuery()) {
                List<LedgerEntry> entries = new ArrayList<>();
                while (row.next()) {
                    entries.add(new LedgerEntry(
                            row.getLong(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7),
                            HEX.formatHex(row.getBytes(8)),
                            row.getBytes(9)));
                }
                return entries;
            }
        }
    }

    /** The index of the event of that id. */
    static Optional<LedgerEntry> entry(Connection connection, UUID eventId) throws SQLException {
        long index;
        try (PreparedStatement statement = connection.prepareStatement("SELECT index FROM ledger WHERE event_id = ?")) {
            statement.setObject(1, eventId);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                index = row.getLong(1);
            }
        }
        return entries(connection, index, 1).stream().findFirst();
    }

    static List<Unconfirmed> unconfirmed(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT event_id, key_id, ledger_index, strict, time FROM unconfirmed ORDER BY ledger_index");
                ResultSet row = statement.executeQuery()) {
            List<Unconfirmed> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(new Unconfirmed(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getBoolean(4),
                        row.getObject(5, OffsetDateTime.class).toInstant()));
            }
            return rows;
        }
    }

    /**
     * The verifiers of the credentials: the one place outside the commands that sees them. Takes the role that may read them
     * for this one statement, in the same round trip.
     */
    static Map<CredentialId, Verifier> verifiers(Connection connection, Collection<CredentialId> credentials)
            throws SQLException {
        Map<CredentialId, Verifier> verifiers = new HashMap<>();
        if (credentials.isEmpty()) {
            return verifiers;
        }
        try (PreparedStatement statement = connection.prepareStatement("SET LOCAL ROLE keyledger_verifier;"
                + " SELECT credential_id, pepper, verifier FROM verifier.verifier WHERE credential_id = ANY (?);"
                + " RESET ROLE")) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            credentials.stream().map(CredentialId::value).toArray()));
            boolean rows = statement.execute();
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    try (ResultSet row = statement.getResultSet()) {
                        while (row.next()) {
                            verifiers.put(
                                    new CredentialId(row.getString(1)),
                                    new Verifier(row.getString(2), BASE64URL.encodeToString(row.getBytes(3))));
                        }
                    }
                }
                rows = statement.getMoreResults();
            }
        }
        return verifiers;
    }

    static long published(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT next_index FROM publisher WHERE name = 'kafka'");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** How far each partition of the view topics is known to be in order. */
    static Map<TopicPartition, Long> repaired(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT topic, partition, next_offset FROM view_repair");
                ResultSet row = statement.executeQuery()) {
            Map<TopicPartition, Long> positions = new HashMap<>();
            while (row.next()) {
                positions.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3));
            }
            return positions;
        }
    }

    static void saveRepaired(Connection connection, Map<TopicPartition, Long> positions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
            INSERT INTO view_repair (topic, partition, next_offset) VALUES (?, ?, ?)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """)) {
            for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
                statement.setString(1, position.getKey().topic());
                statement.setInt(2, position.getKey().partition());
                statement.setLong(3, position.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Saves that everything before {@code nextIndex} is acknowledged; never goes back. */
    static void savePublished(Connection connection, long nextIndex) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE publisher SET next_index = ? WHERE name = 'kafka' AND next_index < ?")) {
            statement.setLong(1, nextIndex);
            statement.setLong(2, nextIndex);
            statement.executeUpdate();
        }
    }
}
