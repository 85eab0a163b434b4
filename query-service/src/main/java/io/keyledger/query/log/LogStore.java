package io.keyledger.query.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the log is folded into. It keeps its own position, so that the two can never part. */
public interface LogStore {

    /** The next offset to read, for each of the partitions; 0 when nothing of it is here. */
    Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions);

    /**
     * Folds records of one partition, in order, and moves the position from {@code from} to after the last of them: all of
     * it or nothing.
     *
     * @param headGone whether the broker has already dropped the beginning of the partition
     * @throws Overtaken when the position is no longer {@code from}
     * @throws Broken when the log itself is at fault; nothing after that offset may be folded
     */
    Applied apply(TopicPartition partition, long from, List<ConsumerRecord<byte[], byte[]>> records, boolean headGone);

    /**
     * How far it came.
     *
     * @param next the position now
     * @param broken why not all records were folded; null when all were
     */
    record Applied(long next, @Nullable Broken broken) {}

    /** Somebody else has folded this partition in the meantime. */
    final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Overtaken(TopicPartition partition, long from) {
            super("the position of %s is no longer %d".formatted(partition, from));
        }
    }

    /** The log holds what no sound writer writes: a hole, a broken chain, bytes that are no event. */
    final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Broken(String topic, int partition, long offset, String what) {
            super("%s-%d at offset %d: %s".formatted(topic, partition, offset, what));
        }
    }
}
