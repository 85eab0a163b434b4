package io.keyledger.command.commit;

import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** What a handler of a command on a key does, without the command. */
public final class InCommand {
    private InCommand() {}

    /** Runs {@code handler} and commits what it has had written. */
    public static void run(TransactionOperations transactions, JdbcTemplate jdbc, Runnable handler) {
        UnitOfWork<?> work = DefaultUnitOfWork.startAndGet(new GenericMessage<>("test"));
        try {
            WriteSet set = WriteSet.attachedTo(work);
            handler.run();
            new GroupCommit(1, transactions, jdbc, () -> {}).commit(set);
        } finally {
            work.rollback();
        }
    }
}
