package io.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.ledger.ViewRepair.Age;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.TenantId;
import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that a frozen publisher writes late, on the real Kafka. */
class ViewRepairIT {
    private final List<Published> published = new CopyOnWriteArrayList<>();
    private @Nullable Rig opened;
    private @Nullable LedgerThreads running;
    private @Nullable ViewRepair repair;

    @BeforeEach
    void open() throws Exception {
        opened = new Rig();
    }

    @AfterEach
    void close() {
        stop();
        rig().close();
    }

    private Rig rig() {
        return Objects.requireNonNull(opened);
    }

    private void start() {
        start(ViewRepair.MAX_SUSPECTS);
    }

    private void start(int maxSuspects) {
        Publisher publisher = rig().publisher(published::add);
        repair = rig().repair(publisher, maxSuspects);
        running = new LedgerThreads(rig().sealer("1", publisher::signal), publisher, repair);
        running.start();
    }

    private void stop() {
        if (running != null) {
            running.stop();
        }
        running = null;
    }

    private long repaired() {
        return Objects.requireNonNull(repair).repaired();
    }

    private void await(int events) throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (published.size() < events) {
            assertThat(System.nanoTime())
                    .as("%d events are published", published.size())
                    .isLessThan(giveUp);
            Thread.sleep(10);
        }
    }

    /** As the frozen publisher of another process would: the same principal, the same bytes. */
    private void late(ConsumerRecord<byte[], byte[]> old) throws Exception {
        write(old.topic(), old.partition(), old.key(), old.value());
    }

    private void write(String topic, int partition, byte[] key, byte @Nullable [] value) throws Exception {
        try (Producer<byte[], byte[]> frozen = rig().producer()) {
            frozen.send(new ProducerRecord<>(topic, partition, key, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static CredentialRecord credential(ConsumerRecord<byte[], byte[]> record) {
        return RecordJson.read(CredentialRecord.class, record.value());
    }

    @Test
    void behind_a_late_record_of_a_revoked_key_its_end_is_told_again() throws Exception {
        try (Tail view = new Tail(rig().edgeKafka, Topics.CREDENTIALS)) {
            start();
            KeyId key = Rig.newKey();
            CredentialId credential = Ids.newCredentialId();
            rig().create(key, credential);
            await(1);
            rig().append(Rig.revoked(key, credential), 2);
            await(2);
            view.until(() -> view.records.size() == 2);
            late(view.records.getFirst());
            view.until(() -> view.records.size() == 4);
            assertThat(credential(view.records.get(2)).state()).isEqualTo(State.ACTIVE);
            assertThat(view.records.get(3).value())
                    .isEqualTo(view.records.get(1).value());
            assertThat(view.records.get(3).partition())
                    .isEqualTo(view.records.get(1).partition());
            assertThat(view.records.get(3).offset())
                    .isGreaterThan(view.records.get(2).offset());
        }
    }

    @Test
    void what_was_written_late_while_nobody_looked_is_found_by_the_next_process() throws Exception {
        try (Tail view = new Tail(rig().edgeKafka, Topics.CREDENTIALS)) {
            start();
            KeyId key = Rig.newKey();
            CredentialId credential = Ids.newCredentialId();
            rig().create(key, credential);
            await(1);
            rig().append(Rig.revoked(key, credential), 2);
            await(2);
            view.until(() -> view.records.size() == 2);
            // A record that takes away what is known is no better: it would outlive the end.
            write(
                    Topics.CREDENTIALS,
                    view.records.getFirst().partition(),
                    view.records.getFirst().key(),
                    null);
            view.until(() -> view.records.size() == 4);
            stop();
            late(view.records.getFirst());
            view.until(() -> view.records.size() == 5);
            start();
            view.until(() -> view.records.size() == 6);
            assertThat(credential(view.records.get(5)).state()).isEqualTo(State.REVOKED);
        }
    }

    @Test
    void behind_a_late_record_of_a_tenant_the_present_one_is_told_again() throws Exception {
        try (Tail view = new Tail(rig().edgeKafka, Topics.PRINCIPALS)) {
            start();
            rig().append("settings:t_default", switched("true", "false"), 1);
            await(1);
            rig().append("settings:t_default", switched("false", "true"), 2);
            await(2);
            rig().append("settings:t_default", switched("true", "false"), 3);
            await(3);
            List<ConsumerRecord<byte[], byte[]>> tenants = view.records;
            String id = PrincipalRecord.tenantId(TenantId.DEFAULT);
            view.until(() -> tenants.stream().anyMatch(r -> principal(r).revision() == 3));
            int before = tenants.size();
            PrincipalRecord old = PrincipalRecord.tenant(TenantId.DEFAULT, 2, true);
            write(Topics.PRINCIPALS, 0, id.getBytes(java.nio.charset.StandardCharsets.UTF_8), RecordJson.bytes(old));
            view.until(() -> tenants.size() == before + 2);
            assertThat(principal(tenants.get(before))).isEqualTo(old);
            assertThat(principal(tenants.get(before + 1)))
                    .isEqualTo(PrincipalRecord.tenant(TenantId.DEFAULT, 3, false));
        }
    }

    private static SettingsChanged switched(String from, String to) {
        return new SettingsChanged("keys", List.of(new SettingChange("keys.enabled", from, to)));
    }

    private static PrincipalRecord principal(ConsumerRecord<byte[], byte[]> record) {
        return RecordJson.read(PrincipalRecord.class, record.value());
    }

    @Test
    void what_is_in_order_is_not_told_again() throws Exception {
        start();
        int keys = 300;
        for (int i = 0; i < keys; i++) {
            KeyId key = Rig.newKey();
            CredentialId credential = Ids.newCredentialId();
            rig().create(key, credential);
            rig().append(Rig.revoked(key, credential), 2);
        }
        await(2 * keys);
        long sum = position();
        assertThat(sum).isPositive();
        assertThat(repaired()).isZero();
    }

    /** The end of what was looked at, once it is the end of the topics. */
    private long position() throws InterruptedException {
        Long sum = null;
        long ends = published.stream()
                .flatMap(p -> p.views().stream())
                .filter(place -> place.topic().equals(Topics.CREDENTIALS))
                .collect(Collectors.toMap(Published.Place::partition, p -> p.offset() + 1, Math::max))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (sum == null || sum < ends) {
            assertThat(System.nanoTime()).as("%s of %s", sum, ends).isLessThan(giveUp);
            Thread.sleep(100);
            sum = rig().jdbc
                    .queryForObject(
                            "SELECT sum(next_offset) FROM view_repair WHERE topic = ?", Long.class, Topics.CREDENTIALS);
        }
        return sum;
    }

    @Test
    void more_suspects_than_there_is_room_for_are_told_again_without_a_proof() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> old = new ArrayList<>();
        int keys = 40;
        try (Tail view = new Tail(rig().edgeKafka, Topics.CREDENTIALS)) {
            start();
            List<KeyId> ids = new ArrayList<>();
            List<CredentialId> credentials = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                ids.add(Rig.newKey());
                credentials.add(Ids.newCredentialId());
                rig().create(ids.get(i), credentials.get(i));
            }
            await(keys);
            view.until(() -> view.records.size() == keys);
            old.addAll(view.records);
            for (int i = 0; i < keys; i++) {
                rig().append(Rig.revoked(ids.get(i), credentials.get(i)), 2);
            }
            await(2 * keys);
            view.until(() -> view.records.size() == 2 * keys);
            stop();
            for (ConsumerRecord<byte[], byte[]> record : old) {
                late(record);
            }
            start(5);
            view.until(() -> view.records.size() >= 4 * keys);
            assertThat(view.records.subList(3 * keys, 4 * keys))
                    .allSatisfy(r -> assertThat(credential(r).state()).isEqualTo(State.REVOKED));
        }
    }

    @Test
    void an_age_beats_another_as_edges_merge() {
        assertThat(new Age(true, 2).beats(new Age(false, 9))).isTrue();
        assertThat(new Age(false, 9).beats(new Age(true, 2))).isFalse();
        assertThat(new Age(false, 2).beats(new Age(false, 1))).isTrue();
        assertThat(new Age(false, 2).beats(new Age(false, 2))).isFalse();
        assertThat(new Age(true, 3).beats(new Age(true, 2))).isTrue();
        assertThat(new Age(false, 1).beats(Age.NONE)).isTrue();
    }
}
