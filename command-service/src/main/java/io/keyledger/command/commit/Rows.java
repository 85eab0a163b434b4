package io.keyledger.command.commit;

import java.util.List;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;

/** One sort of rows, and how those of many commands are written with one statement. */
public interface Rows<R> {

    /** The order in which sorts are written. Those that may be turned down come first. */
    enum Step {
        /** What must stand still until the commit. */
        HOLD,
        /** That a request is carried out for the first time. */
        ONCE,
        /** What is limited or unique. */
        CLAIM,
        /** What follows and cannot be turned down. */
        KEEP,
        APPEND;

        boolean mayBeTurnedDown() {
            return compareTo(CLAIM) <= 0;
        }
    }

    Step step();

    /**
     * Adds the statements that write {@code rows}, which belong to as many commands, in the order of those.
     *
     * @param turnedDown to be told, while results are read, of each row that could not be written
     */
    void write(Script script, List<R> rows, Consumer<R> turnedDown);

    /**
     * Writes a row that may be turned down, in a transaction of its command alone, so that nothing but what it asks for can
     * be in its way.
     *
     * @throws RuntimeException why it cannot be written
     */
    default void claim(JdbcTemplate jdbc, R row) {
        throw new IllegalStateException("nothing of this sort is turned down");
    }

    /** Whether the row may be tried with others; else its command goes alone from the beginning. */
    default boolean fitsGroup(R row) {
        return true;
    }
}
