package io.keyledger.edge.core.spool;

import java.nio.file.Path;

/**
 * How one process spools.
 *
 * @param instance part of every source
 * @param edge the lasting name of this edge
 * @param data a folder of this edge alone
 * @param maxUseBytes room for uses that Kafka does not have yet, and as much again for those that are counted by second
 * @param maxRefusalBytes room for refusals, and as much again for their tallies; it is never taken from the uses
 * @param segmentBytes size of one file
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
    private static final long USES = 1024 * MIB;
    private static final long REFUSALS = 64 * MIB;
    private static final int SEGMENT = (int) (4 * MIB);

    /** Outlives the process, and refuses when it is full. */
    public SpoolSettings(
            String instance, String edge, Path data, long maxUseBytes, long maxRefusalBytes, int segmentBytes) {
        this(instance, edge, data, maxUseBytes, maxRefusalBytes, segmentBytes, Durability.PROCESS, WhenFull.REFUSE);
    }

    /** 1 GiB for uses, 64 MiB for refusals. */
    public SpoolSettings(String instance, String edge, Path data, Durability durability, WhenFull whenFull) {
        this(instance, edge, data, USES, REFUSALS, SEGMENT, durability, whenFull);
    }

    /** 1 GiB for uses, 64 MiB for refusals; outlives the process, and refuses when it is full. */
    public SpoolSettings(String instance, String edge, Path data) {
        this(instance, edge, data, Durability.PROCESS, WhenFull.REFUSE);
    }

    boolean forces() {
        return durability == Durability.FSYNC;
    }
}
