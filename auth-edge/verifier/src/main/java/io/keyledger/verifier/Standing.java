package io.keyledger.verifier;

/** How far an edge may trust its own view at this moment. */
public enum Standing {
    /** Holds no lease and never held one since it started: its view may be anything, so nothing is accepted. */
    STARTING,
    /** Holds a lease: a revocation is not effective before this edge has it. */
    LIVE,
    /** The lease has lapsed, not long ago: strict keys are refused, the others go on. */
    LAPSED,
    /** The lease has lapsed for too long: everything is refused. */
    STALE
}
