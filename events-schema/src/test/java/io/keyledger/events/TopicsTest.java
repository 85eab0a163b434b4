package io.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.view.CredentialRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions, order and other people's access rules hang on these: a change of any of them is a new topic. */
class TopicsTest {
    @ParameterizedTest
    @CsvSource({
        "keyledger.audit.lifecycle.v1, 6, delete, -1",
        "keyledger.audit.activity.v1, 6, delete, 34560000000",
        "keyledger.audit.checkpoints.v1, 1, delete, -1",
        "keyledger.view.credentials.v1, 6, compact,",
        "keyledger.view.principals.v1, 1, compact,",
        "keyledger.view.jwks.v1, 1, compact,",
        "keyledger.control.heartbeat.v1, 1, delete, 86400000",
        "keyledger.control.edge-acks.v1, 1, delete, 86400000",
        "keyledger.control.limits.v1, 1, 'compact,delete', 3024000000",
    })
    void a_topic_never_changes(String name, int partitions, String cleanup, String retention) {
        Topics.Spec spec = Topics.ALL.stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(spec.partitions()).isEqualTo(partitions);
        assertThat(spec.config().get("cleanup.policy")).isEqualTo(cleanup);
        assertThat(spec.config().get("retention.ms")).isEqualTo(retention);
        assertThat(spec.config().get("min.compaction.lag.ms")).isEqualTo(cleanup.equals("compact") ? "3600000" : null);
        assertThat(Topics.ALL).hasSize(9);
    }

    /** One prefixed rule on {@code keyledger.audit.} gives a SIEM every public event, and nothing else. */
    @ParameterizedTest
    @EnumSource
    void every_public_event_goes_to_an_audit_topic(EventType type) {
        assertThat(type.topic()).startsWith("keyledger.audit.");
        assertThat(Topics.VIEW).noneMatch(topic -> topic.startsWith("keyledger.audit."));
    }

    @ParameterizedTest
    @CsvSource({
        "key_01JDA7T3Y9W8Q6V5N4M3K2H1G0, 4",
        "key_00000000000000000000000000, 2",
        "key_7ZZZZZZZZZZZZZZZZZZZZZZZZZ, 5",
        "key_01ARYZ6S41TSV4RRFFQ69G5FAV, 1",
    })
    void a_key_stays_in_its_partition(String key, int partition) {
        assertThat(CredentialRecord.partition(new KeyId(key), 6)).isEqualTo(partition);
    }

    @Test
    void keys_spread_over_all_partitions() {
        Instant now = Instant.EPOCH;
        long[] counts = new long[6];
        Stream.generate(() -> Ids.newKeyId(now))
                .limit(6000)
                .forEach(key -> counts[CredentialRecord.partition(key, 6)]++);
        assertThat(Arrays.stream(counts)).allMatch(count -> count > 800);
        assertThat(List.of(CredentialRecord.State.values()).stream().filter(CredentialRecord.State::terminal))
                .containsExactly(
                        CredentialRecord.State.REPLACED,
                        CredentialRecord.State.EXPIRED,
                        CredentialRecord.State.REVOKED,
                        CredentialRecord.State.DELETED);
    }
}
