package io.keyledger.edge.core.spool;

/** What became of one use. Only {@link #DONE} and {@link #COUNTED} allow the request to pass. */
public enum Spooled {
    /** It is written down. */
    DONE,
    /** There is no room for it; that it was lost is counted, as the operator wants it. */
    COUNTED,
    /** The check under the lock said no: the key was good when it was looked at, and is no more. */
    WITHDRAWN,
    /** There is no room, or the spool is closed, or the disk has failed. */
    FULL
}
