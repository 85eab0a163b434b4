package io.keyledger.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.ActivityEvent;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.Sources;
import io.keyledger.events.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private final KeyId key = Ids.newKeyId(NOON);
    private final String lane = Sources.edge("inst-1", "edge-1", "01jda7t3y9w8q6v5n4m3k2h1g0", "2");

    @Test
    void a_whole_history_with_uses_between_is_unbroken() {
        List<byte[]> own = own(4);
        Chain chain =
                of(own.get(0), own.get(1), use(7, "0".repeat(64)), own.get(2), use(12, "0".repeat(64)), own.get(3));

        assertThat(chain.unbroken()).isTrue();
        assertThat(chain.summary()).contains("4 events").contains("2 from edges");
    }

    @Test
    void a_missing_event_is_found() {
        List<byte[]> own = own(4);

        assertThat(of(own.get(0), own.get(1), own.get(3)).unbroken()).isFalse();
        assertThat(of(own.get(1), own.get(2), own.get(3)).unbroken()).isFalse();
    }

    @Test
    void a_changed_event_is_found_by_the_one_after_it() {
        List<byte[]> own = own(3);
        Map<String, Object> forged = JsonReader.object(own.get(1));
        forged.put("authid", "usr_mallory");
        Chain chain = new Chain();
        chain.add(JsonReader.object(own.get(0)));
        chain.add(forged);
        chain.add(JsonReader.object(own.get(2)));

        assertThat(chain.unbroken()).isFalse();
    }

    @Test
    void a_repeated_or_reordered_event_is_found() {
        List<byte[]> own = own(3);

        assertThat(of(own.get(0), own.get(1), own.get(1), own.get(2)).unbroken())
                .isFalse();
        assertThat(of(own.get(0), use(9, "0".repeat(64)), use(3, "0".repeat(64)))
                        .unbroken())
                .isFalse();
    }

    @Test
    void two_neighbours_of_an_edges_lane_are_checked_against_each_other() {
        List<byte[]> own = own(1);
        byte[] first = use(7, "0".repeat(64));

        assertThat(of(own.get(0), first, use(8, CloudEvent.hash(first))).unbroken())
                .isTrue();
        assertThat(of(own.get(0), first, use(8, "0".repeat(64))).unbroken()).isFalse();
    }

    @Test
    void no_history_is_not_a_whole_one() {
        assertThat(new Chain().unbroken()).isFalse();
    }

    private static Chain of(byte[]... events) {
        Chain chain = new Chain();
        for (byte[] event : events) {
            chain.add(JsonReader.object(event));
        }
        return chain;
    }

    private List<byte[]> own(int count) {
        List<byte[]> events = new ArrayList<>();
        String hash = CloudEvent.GENESIS;
        for (int i = 1; i <= count; i++) {
            byte[] bytes = event(
                    Sources.key("inst-1", key),
                    i,
                    hash,
                    new KeyEvent.KeyUpdated(key, "name " + i, null, Scope.READ_ONLY, false, List.of("name")));
            events.add(bytes);
            hash = CloudEvent.hash(bytes);
        }
        return events;
    }

    private byte[] use(long sequence, String prevHash) {
        return event(
                lane,
                sequence,
                prevHash,
                new ActivityEvent.KeyUsed(
                        key,
                        new CredentialId("0M9ODf6X0ft3"),
                        "name",
                        Scope.READ_ONLY,
                        null,
                        "GET",
                        "/",
                        null,
                        null,
                        "edge-1",
                        1,
                        NOON,
                        NOON));
    }

    private byte[] event(String source, long sequence, String prevHash, io.keyledger.events.Event data) {
        return new CloudEvent(
                        Ids.newEventId(NOON),
                        source,
                        sequence,
                        prevHash,
                        RecordJson.micros(NOON),
                        NOON,
                        TenantId.DEFAULT,
                        "key/" + key,
                        key.value(),
                        CloudEvent.Actor.SYSTEM,
                        null,
                        data)
                .bytes();
    }
}
