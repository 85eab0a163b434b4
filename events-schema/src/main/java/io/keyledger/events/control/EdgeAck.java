package io.keyledger.events.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An edge's word on how far it has come; sent at once after it applied records, and at least every second. Topic
 * {@code keyledger.control.edge-acks.v1}; Kafka key = {@code edge}.
 *
 * @param edge the lasting name of the edge
 * @param boot this run of it; lanes and leases belong to a run
 * @param ping grows by one with each acknowledgement of this boot; the heartbeat echoes it to grant a lease
 * @param positions per view topic, by partition, the offset up to which everything is applied, exclusive
 * @param lanes by lane, the last sequence of a use that this boot has spooled
 * @param phase where the edge stands
 */
public record EdgeAck(
        String edge, String boot, long ping, Map<String, List<Long>> positions, List<Long> lanes, Phase phase) {

    public enum Phase {
        /** Still reading; accepts nothing. */
        STARTING,
        SERVING,
        /** The last word of a clean stop: this boot accepts nothing any more. */
        STOPPED
    }

    /** The applied offset of one partition, exclusive; 0 when nothing is known. */
    public long applied(String topic, int partition) {
        @Nullable List<Long> offsets = positions.get(topic);
        return offsets == null || partition >= offsets.size() ? 0 : offsets.get(partition);
    }
}
