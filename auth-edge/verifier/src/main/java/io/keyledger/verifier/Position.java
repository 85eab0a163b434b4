package io.keyledger.verifier;

/** Where a record of a view topic stands. */
public record Position(String topic, int partition, long offset) {}
