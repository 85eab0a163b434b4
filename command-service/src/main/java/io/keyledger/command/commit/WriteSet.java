package io.keyledger.command.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** All that one command will have written once it is committed. Belongs to the thread that handles the command. */
public final class WriteSet {
    private static final String RESOURCE = WriteSet.class.getName();

    /** One row and how its sort is written. */
    record Entry<R>(Rows<R> sort, R row) {}

    private final List<Entry<?>> entries = new ArrayList<>();

    WriteSet() {}

    /** That of the command at hand; none when it has a transaction instead. */
    public static Optional<WriteSet> current() {
        return CurrentUnitOfWork.map(work -> work.getResource(RESOURCE));
    }

    /**
     * That of the command at hand.
     *
     * @throws IllegalStateException when it has a transaction instead
     */
    public static WriteSet required() {
        return current()
                .orElseThrow(() -> new IllegalStateException("outside of a command that is committed in a group"));
    }

    static WriteSet attachedTo(UnitOfWork<?> work) {
        WriteSet set = new WriteSet();
        work.resources().put(RESOURCE, set);
        return set;
    }

    /** Has {@code row} written with the rest. */
    public <R> void add(Rows<R> sort, R row) {
        entries.add(new Entry<>(sort, row));
    }

    List<Entry<?>> entries() {
        return entries;
    }

    boolean needsToBeAlone() {
        return entries.stream().anyMatch(WriteSet::needsToBeAlone);
    }

    private static <R> boolean needsToBeAlone(Entry<R> entry) {
        return !entry.sort().fitsGroup(entry.row());
    }
}
