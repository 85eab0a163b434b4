package io.keyledger.command.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.keyledger.command.eventstore.CommitSignal;
import io.keyledger.command.eventstore.EventStoreRig;
import io.keyledger.command.eventstore.JsonbEventStorageEngine;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyEvent.KeyRevoked;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts of the ledger on real servers, in a schema made anew, without the rest of the service. */
public final class Rig implements AutoCloseable {
    public final String instance = "inst-" + UUID.randomUUID().toString().substring(0, 8);
    public final HikariDataSource dataSource;
    public final DataSourceTransactionManager transactionManager;
    public final TransactionTemplate transactions;
    public final JdbcTemplate jdbc;
    public final CommitSignal commits;
    public final JsonbEventStorageEngine events;
    public final Map<String, Object> kafka;
    public final Map<String, Object> edgeKafka;
    /** Of a reader of the audit. */
    public final Map<String, Object> queryKafka;

    public Rig() throws IOException, SQLException {
        Platform servers = TestServers.running();
        Servers.Postgres postgres = servers.servers().postgres();
        try (Connection superuser =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), postgres.password());
                Statement statement = superuser.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS command CASCADE");
            statement.execute("CREATE SCHEMA command AUTHORIZATION keyledger_command");
            statement.execute("DROP TABLE IF EXISTS verifier.verifier, verifier.password, vault.secret");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.jdbcUrl());
        config.setUsername("keyledger_command");
        config.setPassword(servers.postgresPassword("keyledger_command"));
        config.setMaximumPoolSize(40);
        config.setConnectionTimeout(2_000);
        config.addDataSourceProperty("options", "-c transaction_timeout=10s");
        dataSource = new HikariDataSource(config);
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("command")
                .createSchemas(false)
                .load()
                .migrate();
        transactionManager = new DataSourceTransactionManager(dataSource);
        transactions = new TransactionTemplate(transactionManager);
        jdbc = new JdbcTemplate(dataSource);
        commits = new CommitSignal();
        events = EventStoreRig.engine(dataSource, transactionManager, commits);
        kafka = client(servers.kafkaProperties("command-service"));
        edgeKafka = client(servers.kafkaProperties("auth-edge"));
        queryKafka = client(servers.kafkaProperties("query-service"));
    }

    /** The server that holds it. */
    public static ManagedProcess postgres() {
        return TestServers.running().process("postgresql");
    }

    /** What the service has to be told to run on it. */
    public Map<String, Object> settings() {
        DataDir dir = TestServers.running().dataDir();
        return Map.of(
                "spring.datasource.url", dataSource.getJdbcUrl(),
                "spring.datasource.username", dataSource.getUsername(),
                "spring.datasource.password", dataSource.getPassword(),
                "keyledger.instance", instance,
                "keyledger.peppers", dir.peppers().toString(),
                "keyledger.tls.ca", dir.ca().toString(),
                "keyledger.tls.certificate", dir.certificate("command-service").toString(),
                "keyledger.tls.private-key", dir.privateKey("command-service").toString());
    }

    private static Map<String, Object> client(Properties properties) {
        Map<String, Object> client = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        return client;
    }

    Sealer sealer(String owner, Runnable sealed) {
        return new Sealer(
                instance,
                Clock.systemUTC(),
                EventStoreRig.tokens(dataSource, owner),
                transactions,
                dataSource,
                commits,
                sealed);
    }

    Publisher publisher(PublishListener listener) {
        return new Publisher(transactions, dataSource, this::producer, listener);
    }

    ViewRepair repair(Publisher publisher, int maxSuspects) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        return new ViewRepair(
                transactions,
                dataSource,
                () -> new KafkaConsumer<>(ViewRepair.consumerSettings(kafka), bytes, bytes),
                publisher,
                maxSuspects);
    }

    Producer<byte[], byte[]> producer() {
        ByteArraySerializer bytes = new ByteArraySerializer();
        return new KafkaProducer<>(Publisher.producerSettings(kafka), bytes, bytes);
    }

    /** Appends within the transaction of the caller, or in one of its own. */
    public String append(KeyEvent event, long sequence) {
        return append(event.keyId().value(), event, sequence);
    }

    public String append(String aggregate, Event event, long sequence) {
        return append(aggregate, event, sequence, Instant.now());
    }

    String append(String aggregate, Event event, long sequence, Instant time) {
        GenericDomainEventMessage<Event> message = new GenericDomainEventMessage<>(
                "test",
                aggregate,
                sequence - 1,
                event,
                Map.of("tenant", "t_default", "authtype", "user", "authid", "usr_test", "requestId", "req_1"),
                Ids.newEventId(time),
                time);
        transactions.executeWithoutResult(_ -> events.appendEvents(message));
        return message.getIdentifier();
    }

    /** A created key, with a verifier, in one transaction. */
    public String create(KeyId key, CredentialId credential) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            verifier(key, credential);
            return append(created(key, credential), 1);
        }));
    }

    public void verifier(KeyId key, CredentialId credential) {
        transactions.executeWithoutResult(_ -> {
            jdbc.execute("SET LOCAL ROLE keyledger_verifier");
            jdbc.update(
                    "INSERT INTO verifier.verifier (credential_id, key_id, pepper, verifier) VALUES (?, ?, 'p1', ?)",
                    credential.value(),
                    key.value(),
                    new byte[32]);
            jdbc.execute("RESET ROLE");
        });
    }

    public static KeyCreated created(KeyId key, CredentialId credential) {
        return new KeyCreated(
                key, "Name", null, KeyKind.KEY, Scope.READ_ONLY, new OwnerId("usr_test"), credential, false, null);
    }

    public static KeyRevoked revoked(KeyId key, CredentialId credential) {
        return new KeyRevoked(key, "Name", List.of(credential), RevocationReason.COMPROMISED, null);
    }

    public static KeyId newKey() {
        return Ids.newKeyId(Instant.now());
    }

    /** The ledger from its beginning. */
    List<LedgerEntry> ledger() {
        return transactions.execute(
                _ -> jdbc.execute((org.springframework.jdbc.core.ConnectionCallback<List<LedgerEntry>>)
                        connection -> LedgerStore.entries(connection, 0, 1_000_000)));
    }

    /** The event in those bytes. */
    static CloudEvent event(byte[] bytes) {
        CloudEvent event = CloudEvent.read(bytes);
        if (event == null) {
            throw new AssertionError("unknown type");
        }
        return event;
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
