package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.standalone.ManagedProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sealer and the publisher on the real PostgreSQL and Kafka. */
class LedgerIT {
    private final List<Published> published = new CopyOnWriteArrayList<>();
    private final List<LedgerThreads> running = new ArrayList<>();
    private @Nullable Rig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        running.forEach(LedgerThreads::stop);
        rig().close();
    }

    private Rig rig() {
        if (rig == null) {
            throw new AssertionError("not started");
        }
        return rig;
    }

    private LedgerThreads run(String owner) {
        Publisher publisher = rig().publisher(published::add);
        LedgerThreads threads = new LedgerThreads(
                rig().sealer(owner, publisher::signal), publisher, rig().repair(publisher, ViewRepair.MAX_SUSPECTS));
        threads.start();
        running.add(threads);
        return threads;
    }

    @Test
    void what_is_appended_is_chained_and_on_kafka_byte_for_byte_with_its_view_records() throws Exception {
        try (Tail audit = new Tail(rig().kafka, Topics.LIFECYCLE);
                Tail view = new Tail(rig().edgeKafka, Topics.CREDENTIALS);
                Tail principals = new Tail(rig().edgeKafka, Topics.PRINCIPALS)) {
            run("1");
            KeyId key = Rig.newKey();
            CredentialId credential = Ids.newCredentialId();
            String createdId = rig().create(key, credential);
            await(() -> published.size() == 1);
            String revokedId = rig().append(Rig.revoked(key, credential), 2);
            await(() -> published.size() == 2);

            List<LedgerEntry> ledger = rig().ledger();
            assertThat(ledger).extracting(LedgerEntry::eventId).containsExactly(createdId, revokedId);
            CloudEvent revoked = Rig.event(ledger.get(1).bytes());
            assertThat(revoked.prevHash())
                    .isEqualTo(CloudEvent.hash(ledger.get(0).bytes()));
            assertThat(revoked.sequence()).isEqualTo(2);

            audit.until(() -> audit.records.size() == 2);
            for (int i = 0; i < 2; i++) {
                ConsumerRecord<byte[], byte[]> record = audit.records.get(i);
                assertThat(record.value()).isEqualTo(ledger.get(i).bytes());
                assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(key.value());
                Map<String, byte[]> headers = new HashMap<>();
                for (Header header : record.headers()) {
                    headers.put(header.key(), header.value());
                }
                assertThat(headers)
                        .containsExactlyInAnyOrderEntriesOf(
                                Rig.event(ledger.get(i).bytes()).headers());
                assertThat(published.get(i).position().offset()).isEqualTo(record.offset());
                assertThat(published.get(i).position().partition()).isEqualTo(record.partition());
            }
            view.until(() -> view.records.size() == 2);
            CredentialRecord first =
                    RecordJson.read(CredentialRecord.class, view.records.get(0).value());
            CredentialRecord second =
                    RecordJson.read(CredentialRecord.class, view.records.get(1).value());
            assertThat(first.state()).isEqualTo(State.ACTIVE);
            assertThat(first.pepper()).isEqualTo("p1");
            assertThat(first.verifier()).hasSize(43);
            assertThat(second.state()).isEqualTo(State.REVOKED);
            assertThat(second.revision()).isEqualTo(2);
            assertThat(view.records)
                    .extracting(ConsumerRecord::partition)
                    .containsOnly(CredentialRecord.partition(key, 6));
            assertThat(published.get(1).views())
                    .singleElement()
                    .satisfies(place -> assertThat(place.offset())
                            .isEqualTo(view.records.get(1).offset()));
            principals.until(() -> principals.records.size() == 1);
            assertThat(JsonReader.object(principals.records.getFirst().value()))
                    .containsEntry("id", "tenant:t_default")
                    .containsEntry("enabled", true);
        }
    }

    @Test
    void late_commits_and_rollbacks_lose_double_and_reorder_nothing() throws Exception {
        try (Tail audit = new Tail(rig().kafka, Topics.LIFECYCLE)) {
            run("1");
            Set<String> committed = ConcurrentHashMap.newKeySet();
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 8; w++) {
                Random random = new Random(w);
                writers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 60; i++) {
                        write(random, committed);
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            await(() -> rig().ledger().size() == committed.size());
            List<LedgerEntry> ledger = rig().ledger();
            assertThat(ledger).extracting(LedgerEntry::eventId).containsExactlyInAnyOrderElementsOf(committed);
            assertChained(ledger.stream().map(LedgerEntry::bytes).toList());
            for (int i = 0; i < ledger.size(); i++) {
                assertThat(ledger.get(i).index()).isEqualTo(i);
            }
            audit.until(() -> audit.records.size() >= ledger.size());
            assertThat(audit.records).hasSameSizeAs(ledger);
            assertChained(audit.records.stream().map(ConsumerRecord::value).toList());
        }
    }

    /** One key's life in two transactions; any of them may be long, and any may roll back. */
    private void write(Random random, Set<String> committed) {
        KeyId key = Rig.newKey();
        CredentialId credential = Ids.newCredentialId();
        boolean created = Boolean.TRUE.equals(rig().transactions.execute(status -> {
            rig().verifier(key, credential);
            String id = rig().append(Rig.created(key, credential), 1);
            return end(random, status::setRollbackOnly, id, committed);
        }));
        if (created) {
            rig().transactions.executeWithoutResult(status -> {
                String id = rig().append(Rig.revoked(key, credential), 2);
                end(random, status::setRollbackOnly, id, committed);
            });
        }
    }

    private static boolean end(Random random, Runnable rollBack, String id, Set<String> committed) {
        if (random.nextInt(4) == 0) {
            sleep(random.nextInt(400));
        }
        if (random.nextInt(5) == 0) {
            rollBack.run();
            return false;
        }
        committed.add(id);
        return true;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_commits_late_is_sealed_however_old_its_neighbours_say_they_are() throws Exception {
        run("1");
        CountDownLatch appended = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        KeyId key = Rig.newKey();
        CredentialId credential = Ids.newCredentialId();
        Thread late = Thread.ofPlatform()
                .start(() -> rig().transactions.executeWithoutResult(_ -> {
                    rig().create(key, credential);
                    appended.countDown();
                    try {
                        commit.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
        appended.await();
        // Decided before the machine slept or its clock was set, and committed after it.
        KeyId old = Rig.newKey();
        CredentialId its = Ids.newCredentialId();
        rig().verifier(old, its);
        rig().append(old.value(), Rig.created(old, its), 1, Instant.now().minus(Duration.ofDays(400)));
        await(() -> rig().ledger().size() == 1);
        // Time enough to look at the hole, and to look again.
        Thread.sleep(3_500);
        rig().create(Rig.newKey(), Ids.newCredentialId());
        await(() -> rig().ledger().size() == 2);
        commit.countDown();
        late.join();
        await(() -> rig().ledger().size() == 3);
        assertThat(rig().ledger().getLast().partitionKey()).isEqualTo(key.value());
    }

    @Test
    void holes_that_rolled_back_are_passed_over_and_then_forgotten() throws Exception {
        run("1");
        rig().create(Rig.newKey(), Ids.newCredentialId());
        // More of them than are read at once.
        rig().transactions.executeWithoutResult(status -> {
            KeyId key = Rig.newKey();
            for (int i = 1; i <= 600; i++) {
                rig().append(Rig.created(key, Ids.newCredentialId()), i);
            }
            status.setRollbackOnly();
        });
        rig().create(Rig.newKey(), Ids.newCredentialId());
        await(() -> rig().ledger().size() == 2);
        assertThat(holes()).contains("601");
        await(() -> {
            rig().create(Rig.newKey(), Ids.newCredentialId());
            sleep(200);
            return holes().equals("[]");
        });
    }

    private String holes() {
        String token =
                rig().jdbc.queryForObject("SELECT token::text FROM token WHERE processor = 'sealer'", String.class);
        return Objects.requireNonNull(token).replaceFirst("(?s).*\"gaps\" *: *(\\[.*?]).*", "$1");
    }

    /** Each source from 1 without a hole, each event chained to the one before. */
    private static void assertChained(List<byte[]> events) {
        Map<String, byte[]> last = new HashMap<>();
        for (byte[] bytes : events) {
            CloudEvent event = Rig.event(bytes);
            byte[] before = last.put(event.source(), bytes);
            assertThat(event.sequence())
                    .isEqualTo(before == null ? 1 : Rig.event(before).sequence() + 1);
            assertThat(event.prevHash()).isEqualTo(before == null ? CloudEvent.GENESIS : CloudEvent.hash(before));
        }
    }

    @Test
    void what_was_committed_while_nobody_sealed_is_sealed_and_published_at_the_next_start() throws Exception {
        KeyId key = Rig.newKey();
        CredentialId credential = Ids.newCredentialId();
        rig().create(key, credential);
        rig().append(Rig.revoked(key, credential), 2);
        run("1");
        await(() -> published.size() == 2);
        assertThat(published.get(1).ends()).isTrue();
    }

    @Test
    void after_a_crash_before_the_position_was_saved_the_same_bytes_come_again_in_the_same_order() throws Exception {
        try (Tail audit = new Tail(rig().kafka, Topics.LIFECYCLE)) {
            LedgerThreads first = run("1");
            for (int i = 0; i < 20; i++) {
                KeyId key = Rig.newKey();
                CredentialId credential = Ids.newCredentialId();
                rig().create(key, credential);
                rig().append(Rig.revoked(key, credential), 2);
            }
            await(() -> published.size() == 40);
            first.stop();
            rig().jdbc.update("UPDATE publisher SET next_index = 10");
            run("1");
            audit.until(() -> audit.records.size() == 70);
            Map<String, List<byte[]>> byId = new HashMap<>();
            audit.records.forEach(
                    record -> byId.computeIfAbsent(Rig.event(record.value()).id(), _ -> new ArrayList<>())
                            .add(record.value()));
            assertThat(byId).hasSize(40);
            byId.values()
                    .forEach(copies -> assertThat(copies).allMatch(bytes -> Arrays.equals(bytes, copies.getFirst())));
            Set<String> seen = new HashSet<>();
            assertChained(audit.records.stream()
                    .map(ConsumerRecord::value)
                    .filter(bytes -> seen.add(Rig.event(bytes).id()))
                    .toList());
        }
    }

    @Test
    void without_an_acknowledgement_the_position_stays_and_what_a_failed_producer_had_in_flight_is_sent_again()
            throws Exception {
        List<Producer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
        Publisher publisher = new Publisher(
                rig().transactions,
                rig().dataSource,
                () -> {
                    producers.add(rig().producer());
                    return producers.getLast();
                },
                published::add);
        LedgerThreads threads = new LedgerThreads(
                rig().sealer("1", publisher::signal), publisher, rig().repair(publisher, ViewRepair.MAX_SUSPECTS));
        running.add(threads);
        ManagedProcess kafka = TestServers.running().process("kafka");
        try (Tail audit = new Tail(rig().kafka, Topics.LIFECYCLE)) {
            threads.start();
            rig().create(Rig.newKey(), Ids.newCredentialId());
            await(() -> position() == 1);
            kafka.pause();
            try {
                for (int i = 0; i < 5; i++) {
                    rig().create(Rig.newKey(), Ids.newCredentialId());
                }
                await(() -> rig().ledger().size() == 6);
                Thread.sleep(1000);
                assertThat(position()).isEqualTo(1);
                // As a producer ends that was fenced, or found no room: what it had in flight fails.
                producers.getFirst().close(Duration.ZERO);
                await(() -> producers.size() > 1);
                assertThat(position()).isEqualTo(1);
            } finally {
                kafka.resume();
            }
            await(() -> position() == 6);
            Set<String> seen = new HashSet<>();
            audit.until(() -> {
                audit.records.forEach(
                        record -> seen.add(Rig.event(record.value()).id()));
                return seen.size() == 6;
            });
            assertThat(seen)
                    .containsExactlyInAnyOrderElementsOf(
                            rig().ledger().stream().map(LedgerEntry::eventId).toList());
        }
    }

    private long position() {
        Long position = rig().jdbc.queryForObject("SELECT next_index FROM publisher", Long.class);
        return position == null ? 0 : position;
    }

    @Test
    void two_sealers_that_both_believe_they_own_the_token_seal_everything_once() throws Exception {
        run("the same");
        run("the same");
        for (int i = 0; i < 100; i++) {
            KeyId key = Rig.newKey();
            CredentialId credential = Ids.newCredentialId();
            rig().create(key, credential);
            rig().append(Rig.revoked(key, credential), 2);
        }
        await(() -> rig().ledger().size() == 200);
        assertChained(rig().ledger().stream().map(LedgerEntry::bytes).toList());
    }

    @Test
    void a_sealer_that_does_not_own_the_token_waits() throws Exception {
        run("1");
        rig().create(Rig.newKey(), Ids.newCredentialId());
        await(() -> published.size() == 1);
        LedgerThreads second = run("2");
        rig().create(Rig.newKey(), Ids.newCredentialId());
        await(() -> rig().ledger().size() == 2);
        assertThat(rig().jdbc.queryForObject("SELECT owner FROM token WHERE processor = 'sealer'", String.class))
                .endsWith(":1");
        running.getFirst().stop();
        rig().create(Rig.newKey(), Ids.newCredentialId());
        await(() -> rig().ledger().size() == 3);
        assertThat(rig().jdbc.queryForObject("SELECT owner FROM token WHERE processor = 'sealer'", String.class))
                .endsWith(":2");
        second.stop();
    }

    @Test
    void neither_ledger_nor_event_store_can_be_changed() {
        rig().create(Rig.newKey(), Ids.newCredentialId());
        for (String change : List.of("DELETE FROM domain_event", "UPDATE ledger SET bytes = ''", "TRUNCATE ledger")) {
            assertThatThrownBy(() -> rig().jdbc.execute(change))
                    .as(change)
                    .rootCause()
                    .hasMessageContaining("only ever appended to");
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come true in time");
            }
            Thread.sleep(5);
        }
    }
}
