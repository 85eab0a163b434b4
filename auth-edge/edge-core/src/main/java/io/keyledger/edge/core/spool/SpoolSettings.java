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
 */
public record SpoolSettings(
        String instance, String edge, Path data, long maxUseBytes, long maxRefusalBytes, int segmentBytes) {
    private static final long MIB = 1 << 20;

    /** 1 GiB for uses, 64 MiB for refusals. */
    public SpoolSettings(String instance, String edge, Path data) {
        this(instance, edge, data, 1024 * MIB, 64 * MIB, (int) (4 * MIB));
    }
}
