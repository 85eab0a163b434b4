package io.keyledger.query.readstore;

import io.keyledger.query.log.LogStore;
import io.keyledger.query.log.LoggedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Folds logs into a read store as the readers do, batch by batch. */
public final class Fold {
    private final ReadStore store;
    private final Map<TopicPartition, Long> next =
            new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

    public Fold(JdbcTemplate jdbc) {
        this.store = new ReadStore(
                jdbc,
                new DataSourceTransactionManager(java.util.Objects.requireNonNull(jdbc.getDataSource())),
                () -> {});
    }

    public ReadStore store() {
        return store;
    }

    /** Folds the events, in batches of at most that size, each of one partition. */
    public void fold(List<LoggedEvent> events, int size) {
        List<LoggedEvent> batch = new ArrayList<>();
        for (LoggedEvent event : events) {
            if (!batch.isEmpty()
                    && (batch.size() == size || !partition(batch.getFirst()).equals(partition(event)))) {
                apply(batch);
                batch.clear();
            }
            batch.add(event);
        }
        if (!batch.isEmpty()) {
            apply(batch);
        }
    }

    private void apply(List<LoggedEvent> batch) {
        TopicPartition partition = partition(batch.getFirst());
        Long known = next.get(partition);
        long from = known == null ? store.positions(List.of(partition)).getOrDefault(partition, 0L) : known;
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            records.add(new ConsumerRecord<>(
                    partition.topic(),
                    partition.partition(),
                    from + i,
                    new byte[0],
                    batch.get(i).bytes()));
        }
        LogStore.Applied applied = store.apply(partition, from, records, false);
        if (applied.broken() != null) {
            throw applied.broken();
        }
        next.put(partition, applied.next());
    }

    private static TopicPartition partition(LoggedEvent event) {
        return new TopicPartition(event.topic(), event.partition());
    }
}
