package io.keyledger.edge.core.spool;

import java.nio.file.Path;

/**
 * How one process spools.
 *
 * @param instance part of every source
 * @param edge the lasting name of this edge
 * @param data a folder of this edge alone
 * @param maxUseBytes room for uses that Kafka does not have yet, and as much again for those that are counted by second;
 *     when it is full, requests are answered 503
 * @param maxRefusalBytes room for refusals, and as much again for their tallies; it is never taken from the uses
 * @param segmentBytes size of one file
 * @param durability what an accepted use outlives
 * @param whenFull what becomes of a request whose use finds no room
 */
public record SpoolSettings(
        String instance,
        String edge,
        Path data,
        long maxUseBytes,
        long maxRefusalBytes,
        int segmentBytes,
        Durability durability,
        WhenFull whenFull) {
    private static final long MIB = 1 << 20;

    /** What a use that was answered for outlives. */
    public enum Durability {
        /** The death of the process, at any instruction. */
        PROCESS,
        /** The loss of power, too: an answer waits until the disk has its use. */
        FSYNC
    }

    /** What becomes of a request whose use finds no room. */
    public enum WhenFull {
        /** It is refused: a use that is not written down does not happen. */
        REFUSE,
        /** It passes, and is counted by key and minute: the audit then has the number, and not each request. */
        COUNT
    }

    /** Refuses when full; outlives the process. */
    public SpoolSettings(
            String instance, String edge, Path data, long maxUseBytes, long maxRefusalBytes, int segmentBytes) {
        this(instance, edge, data, maxUseBytes, maxRefusalBytes, segmentBytes, Durability.PROCESS, WhenFull.REFUSE);
    }

    boolean durable() {
        return durability == Durability.FSYNC;
    }

    /** 1 GiB for uses, 64 MiB for refusals. */
    public SpoolSettings(String instance, String edge, Path data) {
        this(instance, edge, data, 1024 * MIB, 64 * MIB, (int) (4 * MIB));
    }
}
