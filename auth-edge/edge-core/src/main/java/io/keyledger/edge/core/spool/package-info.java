/**
 * Nothing that an edge decided is forgotten: each accept is on disk before its answer leaves, each refusal is counted, and
 * both become chained events on Kafka exactly once, whatever dies in between.
 *
 * <p>Three stages: raw records in memory-mapped segments ({@code RawLog}), written by request threads; the journal of
 * finished event bytes ({@code Journal}), written by the sender, which also says how far the raw records are used up; and
 * Kafka. A stage is trimmed only when the next one holds its content. Each run of a process has a folder of its own, so a
 * new run never writes where an old one may have died in the middle: it only finishes the old one's sending.
 */
@NullMarked
package io.keyledger.edge.core.spool;

import org.jspecify.annotations.NullMarked;
