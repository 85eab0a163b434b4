package io.keyledger.edge.core.limits;

/**
 * What limits may take of an edge.
 *
 * @param failuresPerMinute of one source before it has to wait; 0 = no limit
 * @param maxCounters in memory, of about 300 bytes for a quota and up to 4 KiB for a busy rate; keys whose limits find no room are refused
 */
public record LimitSettings(int failuresPerMinute, int maxCounters) {
    public static final LimitSettings DEFAULT = new LimitSettings(60, 200_000);

    /** @throws IllegalArgumentException when one is negative */
    public LimitSettings {
        if (failuresPerMinute < 0) {
            throw new IllegalArgumentException(
                    "failures-per-minute is %d, and may be 0 (no limit) or more".formatted(failuresPerMinute));
        }
        if (maxCounters < 0) {
            throw new IllegalArgumentException("max-limits is %d, and may be 0 or more".formatted(maxCounters));
        }
    }
}
