package io.keyledger.events;

import java.util.List;
import java.util.Map;

/** The topics, with the settings they are created with. */
public final class Topics {
    public static final String LIFECYCLE = "keyledger.audit.lifecycle.v1";
    public static final String ACTIVITY = "keyledger.audit.activity.v1";
    public static final String CHECKPOINTS = "keyledger.audit.checkpoints.v1";
    public static final String CREDENTIALS = "keyledger.view.credentials.v1";
    public static final String PRINCIPALS = "keyledger.view.principals.v1";
    public static final String JWKS = "keyledger.view.jwks.v1";
    public static final String HEARTBEAT = "keyledger.control.heartbeat.v1";
    public static final String EDGE_ACKS = "keyledger.control.edge-acks.v1";
    public static final String LIMITS = "keyledger.control.limits.v1";

    /** What every edge reads from the beginning, all partitions, without a group. */
    public static final List<String> VIEW = List.of(CREDENTIALS, PRINCIPALS);

    private static final String FOR_EVER = "-1";
    private static final String HOUR_MILLIS = "3600000";
    private static final String DAY_MILLIS = "86400000";
    private static final String DAYS_35_MILLIS = "3024000000";
    private static final String HOURS_6_MILLIS = "21600000";
    private static final String DAYS_400_MILLIS = "34560000000";

    /** In an hour, an older record behind a newer one is found and the newer one sent again: decision 0024. */
    private static final Map<String, String> COMPACTED =
            Map.of("cleanup.policy", "compact", "min.compaction.lag.ms", HOUR_MILLIS);

    /** All topics, in the order in which they are created. */
    public static final List<Spec> ALL = List.of(
            new Spec(LIFECYCLE, 6, Map.of("cleanup.policy", "delete", "retention.ms", FOR_EVER)),
            new Spec(ACTIVITY, 6, Map.of("cleanup.policy", "delete", "retention.ms", DAYS_400_MILLIS)),
            new Spec(CHECKPOINTS, 1, Map.of("cleanup.policy", "delete", "retention.ms", FOR_EVER)),
            new Spec(CREDENTIALS, 6, COMPACTED),
            new Spec(PRINCIPALS, 1, COMPACTED),
            new Spec(JWKS, 1, COMPACTED),
            new Spec(HEARTBEAT, 1, Map.of("cleanup.policy", "delete", "retention.ms", DAY_MILLIS)),
            new Spec(EDGE_ACKS, 1, Map.of("cleanup.policy", "delete", "retention.ms", DAY_MILLIS)),
            // The last word of each run and counter, for longer than the longest period of a quota.
            new Spec(
                    LIMITS,
                    1,
                    Map.of(
                            "cleanup.policy",
                            "compact,delete",
                            "retention.ms",
                            DAYS_35_MILLIS,
                            "segment.ms",
                            HOURS_6_MILLIS)));

    private Topics() {}

    /**
     * One topic.
     *
     * @param partitions fixed for ever: order and positions hang on it
     * @param config Kafka's own names
     */
    public record Spec(String name, int partitions, Map<String, String> config) {}
}
