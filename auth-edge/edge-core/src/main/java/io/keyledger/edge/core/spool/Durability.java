package io.keyledger.edge.core.spool;

/** What a use that was written down outlives, from the moment at which its answer may leave. */
public enum Durability {
    /** The death of the process, at any instruction. A machine that loses power may lose the last moments. */
    PROCESS,
    /** The loss of power as well: answers wait until their uses are forced to the disk, together with all others that wait. */
    FSYNC
}
