package io.keyledger.system;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.EventType;
import io.keyledger.events.Topics;
import io.keyledger.standalone.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the audit topics from their beginning, as a SIEM does, checks each event against the published schemas, and keeps what
 * it saw. Once an event was not as its schema says, every question fails. One thread reads, any may ask.
 */
final class Journal implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    static final Duration PATIENCE = Edges.SOON;

    private final List<Seen> all = new ArrayList<>();
    private final List<String> invalid = new ArrayList<>();
    private final EventSchemas schemas = new EventSchemas();
    private final Thread reader;
    private volatile boolean closed;

    /** One record as it lay in its topic. */
    record Seen(
            String topic,
            int partition,
            long offset,
            String kafkaKey,
            Map<String, String> headers,
            String text,
            CloudEvent event) {
        EventType type() {
            return event.type();
        }

        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        boolean names(String keyId) {
            return text.contains("\"keyId\":\"" + keyId + "\"");
        }
    }

    Journal(Servers.Kafka kafka) {
        this.reader = Thread.ofPlatform().daemon().name("journal").start(() -> read(kafka.adminProperties()));
    }

    private void read(Properties properties) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Topics.ALL.stream()
                    .filter(topic -> topic.name().equals(Topics.LIFECYCLE)
                            || topic.name().equals(Topics.ACTIVITY))
                    .flatMap(topic -> java.util.stream.IntStream.range(0, topic.partitions())
                            .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    add(record);
                }
            }
        } catch (KafkaException | IllegalArgumentException | NullPointerException e) {
            if (!closed) {
                synchronized (all) {
                    invalid.add("the journal can read no further: " + e);
                    all.notifyAll();
                }
            }
        }
    }

    private void add(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
        List<String> violations = schemas.violations(record.value());
        CloudEvent event = Objects.requireNonNull(CloudEvent.read(record.value()));
        synchronized (all) {
            violations.forEach(what -> invalid.add(what + ": " + record.topic() + " " + record.partition() + "@"
                    + record.offset() + " " + new String(record.value(), StandardCharsets.UTF_8)));
            all.add(new Seen(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.key(),
                    headers,
                    new String(record.value(), StandardCharsets.UTF_8),
                    event));
            all.notifyAll();
        }
    }

    List<Seen> all() {
        synchronized (all) {
            mustBeValid();
            return List.copyOf(all);
        }
    }

    private void mustBeValid() {
        if (!invalid.isEmpty()) {
            throw new AssertionError("events that are not as their schemas say: " + invalid);
        }
    }

    List<Seen> where(Predicate<Seen> wanted) {
        return all().stream().filter(wanted).toList();
    }

    /** The first such record, when it is there or comes in time. */
    Seen await(String what, Predicate<Seen> wanted) {
        return awaitAll(what, 1, wanted).getFirst();
    }

    /** At least that many such records. */
    List<Seen> awaitAll(String what, int count, Predicate<Seen> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (all) {
            while (true) {
                mustBeValid();
                List<Seen> found = all.stream().filter(wanted).toList();
                if (found.size() >= count) {
                    return found;
                }
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("no " + what + " on Kafka after " + PATIENCE + ": " + found.size() + " of "
                            + count + " among " + all.size() + " events");
                }
                try {
                    all.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError(e);
                }
            }
        }
    }

    Seen await(EventType type, String keyId) {
        return await(type.shortName() + " of " + keyId, seen -> seen.type() == type && seen.names(keyId));
    }

    /** The lifecycle events of a key in their order. */
    List<Seen> lifecycle(String keyId) {
        return where(seen -> seen.topic().equals(Topics.LIFECYCLE) && seen.names(keyId));
    }

    /** How many uses of the key were told, by their counts, without repeats. */
    long uses(String keyId) {
        return count(EventType.KEY_USED, keyId);
    }

    long refusals(String keyId) {
        return count(EventType.AUTH_FAILED, keyId);
    }

    private long count(EventType type, String keyId) {
        Map<String, Long> counts = new HashMap<>();
        where(seen -> seen.type() == type && seen.names(keyId))
                .forEach(seen -> counts.put(
                        seen.event().id(),
                        seen.event().data() instanceof io.keyledger.events.ActivityEvent.KeyUsed used
                                ? used.count()
                                : ((io.keyledger.events.ActivityEvent.AuthFailed)
                                                seen.event().data())
                                        .count()));
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Checks every chain that was seen, as anyone can who holds a copy: in one partition, numbered from 1 without a hole,
     * each linked to the one before, a repeat the same byte for byte, headers that say what the bytes say.
     *
     * @return how many events were checked
     */
    int verifyChains() {
        Map<String, List<Seen>> bySource = new LinkedHashMap<>();
        all().forEach(seen -> bySource.computeIfAbsent(seen.event().source(), _ -> new ArrayList<>())
                .add(seen));
        int checked = 0;
        for (Map.Entry<String, List<Seen>> chain : bySource.entrySet()) {
            checked += verify(chain.getKey(), chain.getValue());
        }
        return checked;
    }

    private static int verify(String source, List<Seen> chain) {
        Map<String, Seen> byId = new LinkedHashMap<>();
        String previous = CloudEvent.GENESIS;
        long sequence = 0;
        for (Seen seen : chain) {
            check(seen.partition() == chain.getFirst().partition(), source + " lies in two partitions", seen);
            check(seen.kafkaKey().equals(seen.event().partitionKey()), "the Kafka key is not the partitionkey", seen);
            check(
                    seen.event().id().equals(seen.headers().get("ce_id"))
                            && source.equals(seen.headers().get("ce_source"))
                            && seen.type().wire().equals(seen.headers().get("ce_type")),
                    "headers and bytes differ",
                    seen);
            Seen before = byId.putIfAbsent(seen.event().id(), seen);
            if (before != null) {
                check(before.text().equals(seen.text()), "a repeat has other bytes", seen);
                continue;
            }
            sequence++;
            check(seen.event().sequence() == sequence, "sequence is not " + sequence, seen);
            check(seen.event().prevHash().equals(previous), "prevhash is not that of the event before", seen);
            previous = CloudEvent.hash(seen.bytes());
        }
        return byId.size();
    }

    private static void check(boolean holds, String what, Seen seen) {
        if (!holds) {
            throw new AssertionError(
                    what + ": " + seen.topic() + " " + seen.partition() + "@" + seen.offset() + " " + seen.text());
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
