package io.keyledger.command.ledger;

import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Reads the view topics behind the publisher and has it send a record again when an older one of the same credential or
 * principal lies behind it: such as a publisher writes that was frozen and comes back. Compaction keeps the last record, so
 * the last one must be the newest; it waits an hour before it takes one away (decision 0024).
 *
 * <p>A record that is older than its row in PostgreSQL is only a suspect at first, for the newer one may be on its way. It is
 * convicted when everything that the ledger held then is acknowledged, and nothing newer was found up to the end that the
 * topic had after that. One thread; what it holds is bounded, and begins anew at the last place that was without a suspect.
 */
final class ViewRepair implements Runnable {
    /** Above so many their records are sent again without a proof: it does no harm. */
    static final int MAX_SUSPECTS = 20_000;

    private static final int AT_ONCE = 500;
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<TopicPartition> VIEW = Topics.ALL.stream()
            .filter(spec -> Topics.VIEW.contains(spec.name()))
            .flatMap(spec -> IntStream.range(0, spec.partitions()).mapToObj(p -> new TopicPartition(spec.name(), p)))
            .toList();
    private static final Logger LOG = LoggerFactory.getLogger(ViewRepair.class);

    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Publisher publisher;
    private final int maxSuspects;
    private final Wake wake = new Wake();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<@Nullable Consumer<byte[], byte[]>> reading = new AtomicReference<>();
    private final AtomicLong repaired = new AtomicLong();
    private final Map<Name, Suspect> suspects = new LinkedHashMap<>();
    private final Map<TopicPartition, Long> saved = new HashMap<>();
    private @Nullable Trial trial;

    /** What a record is about: one credential or one principal. */
    private record Name(String topic, String id) {}

    /**
     * How new a record or a row is.
     *
     * @param revision -1 for a record that takes away what is known
     */
    record Age(boolean terminal, long revision) {
        /** A record that takes away what is known. */
        static final Age NONE = new Age(false, -1);

        /** Whether edges that know {@code other} would take this one instead: a terminal state wins, then the higher revision. */
        boolean beats(Age other) {
            return terminal == other.terminal ? revision > other.revision : terminal;
        }
    }

    private record Found(TopicPartition partition, long offset, Age age) {}

    /** A record that is older than its row was when it was read. */
    private record Suspect(TopicPartition partition, long offset) {}

    /** Suspects, with what has to be acknowledged before they are judged. */
    private record Trial(Map<Name, Suspect> suspects, long index) {}

    /**
     * A repair that does not run yet.
     *
     * @param consumers makes a consumer without a group that begins at the beginning where it knows no better
     */
    ViewRepair(
            TransactionOperations transactions,
            DataSource dataSource,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Publisher publisher,
            int maxSuspects) {
        this.transactions = transactions;
        this.jdbc = new JdbcTemplate(dataSource);
        this.consumers = consumers;
        this.publisher = publisher;
        this.maxSuspects = maxSuspects;
    }

    /** Records that were sent again because an older one lay behind them. From any thread. */
    long repaired() {
        return repaired.get();
    }

    /** Ends {@link #run}. From any thread. */
    void stop() {
        running.set(false);
        wake.signal();
        Consumer<byte[], byte[]> consumer = reading.get();
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void run() {
        boolean failing = false;
        while (running.get()) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                reading.set(consumer);
                begin(consumer);
                while (running.get()) {
                    round(consumer);
                    failing = false;
                    wake.sleep(EVERY.toNanos());
                }
            } catch (WakeupException e) {
                LOG.trace("woken to stop", e);
            } catch (InterruptException | InterruptedException e) {
                running.set(false);
            } catch (RuntimeException e) {
                if (running.get() && !failing) {
                    failing = true;
                    LOG.warn("The repair of the view failed and tries again", e);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            } finally {
                reading.set(null);
            }
        }
    }

    private void begin(Consumer<byte[], byte[]> consumer) {
        suspects.clear();
        trial = null;
        saved.clear();
        saved.putAll(transact(ViewRepair::positions));
        consumer.assign(VIEW);
        for (TopicPartition partition : VIEW) {
            Long next = saved.get(partition);
            if (next == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, next);
            }
        }
    }

    /** Reads all that is there, and judges whom it can. */
    private void round(Consumer<byte[], byte[]> consumer) throws InterruptedException {
        readTo(consumer, consumer.endOffsets(VIEW));
        Trial open = trial;
        if (open == null && !suspects.isEmpty()) {
            open = new Trial(Map.copyOf(suspects), transact(LedgerStore::nextIndex));
            trial = open;
        }
        if (open != null && transact(LedgerStore::published) >= open.index()) {
            // What every suspect would have to be older than is acknowledged, and so before the end as it is now.
            trial = null;
            readTo(consumer, consumer.endOffsets(VIEW));
            Set<Name> convicted = new LinkedHashSet<>();
            open.suspects().forEach((name, suspect) -> {
                if (suspect.equals(suspects.get(name))) {
                    convicted.add(name);
                }
            });
            if (!convicted.isEmpty()) {
                LOG.warn(
                        "{} view records lie behind newer ones of the same credential or principal, such as {}:"
                                + " the newer ones are sent again",
                        convicted.size(),
                        convicted.iterator().next());
                again(convicted);
            }
        }
        save(consumer);
    }

    private void readTo(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) throws InterruptedException {
        while (running.get()
                && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            Map<Name, Found> last = new LinkedHashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                read(record, last);
            }
            if (!last.isEmpty()) {
                compare(last);
            }
            if (suspects.size() > maxSuspects) {
                LOG.info("{} view records may be older than others before them: all are sent again", suspects.size());
                trial = null;
                again(Set.copyOf(suspects.keySet()));
            }
        }
    }

    /** Of several records of one name the last one counts: it is what compaction would keep. */
    private static void read(ConsumerRecord<byte[], byte[]> record, Map<Name, Found> last) {
        try {
            byte[] value = record.value();
            Age age;
            if (value == null) {
                age = Age.NONE;
            } else if (record.topic().equals(Topics.CREDENTIALS)) {
                CredentialRecord credential = RecordJson.fromMap(CredentialRecord.class, JsonReader.object(value));
                age = new Age(credential.state().terminal(), credential.revision());
            } else {
                age = new Age(
                        false,
                        RecordJson.fromMap(PrincipalRecord.class, JsonReader.object(value))
                                .revision());
            }
            Name name = new Name(record.topic(), new String(record.key(), StandardCharsets.UTF_8));
            last.put(name, new Found(new TopicPartition(record.topic(), record.partition()), record.offset(), age));
        } catch (RuntimeException e) {
            // Edges stop there, and say so.
            LOG.error(
                    "{} of partition {} at {} cannot be read", record.topic(), record.partition(), record.offset(), e);
        }
    }

    private void compare(Map<Name, Found> last) {
        Map<Name, Age> rows = transact(connection -> rows(connection, last.keySet()));
        last.forEach((name, found) -> {
            Age row = rows.get(name);
            if (row != null && row.beats(found.age())) {
                suspects.put(name, new Suspect(found.partition(), found.offset()));
            } else {
                suspects.remove(name);
            }
        });
    }

    private static Map<Name, Age> rows(Connection connection, Set<Name> names) throws SQLException {
        Map<Name, Age> rows = new HashMap<>();
        for (CredentialState row : LedgerStore.credentialsById(connection, ids(names, Topics.CREDENTIALS))) {
            rows.put(
                    new Name(Topics.CREDENTIALS, row.credentialId().value()),
                    new Age(row.state().terminal(), row.revision()));
        }
        LedgerStore.principals(connection, ids(names, Topics.PRINCIPALS))
                .forEach((id, row) -> rows.put(new Name(Topics.PRINCIPALS, id), new Age(false, row.revision())));
        return rows;
    }

    private static List<String> ids(Set<Name> names, String topic) {
        return names.stream()
                .filter(name -> name.topic().equals(topic))
                .map(Name::id)
                .toList();
    }

    /** Has their present records sent, and waits until they are safe. */
    private void again(Set<Name> names) throws InterruptedException {
        List<Name> all = new ArrayList<>(names);
        for (int at = 0; at < all.size(); at += AT_ONCE) {
            Set<Name> some = new LinkedHashSet<>(all.subList(at, Math.min(at + AT_ONCE, all.size())));
            List<CredentialId> credentials = ids(some, Topics.CREDENTIALS).stream()
                    .map(CredentialId::new)
                    .toList();
            await(publisher.tellAgain(credentials, ids(some, Topics.PRINCIPALS)));
            repaired.addAndGet(some.size());
        }
        suspects.keySet().removeAll(names);
    }

    private void await(CompletableFuture<?> told) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (running.get()) {
            try {
                told.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new IllegalStateException("the publisher did not get to it in " + PATIENCE, e);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("the publisher could not send it", e.getCause());
            }
        }
        throw new InterruptedException("stopped");
    }

    /** Up to the first suspect of each partition nothing is left to be done. */
    private void save(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Long> next = new HashMap<>();
        VIEW.forEach(partition -> next.put(partition, consumer.position(partition)));
        suspects.values().forEach(suspect -> next.merge(suspect.partition(), suspect.offset(), Math::min));
        if (!next.equals(saved)) {
            transact(connection -> {
                LedgerStore.saveRepaired(connection, next);
                return next;
            });
            saved.putAll(next);
        }
    }

    private static Map<TopicPartition, Long> positions(Connection connection) throws SQLException {
        return LedgerStore.repaired(connection);
    }

    private <T> T transact(ConnectionCallback<T> work) {
        T result = transactions.execute(_ -> jdbc.execute(work));
        if (result == null) {
            throw new IllegalStateException("a transaction gave nothing");
        }
        return result;
    }

    /** Settings of a consumer that holds little. */
    static Map<String, Object> consumerSettings(Map<String, Object> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("client.id", "keyledger-view-repair");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("max.poll.records", AT_ONCE);
        settings.put("fetch.max.bytes", 1 << 20);
        settings.put("max.partition.fetch.bytes", 1 << 18);
        return settings;
    }
}
