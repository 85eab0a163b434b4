package io.keyledger.edge.core.spool;

/** How many accepted requests an event tells of, as the tenant chooses. */
public enum Granularity {
    /** Each request is an event of its own. */
    REQUEST,
    /** Requests of one second that are alike in everything but their instant share an event, which counts them exactly. */
    SECOND
}
