package io.keyledger.command.eventstore;

import com.zaxxer.hikari.HikariDataSource;
import io.keyledger.command.commit.CommandTransactions;
import io.keyledger.command.commit.GroupCommit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Axon over our PostgreSQL. Each of these is declared here on purpose: left to itself, Axon's auto-configuration ends with
 * no transaction manager at all on Spring Boot 4, silently.
 */
@Configuration(proxyBeanMethods = false)
class EventStoreConfiguration {
    /** After this, another process may go on where the owner of a token fell silent. */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(10);

    /** How many groups of commands may be committed at a time. */
    private static final int COMMITS = 1;

    /**
     * What every connection is opened with. The sealer takes a hole in the event store for a transaction that is open; that
     * none is open for long is what lets it go on some day. Every statement here is made for an index; PostgreSQL would choose
     * otherwise while the tables are small, and would keep to that plan while they grow.
     */
    private static final String SESSION =
            "-c transaction_timeout=10s -c idle_in_transaction_session_timeout=10s -c enable_seqscan=off";

    @Bean
    static BeanPostProcessor connectionSettings() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool) {
                    pool.getDataSourceProperties().putIfAbsent("options", SESSION);
                }
                return bean;
            }
        };
    }

    @Bean
    GroupCommit groupCommit(PlatformTransactionManager transactions, DataSource dataSource, CommitSignal signal) {
        return new GroupCommit(
                COMMITS, new TransactionTemplate(transactions), new JdbcTemplate(dataSource), signal::committed);
    }

    @Bean
    TransactionManager axonTransactionManager(PlatformTransactionManager transactions, GroupCommit commits) {
        return new CommandTransactions(new SpringTransactionManager(transactions), commits);
    }

    @Bean
    ConnectionProvider connectionProvider(DataSource dataSource) {
        return new UnitOfWorkAwareConnectionProviderWrapper(new SpringDataSourceConnectionProvider(dataSource));
    }

    @Bean
    CommitSignal commitSignal() {
        return new CommitSignal();
    }

    @Bean
    JsonbEventStorageEngine eventStorageEngine(
            ConnectionProvider connections,
            TransactionManager transactions,
            CommitSignal signal,
            DataSource dataSource) {
        return new JsonbEventStorageEngine(
                connections, transactions, new StoredJson(), signal, new EventStreams(new JdbcTemplate(dataSource)));
    }

    @Bean(destroyMethod = "shutDown")
    EmbeddedEventStore eventStore(JsonbEventStorageEngine engine) {
        return EmbeddedEventStore.builder().storageEngine(engine).build();
    }

    /**
     * The owner's name is host and port, not the process id: one process at a time can hold the port, so that a process that
     * was killed goes on at once when it is started again.
     */
    @Bean
    TokenStore tokenStore(DataSource dataSource, @Value("${server.port:8444}") String port) {
        return JdbcTokenStore.builder()
                .connectionProvider(new SpringDataSourceConnectionProvider(dataSource))
                .serializer(new StoredJson())
                .schema(TokenSchema.builder()
                        .setTokenTable("token")
                        .setProcessorNameColumn("processor")
                        .setSegmentColumn("segment")
                        .setTokenColumn("token")
                        .setTokenTypeColumn("token_type")
                        .setTimestampColumn("time")
                        .setOwnerColumn("owner")
                        .build())
                .claimTimeout(CLAIM_TIMEOUT)
                .nodeId(hostName() + ":" + port)
                .contentType(String.class)
                .build();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
