package io.keyledger.standalone;

import io.keyledger.events.Topics;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What must exist in the servers before a service starts: roles and schemas, topics, users and access lists. Everything is
 * made when missing and left alone when there, but for settings of topics that nobody has set yet, at every start, whatever implements {@link Servers}.
 *
 * @param commandPassword of the role keyledger_command
 * @param queryPassword of the role keyledger_query
 * @param kafkaUsers passwords by principal, without the administrator
 */
public record Provisioning(String commandPassword, String queryPassword, Map<String, String> kafkaUsers) {
    public static final String COMMAND_ROLE = "keyledger_command";
    public static final String QUERY_ROLE = "keyledger_query";

    private static final int SCRAM_ITERATIONS = 8192;
    private static final short ONE_REPLICA = 1;

    /** @throws StartFailure when PostgreSQL refuses */
    public void postgres(Servers.Postgres access) throws IOException {
        try {
            try (Connection connection = connect(access, "postgres");
                    Statement statement = connection.createStatement()) {
                if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = 'keyledger'")) {
                    statement.execute("CREATE DATABASE keyledger");
                }
            }
            try (Connection connection = connect(access, Servers.Postgres.DATABASE);
                    Statement statement = connection.createStatement()) {
                if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + QUERY_ROLE + "'")) {
                    connection.setAutoCommit(false);
                    statement.execute(Resource.text("postgresql.sql")
                            .replace(":'command_password'", quoted(commandPassword))
                            .replace(":'query_password'", quoted(queryPassword)));
                    connection.commit();
                } else {
                    // For what was made by a version that did not need it.
                    statement.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA query");
                }
                if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = 'keyledger_vault'")) {
                    connection.setAutoCommit(false);
                    statement.execute(Resource.text("vault.sql"));
                    connection.commit();
                }
            }
        } catch (SQLException e) {
            // Its message could hold the statement, and that holds passwords.
            throw new StartFailure(
                    "PostgreSQL refused to make the platform's roles and schemas (SQLState " + e.getSQLState() + ")");
        }
    }

    private static Connection connect(Servers.Postgres access, String database) throws SQLException {
        return DriverManager.getConnection(access.jdbcUrl(database), access.superuser(), access.password());
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** @throws StartFailure when Kafka refuses */
    public void kafka(Servers.Kafka access) throws InterruptedException {
        try (Admin admin = Admin.create(access.adminProperties())) {
            createUsers(admin);
            Set<String> there = admin.listTopics().names().get();
            createTopics(admin, there);
            configureTopics(admin, there);
            createAccessLists(admin);
        } catch (ExecutionException e) {
            throw new StartFailure(
                    "Kafka refused to make the platform's topics, users or access lists: " + e.getCause(), e);
        }
    }

    private void createUsers(Admin admin) throws ExecutionException, InterruptedException {
        Set<String> there = admin.describeUserScramCredentials().all().get().keySet();
        List<UserScramCredentialAlteration> missing = new ArrayList<>();
        kafkaUsers.forEach((user, password) -> {
            if (!there.contains(user)) {
                missing.add(new UserScramCredentialUpsertion(
                        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS), password));
            }
        });
        if (!missing.isEmpty()) {
            admin.alterUserScramCredentials(missing).all().get();
        }
    }

    private static void createTopics(Admin admin, Set<String> there) throws ExecutionException, InterruptedException {
        List<NewTopic> missing = Topics.ALL.stream()
                .filter(topic -> !there.contains(topic.name()))
                .map(topic -> new NewTopic(topic.name(), topic.partitions(), ONE_REPLICA).configs(topic.config()))
                .toList();
        for (var created : admin.createTopics(missing).values().values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    /**
     * What an earlier version did not set, and nobody since. What an operator has set stays.
     *
     * @param existing topics that were there before: of one just made the broker may not know yet
     */
    private static void configureTopics(Admin admin, Set<String> existing)
            throws ExecutionException, InterruptedException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        Map<ConfigResource, Config> there = admin.describeConfigs(Topics.ALL.stream()
                        .filter(topic -> existing.contains(topic.name()))
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                        .toList())
                .all()
                .get();
        for (Topics.Spec topic : Topics.ALL) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            Config config = there.get(resource);
            topic.config().forEach((name, value) -> {
                ConfigEntry entry = config == null ? null : config.get(name);
                if (entry != null && entry.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    changes.computeIfAbsent(resource, _ -> new ArrayList<>())
                            .add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
                }
            });
        }
        if (!changes.isEmpty()) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    private static void createAccessLists(Admin admin) throws ExecutionException, InterruptedException {
        Collection<AclBinding> there =
                admin.describeAcls(AclBindingFilter.ANY).values().get();
        List<AclBinding> missing = AccessList.bindings().stream()
                .filter(binding -> !there.contains(binding))
                .toList();
        if (!missing.isEmpty()) {
            admin.createAcls(missing).all().get();
        }
    }
}
