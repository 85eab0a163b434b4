package io.keyledger.edge.core.spool;

/** What becomes of a request whose use finds no room. */
public enum WhenFull {
    /** It is refused: what cannot be recorded does not happen. */
    REFUSE,
    /** It passes, and is counted as lost, exactly: the number of such uses is on disk before the answer leaves. */
    COUNT
}
