package io.keyledger.events.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * command-service's word, every second. Topic {@code keyledger.control.heartbeat.v1}; Kafka key = {@code instance}.
 *
 * <p>An edge's lease runs from the moment it sent the echoed ping, on its own monotonic clock, for {@code leaseMillis},
 * and only once everything before {@code ends} is applied.
 *
 * @param time the sender's wall clock: edge time never falls behind it
 * @param ends per view topic, by partition, the end offset that the brokers have acknowledged, exclusive
 * @param echoes by edge, the last ping that came in
 */
public record Heartbeat(
        String instance, Instant time, long leaseMillis, Map<String, List<Long>> ends, Map<String, Echo> echoes) {

    public record Echo(String boot, long ping) {}
}
