package io.keyledger.events.bundle;

/** What came of checking an export. */
public sealed interface Verdict {

    /** Everything that it says is what the log has signed. */
    record Proved(long events, long uses, long size) implements Verdict {}

    /** Something is not what the log has signed. */
    record Tampered(String what) implements Verdict {}

    /** It cannot be said: something is missing or cannot be read, or is of another version. */
    record CannotTell(String what) implements Verdict {}
}
