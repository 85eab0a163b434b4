package io.keyledger.command.ledger;

import io.keyledger.command.eventstore.JsonbEventStorageEngine;
import io.keyledger.events.AuditEvent.UsageBatchSealed;
import io.keyledger.events.Ids;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.proof.Base64Text;
import io.keyledger.events.proof.Frontier;
import io.keyledger.events.proof.TreeHash;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Fixes what edges have written: hashes the records of each partition of the activity topic in batches, and appends the root
 * of each batch to the event store, as an event of the partition's own source. The event and the position are one
 * transaction, and the position is compared before it is set: after a crash, or beside a second process, every record is in
 * exactly one batch.
 *
 * <p>One thread. Remembers of a batch only its frontier and its lanes, however many records there are.
 */
final class UsageSealer implements Runnable {
    /** The most records of one batch: what has to be read again to prove one of them. */
    static final int BATCH = 4096;

    private static final String AGGREGATE_TYPE = "usage";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(UsageSealer.class);

    private final Clock clock;
    private final Duration after;
    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final JsonbEventStorageEngine events;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Map<TopicPartition, Batch> batches = new HashMap<>();
    private String lastSaid = "";

    /** @param after how long a record waits for others */
    UsageSealer(
            Clock clock,
            Duration after,
            TransactionOperations transactions,
            DataSource dataSource,
            JsonbEventStorageEngine events,
            Supplier<Consumer<byte[], byte[]>> consumers) {
        this.clock = clock;
        this.after = after;
        this.transactions = transactions;
        this.jdbc = new JdbcTemplate(dataSource);
        this.events = events;
        this.consumers = consumers;
    }

    /** How a consumer of the activity topic is set up. */
    static Map<String, Object> consumerSettings(Map<String, Object> client, String name) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("client.id", name);
        settings.put("auto.offset.reset", "none");
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("max.poll.records", BATCH);
        return settings;
    }

    /** The records of one partition that are hashed and not sealed. */
    private static final class Batch {
        final long from;
        final long sequence;
        final Frontier tree = new Frontier();
        final Map<String, long[]> lanes = new TreeMap<>();
        long firstOffset = -1;
        long lastOffset = -1;
        long since;

        /** @param from the position that is compared when it is sealed */
        Batch(long from, long sequence) {
            this.from = from;
            this.sequence = sequence;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            if (firstOffset < 0) {
                firstOffset = record.offset();
                since = System.nanoTime();
            }
            lastOffset = record.offset();
            byte[] value = record.value() == null ? new byte[0] : record.value();
            tree.append(TreeHash.leaf(value), (level, index, hash) -> {});
            // Only a hint at where a use is to be found: what is proved is proved by its bytes.
            String source = text(record, "ce_source");
            String sequence = text(record, "ce_sequence");
            if (source != null && sequence != null && sequence.matches("[0-9]{20}")) {
                long number = Long.parseLong(sequence);
                long[] range = lanes.computeIfAbsent(source, _ -> new long[] {number, number});
                range[0] = Math.min(range[0], number);
                range[1] = Math.max(range[1], number);
            }
        }

        private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
            Header header = record.headers().lastHeader(name);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }

        boolean isFull() {
            return tree.size() >= BATCH;
        }
    }

    /** Another process has sealed in the meantime. */
    private static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void run() {
        while (running.get()) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                begin(consumer);
                while (running.get()) {
                    turn(consumer, POLL);
                }
            } catch (Overtaken e) {
                LOG.debug("another process seals uses; reads its position", e);
                pause();
            } catch (RuntimeException e) {
                if (running.get() && !lastSaid.equals(String.valueOf(e.getMessage()))) {
                    lastSaid = String.valueOf(e.getMessage());
                    LOG.warn("Uses are not sealed for now; it tries again", e);
                }
                pause();
            }
        }
    }

    private void pause() {
        if (running.get()) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Goes to where the database says that it was. */
    void begin(Consumer<byte[], byte[]> consumer) {
        batches.clear();
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.ACTIVITY).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            Batch batch = position(partition);
            long begin = begins.getOrDefault(partition, 0L);
            if (batch.from > ends.getOrDefault(partition, 0L)) {
                throw new IllegalStateException("%s was sealed up to %d and ends at %d: the topic was lost or made anew"
                        .formatted(partition, batch.from, ends.get(partition)));
            }
            if (batch.from < begin) {
                LOG.error(
                        "{}: the uses from {} to {} were dropped before they were sealed",
                        partition,
                        batch.from,
                        begin - 1);
            }
            consumer.seek(partition, Math.max(batch.from, begin));
            batches.put(partition, batch);
        }
    }

    private Batch position(TopicPartition partition) {
        List<Batch> stored = jdbc.query(
                "SELECT next_offset, sequence FROM usage_seal WHERE topic = ? AND partition = ?",
                (row, _) -> new Batch(row.getLong(1), row.getLong(2)),
                partition.topic(),
                partition.partition());
        return stored.isEmpty() ? new Batch(0, 0) : stored.getFirst();
    }

    /** Reads once, and seals what is full or has waited long enough. */
    void turn(Consumer<byte[], byte[]> consumer, Duration poll) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(poll)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            Batch batch = batches.get(partition);
            if (batch != null) {
                batch.add(record);
                if (batch.isFull()) {
                    seal(partition, batch);
                }
            }
        }
        for (TopicPartition partition : List.copyOf(batches.keySet())) {
            Batch batch = batches.get(partition);
            if (batch != null && batch.tree.size() > 0 && System.nanoTime() - batch.since >= after.toNanos()) {
                seal(partition, batch);
            }
        }
        lastSaid = "";
    }

    private void seal(TopicPartition partition, Batch batch) {
        Instant now = RecordJson.micros(clock.instant());
        String eventId = Ids.newEventId(now);
        transactions.executeWithoutResult(_ -> {
            jdbc.execute((ConnectionCallback<Boolean>) connection -> {
                move(connection, partition, batch);
                write(connection, partition, batch, UUID.fromString(eventId));
                return true;
            });
            events.appendEvents(new GenericDomainEventMessage<>(
                    AGGREGATE_TYPE,
                    AGGREGATE_TYPE + ":" + partition.topic() + ":" + partition.partition(),
                    batch.sequence,
                    new UsageBatchSealed(
                            partition.topic(),
                            partition.partition(),
                            batch.firstOffset,
                            batch.lastOffset,
                            batch.tree.size(),
                            Base64Text.of(batch.tree.root())),
                    Map.of("tenant", TenantId.SYSTEM.value(), "authtype", "system", "authid", "keyledger"),
                    eventId,
                    now));
        });
        batches.put(partition, new Batch(batch.lastOffset + 1, batch.sequence + 1));
    }

    private static void move(Connection connection, TopicPartition partition, Batch batch) throws SQLException {
        try (PreparedStatement first = connection.prepareStatement(
                        "INSERT INTO usage_seal (topic, partition, next_offset, sequence) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING");
                PreparedStatement lock = connection.prepareStatement(
                        "SELECT next_offset FROM usage_seal WHERE topic = ? AND partition = ? FOR UPDATE");
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE usage_seal SET next_offset = ?, sequence = ? WHERE topic = ? AND partition = ?")) {
            first.setString(1, partition.topic());
            first.setInt(2, partition.partition());
            first.executeUpdate();
            lock.setString(1, partition.topic());
            lock.setInt(2, partition.partition());
            try (ResultSet row = lock.executeQuery()) {
                if (!row.next() || row.getLong(1) != batch.from) {
                    throw new Overtaken();
                }
            }
            update.setLong(1, batch.lastOffset + 1);
            update.setLong(2, batch.sequence + 1);
            update.setString(3, partition.topic());
            update.setInt(4, partition.partition());
            update.executeUpdate();
        }
    }

    private static void write(Connection connection, TopicPartition partition, Batch batch, UUID eventId)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO usage_batch (topic, partition, first_offset, last_offset, event_id) VALUES (?, ?, ?, ?, ?)");
                PreparedStatement lane = connection.prepareStatement("""
                    INSERT INTO usage_lane (source, first_sequence, last_sequence, topic, partition, first_offset)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """)) {
            insert.setString(1, partition.topic());
            insert.setInt(2, partition.partition());
            insert.setLong(3, batch.firstOffset);
            insert.setLong(4, batch.lastOffset);
            insert.setObject(5, eventId);
            insert.executeUpdate();
            for (Map.Entry<String, long[]> each : batch.lanes.entrySet()) {
                lane.setString(1, each.getKey());
                lane.setLong(2, each.getValue()[0]);
                lane.setLong(3, each.getValue()[1]);
                lane.setString(4, partition.topic());
                lane.setInt(5, partition.partition());
                lane.setLong(6, batch.firstOffset);
                lane.addBatch();
            }
            lane.executeBatch();
        }
    }

    /** Ends {@link #run} soon. */
    void stop() {
        running.set(false);
    }
}
