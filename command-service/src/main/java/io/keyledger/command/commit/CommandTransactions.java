package io.keyledger.command.commit;

import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * What a command runs in. A {@link Grouped} one collects what it writes, and its commit is that of a group. Every other one,
 * and whatever runs outside of a command, has a transaction of its own from its beginning.
 */
public final class CommandTransactions implements TransactionManager {
    private final TransactionManager own;
    private final GroupCommit group;

    public CommandTransactions(TransactionManager own, GroupCommit group) {
        this.own = own;
        this.group = group;
    }

    @Override
    public Transaction startTransaction() {
        return CurrentUnitOfWork.map(this::startTransaction).orElseGet(own::startTransaction);
    }

    private Transaction startTransaction(UnitOfWork<?> work) {
        boolean first = WriteSet.current().isEmpty();
        return first && work.getMessage().getPayload() instanceof Grouped
                ? inGroup(WriteSet.attachedTo(work))
                : own.startTransaction();
    }

    private Transaction inGroup(WriteSet set) {
        return new Transaction() {
            @Override
            public void commit() {
                group.commit(set);
            }

            @Override
            public void rollback() {
                // Nothing is written before the commit.
            }
        };
    }
}
