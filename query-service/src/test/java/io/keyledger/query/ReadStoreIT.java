package io.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.query.log.Log;
import io.keyledger.query.log.LogReader;
import io.keyledger.query.log.LogStore;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.readstore.ReadStore;
import io.keyledger.standalone.ManagedProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The fold into PostgreSQL, on the real PostgreSQL and Kafka, while things go wrong. */
@ExtendWith(OutputCaptureExtension.class)
class ReadStoreIT {
    private @Nullable Rig opened;

    @BeforeEach
    void open() throws Exception {
        opened = new Rig();
    }

    @AfterEach
    void close() {
        rig().close();
    }

    private Rig rig() {
        if (opened == null) {
            throw new AssertionError("not opened");
        }
        return opened;
    }

    /** By the rows alone, and against what the log says. */
    private void holdsExactly(List<LoggedEvent> log) {
        assertThat(rig().jdbc.queryForList("select id::text from event", String.class))
                .containsExactlyInAnyOrderElementsOf(
                        log.stream().map(e -> e.id().toString()).toList());
        assertThat(rig().count("select coalesce(sum(accepted), 0) from key_use"))
                .isEqualTo(log.stream()
                        .mapToLong(e -> e.data() instanceof KeyUsed used ? used.count() : 0)
                        .sum());
        assertThat(rig().count("select coalesce(sum(refused), 0) from key_use"))
                .isEqualTo(log.stream()
                        .mapToLong(e -> e.data() instanceof AuthFailed failed ? failed.count() : 0)
                        .sum());
    }

    private static List<LoggedEvent> part(List<LoggedEvent> log, int number, int of) {
        return log.subList(log.size() * (number - 1) / of, log.size() * number / of);
    }

    @Test
    void postgresql_killed_in_the_middle_of_the_stream_loses_nothing_and_doubles_nothing() throws Exception {
        List<LoggedEvent> log = Log.random(1, 150);
        rig().started(rig().store());
        rig().publish(part(log, 1, 3));
        await().atMost(Rig.SOON).ignoreExceptions().until(() -> rig().count("select count(*) from event") > 0);
        ManagedProcess postgres = rig().platform.process("postgresql");
        postgres.kill9();
        rig().publish(part(log, 2, 3));
        Thread.sleep(Duration.ofMillis(500));
        postgres.start();
        rig().publish(part(log, 3, 3));
        rig().awaitFolded();

        holdsExactly(log);
        assertThat(rig().rows()).isEqualTo(rig().rowsMadeAnew());
    }

    @Test
    void what_is_published_again_is_skipped() {
        List<LoggedEvent> log = Log.random(2, 60);
        rig().started(rig().store());
        rig().publish(log);
        rig().awaitFolded();
        Map<String, List<String>> before = rig().rows();
        // As a publisher does that begins again before its position: the same bytes, from some point on.
        rig().publish(log.subList(log.size() / 2, log.size()));
        rig().publish(log);
        rig().awaitFolded();

        assertThat(rig().rows()).isEqualTo(before);
        holdsExactly(log);
    }

    @Test
    void two_readers_of_a_group_share_the_partitions_and_hand_them_over() throws Exception {
        List<LoggedEvent> log = Log.random(3, 200);
        SimpleMeterRegistry ofOne = new SimpleMeterRegistry();
        SimpleMeterRegistry ofTwo = new SimpleMeterRegistry();
        LogReader one = rig().reader("one", rig().store(), ofOne);
        LogReader two = rig().reader("two", rig().store(), ofTwo);
        one.start();
        rig().publish(part(log, 1, 4));
        two.start();
        await().atMost(Rig.SOON).untilAsserted(() -> {
            Set<String> all = new TreeSet<>(Rig.held(ofOne));
            assertThat(all).as("one").hasSize(3);
            assertThat(Rig.held(ofTwo)).as("two").hasSize(3);
            all.addAll(Rig.held(ofTwo));
            assertThat(all).as("both").hasSize(6);
        });
        rig().publish(part(log, 2, 4));
        one.stop();
        rig().publish(part(log, 3, 4));
        rig().awaitFolded();
        assertThat(Rig.held(ofTwo)).hasSize(6);
        one.start();
        two.stop();
        rig().publish(part(log, 4, 4));
        rig().awaitFolded();

        holdsExactly(log);
        assertThat(rig().rows()).isEqualTo(rig().rowsMadeAnew());
    }

    @Test
    void a_reader_that_lost_its_partition_to_another_folds_nothing_more() {
        TopicPartition partition = new TopicPartition(rig().topics.getFirst(), 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (LoggedEvent event : Log.random(6, 20)) {
            if (event.topic().contains("lifecycle")) {
                records.add(new ConsumerRecord<>(partition.topic(), 0, records.size(), new byte[0], event.bytes()));
            }
        }
        ReadStore one = rig().store();
        ReadStore two = rig().store();
        assertThat(two.positions(List.of(partition))).containsEntry(partition, 0L);
        assertThat(one.apply(partition, 0, records.subList(0, 20), false).next())
                .isEqualTo(20);
        Map<String, List<String>> before = rig().rows();

        assertThatThrownBy(() -> two.apply(partition, 0, records.subList(0, 10), false))
                .isInstanceOf(LogStore.Overtaken.class);
        assertThatThrownBy(() -> two.apply(partition, 10, records.subList(10, records.size()), false))
                .isInstanceOf(LogStore.Overtaken.class);
        assertThat(rig().rows()).isEqualTo(before);
        assertThat(one.position(partition)).isEqualTo(20);
    }

    @Test
    void a_hole_in_a_source_stops_its_partition_loudly_and_no_other(CapturedOutput output) {
        List<LoggedEvent> log = Log.random(4, 60);
        LoggedEvent missing = log.stream()
                .filter(e -> e.topic().contains("lifecycle") && e.sequence() == 2)
                .filter(e -> log.stream().anyMatch(next -> follows(e, next)))
                .findFirst()
                .orElseThrow();
        List<LoggedEvent> rest = new ArrayList<>(log);
        rest.remove(missing);
        LogReader reader = rig().started(rig().store());
        rig().publish(rest);
        await().atMost(Rig.SOON).until(() -> !reader.stopped().isEmpty());
        TopicPartition stopped = reader.stopped().iterator().next();
        awaitTheOthers(stopped);

        assertThat(reader.stopped()).containsExactly(stopped);
        assertThat(stopped.topic()).isEqualTo(rig().topics.getFirst());
        assertThat(output.getAll())
                .contains("STOPS reading " + stopped, missing.source() + " has a hole: sequence 3 follows 1");
        assertThat(rig().count("select max(sequence) from event where source = '" + missing.source() + "'"))
                .isEqualTo(1);

        // Nor does another start skip it.
        rig().stopReaders();
        LogReader again = rig().started(rig().store());
        await().atMost(Rig.SOON).until(() -> again.stopped().equals(Set.of(stopped)));
        assertThat(rig().count("select max(sequence) from event where source = '" + missing.source() + "'"))
                .isEqualTo(1);
    }

    private static boolean follows(LoggedEvent event, LoggedEvent next) {
        return next.source().equals(event.source()) && next.sequence() == event.sequence() + 1;
    }

    private void awaitTheOthers(TopicPartition but) {
        Map<TopicPartition, Long> ends = rig().ends();
        await().atMost(Rig.SOON)
                .untilAsserted(() -> ends.forEach((partition, end) -> {
                    if (!partition.equals(but)) {
                        assertThat(rig().store().position(partition))
                                .as("%s", partition)
                                .isEqualTo(end);
                    }
                }));
    }

    @Test
    void a_record_that_is_no_event_stops_its_partition_at_its_offset(CapturedOutput output) {
        List<LoggedEvent> log = Log.random(5, 20);
        LogReader reader = rig().started(rig().store());
        rig().publish(log);
        rig().awaitFolded();
        TopicPartition partition = new TopicPartition(rig().topics.getLast(), 0);
        long offset = rig().ends().getOrDefault(partition, -1L);
        rig().send(partition, "{\"specversion\":\"1.0\"}");
        await().atMost(Rig.SOON).until(() -> reader.stopped().equals(Set.of(partition)));

        assertThat(output.getAll()).contains("STOPS reading " + partition, "at offset " + offset);
        assertThat(rig().store().position(partition)).isEqualTo(offset);
        holdsExactly(log);
    }
}
