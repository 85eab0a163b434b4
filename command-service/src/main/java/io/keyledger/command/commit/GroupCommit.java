package io.keyledger.command.commit;

import io.keyledger.command.commit.Convoy.Request;
import io.keyledger.command.commit.Rows.Step;
import io.keyledger.command.commit.WriteSet.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Commits what commands write: those that are ready at the same time together, in one transaction and three round trips,
 * however many they are. For each of them it is as if it were alone: it is answered once its rows are committed, and what
 * keeps one from being written keeps no other.
 *
 * <p>First goes what may be turned down: a name, a slot, an Idempotency-Key. When a row is, the transaction is rolled back
 * and done again without that command, which then goes alone and learns why. What cannot be turned down follows, the events
 * last: so no refusal leaves a hole in their numbers. When a statement fails nevertheless, or waits for somebody else's lock,
 * PostgreSQL does not say for whose row, and all of the group go alone: each on its own thread, in a transaction of its own.
 */
public final class GroupCommit {
    /** Nobody waits long for what only another one waits for. */
    private static final String SHORT_LOCKS = "set local lock_timeout = '100ms'";

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private enum Outcome {
        COMMITTED,
        /** Nothing is written: it has to go alone. */
        ALONE
    }

    private final Convoy<WriteSet, Outcome> convoy;
    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final Runnable committed;

    /**
     * @param width how many groups may be written at a time
     * @param committed run after each commit; must only wake another thread
     */
    public GroupCommit(int width, TransactionOperations transactions, JdbcTemplate jdbc, Runnable committed) {
        this.convoy = new Convoy<>(width, this::together);
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.committed = committed;
    }

    /**
     * Returns when everything in {@code set} is committed.
     *
     * @throws RuntimeException why nothing of it is; or the database went away, and it is not known whether it is
     */
    void commit(WriteSet set) {
        if (set.entries().isEmpty()) {
            return;
        }
        if (set.needsToBeAlone() || convoy.ask(set) == Outcome.ALONE) {
            alone(new Batch(List.of(set)));
        }
    }

    private void together(List<Request<WriteSet, Outcome>> group) {
        Set<WriteSet> turnedDown;
        try {
            turnedDown = write(new Batch(group.stream().map(Request::item).toList()));
        } catch (RuntimeException e) {
            if (!isForOneRow(e)) {
                throw e;
            }
            group.forEach(request -> request.complete(Outcome.ALONE));
            return;
        }
        if (turnedDown.isEmpty()) {
            committed.run();
            group.forEach(request -> request.complete(Outcome.COMMITTED));
            return;
        }
        // First those who can: nobody is overtaken by one who came later and wants the same.
        List<Request<WriteSet, Outcome>> left = where(group, request -> !turnedDown.contains(request.item()));
        if (!left.isEmpty()) {
            together(left);
        }
        where(group, request -> turnedDown.contains(request.item()))
                .forEach(request -> request.complete(Outcome.ALONE));
    }

    /** Whether a statement failed for what it was to write, or for somebody who is writing the same. */
    private static boolean isForOneRow(RuntimeException e) {
        return e instanceof DataIntegrityViolationException
                || e instanceof ConcurrencyFailureException
                || e.getCause() instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState());
    }

    /** @return those that were turned down; when there are any, nothing is written */
    private Set<WriteSet> write(Batch batch) {
        return Objects.requireNonNull(transactions.execute(status ->
                jdbc.execute((ConnectionCallback<Set<WriteSet>>) connection -> {
                    Set<WriteSet> turnedDown = batch.claim(connection);
                    if (turnedDown.isEmpty()) {
                        batch.append(connection);
                    } else {
                        status.setRollbackOnly();
                    }
                    return turnedDown;
                })));
    }

    private void alone(Batch batch) {
        try {
            transactions.executeWithoutResult(_ -> {
                batch.claimAlone(jdbc);
                jdbc.execute((ConnectionCallback<Boolean>) connection -> {
                    batch.append(connection);
                    return true;
                });
            });
        } catch (DuplicateKeyException e) {
            throw new ConcurrencyException("somebody else has changed the same thing", e);
        }
        committed.run();
    }

    private static List<Request<WriteSet, Outcome>> where(
            List<Request<WriteSet, Outcome>> group, Predicate<Request<WriteSet, Outcome>> which) {
        return group.stream().filter(which).toList();
    }

    /** The rows of some commands by their sorts, in the order in which these are written. */
    private static final class Batch {
        private final Map<Rows<?>, List<Object>> sorts = new LinkedHashMap<>();
        private final IdentityHashMap<Object, WriteSet> owners = new IdentityHashMap<>();

        Batch(List<WriteSet> sets) {
            for (Step step : Step.values()) {
                for (WriteSet set : sets) {
                    for (Entry<?> entry : set.entries()) {
                        if (entry.sort().step() == step) {
                            sorts.computeIfAbsent(entry.sort(), _ -> new ArrayList<>())
                                    .add(entry.row());
                            owners.put(entry.row(), set);
                        }
                    }
                }
            }
        }

        Set<WriteSet> claim(Connection connection) throws SQLException {
            Set<WriteSet> turnedDown = new LinkedHashSet<>();
            run(connection, new Script().add(SHORT_LOCKS), Step::mayBeTurnedDown, turnedDown);
            return turnedDown;
        }

        void append(Connection connection) throws SQLException {
            run(connection, new Script(), step -> !step.mayBeTurnedDown(), new LinkedHashSet<>());
        }

        private void run(Connection connection, Script script, Predicate<Step> steps, Set<WriteSet> turnedDown)
                throws SQLException {
            sorts.keySet().stream()
                    .filter(sort -> steps.test(sort.step()))
                    .forEach(sort -> add(sort, script, turnedDown));
            script.run(connection);
        }

        private <R> void add(Rows<R> sort, Script script, Set<WriteSet> turnedDown) {
            sort.write(script, rows(sort), row -> turnedDown.add(Objects.requireNonNull(owners.get(row))));
        }

        void claimAlone(JdbcTemplate jdbc) {
            sorts.keySet().stream()
                    .filter(sort -> sort.step().mayBeTurnedDown())
                    .forEach(sort -> claimAlone(sort, jdbc));
        }

        private <R> void claimAlone(Rows<R> sort, JdbcTemplate jdbc) {
            rows(sort).forEach(row -> sort.claim(jdbc, row));
        }

        /** What was added for a sort is of its type. */
        @SuppressWarnings("unchecked")
        private <R> List<R> rows(Rows<R> sort) {
            return (List<R>) Objects.requireNonNull(sorts.get(sort));
        }
    }
}
