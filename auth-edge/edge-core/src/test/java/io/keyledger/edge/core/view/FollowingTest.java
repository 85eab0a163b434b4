package io.keyledger.edge.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.disk.RealDisk;
import io.keyledger.edge.core.view.Following.Batch;
import io.keyledger.edge.core.view.Following.Partition;
import io.keyledger.edge.core.view.ViewRecords.Stored;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Topics;
import io.keyledger.events.control.EdgeAck;
import io.keyledger.events.control.EdgeAck.Phase;
import io.keyledger.events.control.Heartbeat;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.EdgeTime;
import io.keyledger.verifier.Lease;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowingTest {
    private static final Map<String, String> TOPICS = Map.of(Topics.CREDENTIALS, "c1", Topics.PRINCIPALS, "p1");

    @TempDir
    private Path data;

    private long nanos = 1;
    private Instant wall = Logs.NOON;

    /** One run of an edge; what it asks of the log is kept. */
    private final class Run implements Following.Log, AutoCloseable {
        final Map<Partition, @Nullable Long> readFrom = new TreeMap<>();
        final List<Partition> stopped = new ArrayList<>();
        final List<EdgeAck> acks = new ArrayList<>();
        final ViewStore store = ViewStore.open(new RealDisk(), data, "inst-01", Logs.PEPPERS);
        final EdgeTime time = new EdgeTime(() -> wall, () -> nanos);
        final Lease lease = new Lease("edge-1", "boot", () -> nanos, Duration.ofHours(4));
        final Following following = new Following(
                "inst-01", "edge-1", "boot", store, lease, time, () -> nanos, () -> List.of(0L), () -> {}, this);

        Run() throws IOException {
            Instant known = store.time();
            if (known != null) {
                time.heard(known);
            }
            following.begin();
        }

        @Override
        public void readFrom(Partition partition, @Nullable Long offset) {
            readFrom.put(partition, offset);
        }

        @Override
        public void stop(Partition partition, long at) {
            stopped.add(partition);
        }

        @Override
        public void acknowledge(EdgeAck ack) {
            acks.add(ack);
        }

        void step(Batch... batches) {
            nanos += Duration.ofSeconds(1).toNanos();
            following.step(List.of(batches), List.of());
        }

        void ends(long credentials, long principals) {
            Map<Partition, Long> ends =
                    Following.VIEW.stream().collect(Collectors.toMap(p -> p, _ -> 0L, (a, _) -> a, TreeMap::new));
            ends.put(Logs.CREDENTIALS, credentials);
            ends.put(Logs.PRINCIPALS, principals);
            following.ends(ends);
        }

        void heartbeat() {
            EdgeAck last = acks.getLast();
            following.step(
                    List.of(),
                    List.of(RecordJson.bytes(new Heartbeat(
                            "inst-01",
                            wall,
                            30_000,
                            last.positions(),
                            Map.of("edge-1", new Heartbeat.Echo("boot", last.ping()))))));
        }

        /** From nothing to an answering edge that knows the key. */
        Run serving() {
            following.identified(TOPICS);
            ends(1, 1);
            step(Logs.tenant(), Logs.told(0, 1, State.ACTIVE));
            heartbeat();
            assertThat(following.ready()).isTrue();
            return this;
        }

        Code verdict() {
            return store.view()
                    .verify(Logs.PRESENTED, Ask.of(null), time.instant(), Standing.LIVE)
                    .code();
        }

        /** As a process that dies: nothing more is written. */
        @Override
        public void close() {
            store.close();
        }
    }

    @Test
    void nothing_is_acknowledged_before_it_is_known_which_topics_these_are() throws IOException {
        try (Run run = new Run()) {
            run.ends(1, 1);
            run.step(Logs.tenant(), Logs.told(0, 1, State.ACTIVE));
            assertThat(run.acks).isEmpty();
            run.following.identified(TOPICS);
            run.step();
            assertThat(run.acks).hasSize(1);
        }
    }

    @Test
    void a_topic_that_was_made_anew_is_read_from_its_beginning_and_its_old_positions_are_not_acknowledged()
            throws IOException {
        try (Run run = new Run().serving()) {
            run.readFrom.clear();
            run.following.identified(Map.of(Topics.CREDENTIALS, "c2", Topics.PRINCIPALS, "p1"));
            assertThat(run.readFrom).containsEntry(Logs.CREDENTIALS, null).doesNotContainKey(Logs.PRINCIPALS);
            run.step();
            assertThat(run.acks.getLast().applied(Topics.CREDENTIALS, Logs.CREDENTIALS.number()))
                    .isZero();
        }
    }

    @Test
    void a_topic_that_was_made_anew_while_the_edge_was_away_is_noticed_before_anything_is_acknowledged()
            throws IOException {
        try (Run run = new Run().serving()) {
            run.store.save(run.following.topics(), wall);
        }
        try (Run run = new Run()) {
            assertThat(run.readFrom).containsEntry(Logs.CREDENTIALS, 1L);
            run.step();
            run.following.identified(Map.of(Topics.CREDENTIALS, "c2", Topics.PRINCIPALS, "p1"));
            run.step();
            assertThat(run.readFrom).containsEntry(Logs.CREDENTIALS, null);
            assertThat(run.acks).hasSize(1);
            assertThat(run.acks.getFirst().applied(Topics.CREDENTIALS, Logs.CREDENTIALS.number()))
                    .isZero();
        }
    }

    @Test
    void a_start_goes_on_behind_what_was_kept_and_answers_nothing_before_it_has_a_lease() throws IOException {
        try (Run run = new Run().serving()) {
            run.store.save(run.following.topics(), wall);
        }
        try (Run run = new Run()) {
            assertThat(run.readFrom).containsEntry(Logs.CREDENTIALS, 1L).containsEntry(Logs.PRINCIPALS, 1L);
            assertThat(run.verdict()).isEqualTo(Code.ACCEPTED);
            run.following.identified(TOPICS);
            run.ends(1, 1);
            run.step();
            assertThat(run.following.ready()).isFalse();
            assertThat(run.lease.standing()).isEqualTo(Standing.STARTING);
            assertThat(run.acks.getLast().phase()).isEqualTo(Phase.STARTING);
            run.heartbeat();
            assertThat(run.following.ready()).isTrue();
        }
    }

    @Test
    @Row({"S1-60", "S3-24"})
    void an_end_that_was_learnt_after_the_last_image_outlives_the_process_and_the_log() throws IOException {
        try (Run run = new Run().serving()) {
            run.step(Logs.told(1, 2, State.REVOKED));
            assertThat(run.verdict()).isEqualTo(Code.REVOKED);
        }
        // The log comes back from an older copy, which knows nothing of it.
        for (int start = 0; start < 3; start++) {
            try (Run run = new Run()) {
                run.following.identified(Map.of(Topics.CREDENTIALS, "c2" + start, Topics.PRINCIPALS, "p1"));
                run.step(Logs.told(0, 1, State.ACTIVE), Logs.told(1, 3, State.ACTIVE));
                assertThat(run.verdict()).isEqualTo(Code.REVOKED);
                run.store.save(run.following.topics(), wall);
            }
        }
    }

    @Test
    void when_the_newest_image_is_broken_the_one_before_it_is_used_and_when_both_are_the_log_is_read()
            throws IOException {
        try (Run run = new Run().serving()) {
            run.store.save(run.following.topics(), wall);
            run.step(Logs.told(1, 2, State.REVOKED));
            run.store.save(run.following.topics(), wall);
        }
        List<Path> images = images();
        assertThat(images).hasSize(2);
        damage(images.getLast());
        try (Run run = new Run()) {
            // What is behind the older one is read again; the end is known all the same.
            assertThat(run.readFrom).containsEntry(Logs.CREDENTIALS, 1L);
            assertThat(run.verdict()).isEqualTo(Code.REVOKED);
        }
        damage(images.getFirst());
        try (Run run = new Run()) {
            assertThat(run.readFrom).containsEntry(Logs.CREDENTIALS, null).containsEntry(Logs.PRINCIPALS, null);
            run.step(Logs.tenant(), Logs.told(0, 1, State.ACTIVE));
            assertThat(run.verdict()).isEqualTo(Code.REVOKED);
        }
    }

    @Test
    void what_is_kept_is_for_its_owner_alone() throws IOException {
        try (Run run = new Run().serving()) {
            run.step(Logs.told(1, 2, State.REVOKED));
        }
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files)
                    .hasSizeGreaterThan(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void time_that_was_acted_upon_does_not_come_again_after_a_restart_with_a_clock_set_back() throws IOException {
        try (Run run = new Run().serving()) {
            run.store.passed(Logs.NOON.plusSeconds(500));
        }
        wall = Logs.NOON.minusSeconds(100_000);
        try (Run run = new Run()) {
            assertThat(run.time.instant()).isEqualTo(Logs.NOON.plusSeconds(500));
        }
    }

    @Test
    void a_record_that_cannot_be_read_stops_its_partition_and_nothing_behind_it_is_applied() throws IOException {
        try (Run run = new Run().serving()) {
            byte[] id = Logs.ID.value().getBytes(StandardCharsets.US_ASCII);
            Stored good = Logs.told(1, 2, State.SUSPENDED).records().getFirst();
            Stored bad = new Stored(2, id, new byte[] {'?'});
            Stored behind = new Stored(3, id, good.value());
            run.step(new Batch(Logs.CREDENTIALS, List.of(good, bad, behind), 4));
            assertThat(run.verdict()).isEqualTo(Code.SUSPENDED);
            assertThat(run.stopped).containsExactly(Logs.CREDENTIALS);
            assertThat(run.following.trouble()).contains("record 2 of");
            assertThat(run.acks.getLast().applied(Topics.CREDENTIALS, Logs.CREDENTIALS.number()))
                    .isEqualTo(2);
        }
    }

    private List<Path> images() throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> file.toString().endsWith(".image"))
                    .sorted()
                    .toList();
        }
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] = (byte) ~bytes[bytes.length / 2];
        Files.write(file, bytes);
    }
}
