package io.keyledger.edge.core;

import io.keyledger.edge.core.limits.LimitSettings;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Peppers;
import java.time.Duration;

/**
 * All that makes an edge.
 *
 * @param spool also names the instance, the edge and its data folder
 * @param staleFor how long after its lease has ended the edge goes on accepting keys that are not strict; at most the 4 h
 *     for which command-service waits for it
 * @param flush how long a stop waits for Kafka to take the last events
 * @param version of the program, for {@code edge.started}
 * @param countries tells where a client is, for keys that are bound to countries
 * @param limits what rates, quotas and failed attempts may take
 * @param snapshotEvery how much of the log a start may have to read again, in time
 */
public record EdgeSettings(
        SpoolSettings spool,
        KafkaAccess kafka,
        Peppers peppers,
        Duration staleFor,
        Duration flush,
        String version,
        Countries countries,
        LimitSettings limits,
        Duration snapshotEvery) {
    private static final Duration SNAPSHOT_EVERY = Duration.ofMinutes(1);

    private static final Duration STALE_FOR = Duration.ofHours(4);
    private static final Duration FLUSH = Duration.ofSeconds(5);

    /**
     * @throws IllegalArgumentException when {@code staleFor} is longer than command-service waits, or negative; when
     *     {@code snapshotEvery} is not positive
     */
    public EdgeSettings {
        if (staleFor.isNegative() || staleFor.compareTo(STALE_FOR) > 0) {
            throw new IllegalArgumentException(
                    "stale-for is %s, and may be from PT0S to %s: command-service counts an edge no longer than that"
                            .formatted(staleFor, STALE_FOR));
        }
        if (!snapshotEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "snapshot-every is %s, and has to be longer than nothing".formatted(snapshotEvery));
        }
    }

    /** With an image of the view every minute. */
    public EdgeSettings(
            SpoolSettings spool,
            KafkaAccess kafka,
            Peppers peppers,
            Duration staleFor,
            Duration flush,
            String version,
            Countries countries,
            LimitSettings limits) {
        this(spool, kafka, peppers, staleFor, flush, version, countries, limits, SNAPSHOT_EVERY);
    }

    /** Of an edge that cannot tell countries, with the platform's own limits. */
    public EdgeSettings(
            SpoolSettings spool,
            KafkaAccess kafka,
            Peppers peppers,
            Duration staleFor,
            Duration flush,
            String version) {
        this(spool, kafka, peppers, staleFor, flush, version, Countries.UNKNOWN, LimitSettings.DEFAULT);
    }

    /** With the platform's own times: 4 h, 5 s. */
    public EdgeSettings(SpoolSettings spool, KafkaAccess kafka, Peppers peppers, String version) {
        this(spool, kafka, peppers, STALE_FOR, FLUSH, version);
    }
}
