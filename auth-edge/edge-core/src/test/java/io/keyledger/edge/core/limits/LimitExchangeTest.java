package io.keyledger.edge.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.control.LimitCount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the thread of limits tells and hears, over clients of Kafka's own that a test answers. */
class LimitExchangeTest {
    private static final TopicPartition COUNTS = new TopicPartition(Topics.LIMITS, 0);
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final long MICROS = NOON.getEpochSecond() * 1_000_000;
    private static final TenantId TENANT = new TenantId("t_acme");
    private static final KeyId KEY = new KeyId("key_" + "0".repeat(25) + "1");
    private static final OwnerId OWNER = new OwnerId("usr_alice");
    private static final List<Rate> FIVE = List.of(new Rate(5, 60, Of.KEY));

    private final Limits limits = new Limits("edge-1", "boot1", 100);
    private final Reader reader = new Reader();
    private final Queue<MockProducer<byte[], byte[]>> producers = new ConcurrentLinkedQueue<>();
    private volatile boolean takes = true;
    private long offset;

    private final LimitExchange exchange = new LimitExchange(
            "edge-1",
            new LimitExchange.Clients() {
                @Override
                public Consumer<byte[], byte[]> consumer(String id) {
                    return reader;
                }

                @Override
                public Producer<byte[], byte[]> producer(String id) {
                    MockProducer<byte[], byte[]> made =
                            new MockProducer<>(takes, null, new ByteArraySerializer(), new ByteArraySerializer());
                    producers.add(made);
                    return made;
                }
            },
            limits,
            () -> NOON);

    /** One that does not return at once when there is nothing. */
    private static final class Reader extends MockConsumer<byte[], byte[]> {
        Reader() {
            super("none");
            updateBeginningOffsets(Map.of(COUNTS, 0L));
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            if (records.isEmpty()) {
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return records;
        }
    }

    private static void await(BooleanSupplier condition) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @AfterEach
    void stop() {
        exchange.stop();
    }

    private void hear(byte[] record) {
        long at = offset++;
        reader.schedulePollTask(() -> reader.addRecord(
                new ConsumerRecord<>(Topics.LIMITS, 0, at, "key".getBytes(StandardCharsets.UTF_8), record)));
    }

    private void start() {
        reader.updateEndOffsets(Map.of(COUNTS, offset));
        exchange.start();
        await(exchange::heardAll);
    }

    /** What another edge has counted, as it tells it. */
    private byte[] told(String edge, int requests) {
        Limits other = new Limits(edge, "boot of " + edge, 100);
        for (int i = 0; i < requests; i++) {
            assertThat(take(other)).isTrue();
        }
        return RecordJson.bytes(other.changed(10).getFirst());
    }

    private static boolean take(Limits from) {
        return from.take(TENANT, KEY, OWNER, FIVE, List.of(), MICROS).allowed();
    }

    private int room() {
        int room = 0;
        while (take(limits)) {
            room++;
        }
        return room;
    }

    private List<LimitCount> told() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .map(record -> RecordJson.read(LimitCount.class, record.value()))
                .toList();
    }

    private static long sum(LimitCount count) {
        return count.counts().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void what_the_topic_holds_is_known_before_it_has_heard_all() {
        assertThat(exchange.heardAll()).isFalse();
        assertThat(exchange.trouble()).isNotNull();
        hear(told("edge-2", 2));
        hear(told("edge-3", 1));
        start();
        assertThat(exchange.trouble()).isNull();
        assertThat(room()).isEqualTo(2);
    }

    @Test
    void what_another_edge_tells_later_counts_from_then_on() {
        start();
        hear(told("edge-2", 5));
        await(() -> limits.size() == 1);
        assertThat(room()).isZero();
    }

    @Test
    void what_was_accepted_is_told_as_one_count_with_all_that_still_counts() {
        start();
        take(limits);
        take(limits);
        await(() -> !told().isEmpty());
        take(limits);
        await(() -> sum(told().getLast()) == 3);
        assertThat(told()).allSatisfy(count -> {
            assertThat(count.edge()).isEqualTo("edge-1");
            assertThat(count.boot()).isEqualTo("boot1");
            assertThat(count.counter().whose()).isEqualTo(KEY.value());
        });
    }

    @Test
    void what_kafka_did_not_take_is_told_again_by_a_new_producer() {
        takes = false;
        start();
        take(limits);
        await(() -> !told().isEmpty());
        takes = true;
        MockProducer<byte[], byte[]> first = producers.element();
        assertThat(first.errorNext(new TimeoutException("nobody is there"))).isTrue();
        await(() -> told().size() == 2);
        assertThat(sum(told().getLast())).isEqualTo(1);
        assertThat(producers).hasSize(2);
        assertThat(first.closed()).isTrue();
    }

    @Test
    void a_record_that_cannot_be_read_is_passed_over() {
        hear("no JSON".getBytes(StandardCharsets.UTF_8));
        hear(told("edge-2", 4));
        start();
        assertThat(room()).isEqualTo(1);
    }

    @Test
    void a_stop_tells_what_was_accepted_last() {
        start();
        take(limits);
        exchange.stop();
        assertThat(sum(told().getLast())).isEqualTo(1);
        assertThat(producers.element().closed()).isTrue();
    }
}
