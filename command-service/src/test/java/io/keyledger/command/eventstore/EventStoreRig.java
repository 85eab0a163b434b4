package io.keyledger.command.eventstore;

import javax.sql.DataSource;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.springframework.transaction.PlatformTransactionManager;

/** The beans of the event store, made as the service makes them. */
public final class EventStoreRig {
    private static final EventStoreConfiguration BEANS = new EventStoreConfiguration();

    private EventStoreRig() {}

    public static JsonbEventStorageEngine engine(
            DataSource dataSource, PlatformTransactionManager transactions, CommitSignal commits) {
        return BEANS.eventStorageEngine(
                BEANS.connectionProvider(dataSource),
                BEANS.axonTransactionManager(transactions, BEANS.groupCommit(transactions, dataSource, commits)),
                commits,
                dataSource);
    }

    public static TokenStore tokens(DataSource dataSource, String owner) {
        return BEANS.tokenStore(dataSource, owner);
    }
}
