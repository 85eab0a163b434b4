package io.keyledger.command.ledger;

/**
 * One row of the ledger.
 *
 * @param index from 0, without a hole
 * @param hash the leaf hash of {@code bytes}, hex
 * @param bytes the public event; never made again
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LedgerEntry(
        long index,
        String source,
        long sequence,
        String eventId,
        String type,
        String tenant,
        String partitionKey,
        String hash,
        byte[] bytes) {}
