package io.keyledger.edge.core.spool;

/** What became of one use. Only {@link #DONE} allows the request to pass. */
public enum Spooled {
    /** It is on disk. */
    DONE,
    /** The check under the lock said no: the key was good when it was looked at, and is no more. */
    WITHDRAWN,
    /** There is no room, or the spool is closed. */
    FULL
}
