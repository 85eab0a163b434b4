package io.keyledger.command.dispatch;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Tells what an exception means for the one who asked. Pure. */
public final class Outage {
    private static final int MAX_CAUSES = 20;

    private Outage() {}

    /** Whether the database is away, or says that it is about to be. */
    public static boolean isDatabaseAway(Throwable thrown) {
        Throwable t = thrown;
        for (int i = 0; t != null && i < MAX_CAUSES; i++, t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException
                    || t instanceof DataAccessResourceFailureException
                    || t instanceof CannotCreateTransactionException
                    || t instanceof TransactionSystemException
                    || t instanceof SQLException e && isAwayState(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the same command may do better a moment later: somebody else changed the same thing. */
    public static boolean isConflict(Throwable thrown) {
        Throwable t = thrown;
        for (int i = 0; t != null && i < MAX_CAUSES; i++, t = t.getCause()) {
            if (t instanceof ConcurrencyException || t instanceof ConcurrencyFailureException) {
                return true;
            }
        }
        return false;
    }

    /** Connection exceptions, insufficient resources, operator intervention, system errors, time-outs of a transaction. */
    private static boolean isAwayState(@org.jspecify.annotations.Nullable String state) {
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57")
                        || state.startsWith("58")
                        || state.equals("25P02")
                        || state.equals("25P03")
                        || state.equals("25P04"));
    }
}
