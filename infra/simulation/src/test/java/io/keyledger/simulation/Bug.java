package io.keyledger.simulation;

/** What may be wrong in a world. A harness that does not find these is not believed when it finds nothing. */
enum Bug {
    NONE,
    /** Of two records of one credential the last one wins. */
    NO_STICKY_RULE,
    /** What is learnt of ends lives in images and in the log alone. */
    ENDS_NOT_NOTED,
    /** Positions are told before what they stand for is applied. */
    ACKNOWLEDGE_BEFORE_APPLY,
    /** An event counts as safe once it was handed to the network. */
    TRIM_BEFORE_ACKNOWLEDGEMENT,
    /** The sealer takes the highest index that it sees for the end. */
    LATE_COMMIT_SKIPPED,
    /** Leases are measured by the wall clock. */
    WALL_CLOCK_LEASE,
    /** How long an edge has been without a lease outlives a restart as wall time. */
    WALL_CLOCK_GRACE,
    /** A revoked key's record is deleted from the topic. */
    TOMBSTONE_OF_A_REVOKED_KEY
}
