package io.keyledger.events;

/** One fact about the audit itself. */
public sealed interface AuditEvent extends Event {

    /**
     * The records of one partition of the activity topic, from one offset to another, are fixed: their hashes are the leaves
     * of a tree with that root. So a use is proved in two steps, to this root and from this event to the ledger's.
     *
     * @param firstOffset inclusive; follows on the batch before, unless Kafka had dropped what was between
     * @param lastOffset inclusive
     * @param count of the leaves
     * @param root base64, RFC 6962 over the records' values in the order of their offsets
     */
    record UsageBatchSealed(String topic, int partition, long firstOffset, long lastOffset, long count, String root)
            implements AuditEvent {}
}
