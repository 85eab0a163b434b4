package io.keyledger.edge.core.spool;

import static io.keyledger.edge.core.spool.Granularity.REQUEST;
import static io.keyledger.edge.core.spool.Granularity.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.ActivityEvent.AuthFailed;
import io.keyledger.events.ActivityEvent.EdgeStopped;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.CloudEvent;
import io.keyledger.events.CredentialId;
import io.keyledger.events.Event;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UseSpoolTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path data;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final InstantSource clock = now::get;
    private final MemoryLog log = new MemoryLog();

    private UseSpool open() throws IOException {
        return UseSpool.open(new SpoolSettings("inst-01", "edge-1", data, 1 << 20, 1 << 20, 1 << 16), log, clock);
    }

    static Use use(KeyId key, String path) {
        return use(NOON, key, path, "req_1");
    }

    static Use use(Instant time, KeyId key, String path, String requestId) {
        return new Use(
                time,
                TenantId.DEFAULT,
                key,
                new CredentialId("0M9ODf6X0ft3"),
                "SIEM Integration",
                Scope.READ_ONLY,
                "http:read",
                "GET",
                path,
                "192.0.2.1",
                "curl/8",
                requestId);
    }

    private static Refusal refusal(Verdict.Code reason, String ip) {
        return new Refusal(
                NOON, reason, TenantId.SYSTEM, null, null, null, "kl_k_0M9ODf6X0ft3", null, "GET", "/", ip, null, null);
    }

    private static List<Event> data(Map<String, List<CloudEvent>> chains) {
        return chains.values().stream()
                .flatMap(List::stream)
                .map(CloudEvent::data)
                .toList();
    }

    @Test
    @Row({"S1-69"})
    void every_use_becomes_one_chained_event_with_endpoint_address_and_time() throws IOException {
        List<KeyId> keys = Stream.generate(() -> Ids.newKeyId(NOON)).limit(50).toList();
        try (UseSpool spool = open()) {
            for (int i = 0; i < 5000; i++) {
                assertThat(spool.use(use(keys.get(i % 50), "/n/" + i + "?q=1"), REQUEST))
                        .isEqualTo(Spooled.DONE);
            }
            assertThat(spool.lanes(1).stream().mapToLong(Long::longValue).sum()).isEqualTo(5000);
            spool.close(PATIENCE);
        }
        List<KeyUsed> uses = data(log.chains()).stream()
                .filter(KeyUsed.class::isInstance)
                .map(KeyUsed.class::cast)
                .toList();
        assertThat(uses).hasSize(5000).allSatisfy(u -> {
            assertThat(u.ip()).isEqualTo("192.0.2.1");
            assertThat(u.firstTime()).isEqualTo(NOON);
            assertThat(u.count()).isEqualTo(1);
        });
        assertThat(uses.stream().map(KeyUsed::path).distinct())
                .hasSize(5000)
                .allMatch(p -> p != null && !p.contains("?"));
        assertThat(data(log.chains())).anyMatch(EdgeStopped.class::isInstance);
    }

    private static List<KeyUsed> uses(Map<String, List<CloudEvent>> chains) {
        return data(chains).stream()
                .filter(KeyUsed.class::isInstance)
                .map(KeyUsed.class::cast)
                .toList();
    }

    @Test
    void uses_of_one_second_that_are_alike_share_an_event_that_counts_them_exactly() throws IOException {
        KeyId key = Ids.newKeyId(NOON);
        try (UseSpool spool = open()) {
            for (int i = 0; i < 50; i++) {
                Instant time = NOON.plusMillis(10L * i);
                assertThat(spool.use(use(time, key, "/a?q=" + i, "req_" + i), SECOND))
                        .isEqualTo(Spooled.DONE);
            }
            spool.use(use(NOON.plusMillis(500), key, "/b", "req_b"), SECOND);
            spool.use(use(NOON.plusMillis(1000), key, "/a", "req_c"), SECOND);
            spool.close(PATIENCE);
        }
        List<CloudEvent> events = log.chains().values().stream()
                .flatMap(List::stream)
                .filter(e -> e.data() instanceof KeyUsed)
                .toList();
        assertThat(events).hasSize(3);
        KeyUsed fifty = (KeyUsed) events.getFirst().data();
        assertThat(fifty.path()).isEqualTo("/a");
        assertThat(fifty.count()).isEqualTo(50);
        assertThat(fifty.firstTime()).isEqualTo(NOON);
        assertThat(fifty.lastTime()).isEqualTo(NOON.plusMillis(490));
        assertThat(events.getFirst().time()).isEqualTo(NOON.plusMillis(490));
        assertThat(events.getFirst().requestId()).as("each had its own").isNull();
        assertThat(events.stream().skip(1).map(e -> ((KeyUsed) e.data()).path() + " " + e.requestId()))
                .containsExactly("/b req_b", "/a req_c");
        assertThat(events.stream().skip(1).map(e -> ((KeyUsed) e.data()).count()))
                .containsOnly(1L);
    }

    @Test
    void uses_that_differ_in_anything_but_their_instant_do_not_share_an_event() throws IOException {
        Use use = use(Ids.newKeyId(NOON), "/");
        List<Use> others = List.of(
                with(use, "1M9ODf6X0ft3", "http:read", "GET", "/", "192.0.2.1", "curl/8"),
                with(use, "0M9ODf6X0ft3", "http:write", "GET", "/", "192.0.2.1", "curl/8"),
                with(use, "0M9ODf6X0ft3", "http:read", "HEAD", "/", "192.0.2.1", "curl/8"),
                with(use, "0M9ODf6X0ft3", "http:read", "GET", "/x", "192.0.2.1", "curl/8"),
                with(use, "0M9ODf6X0ft3", "http:read", "GET", "/", "192.0.2.2", "curl/8"),
                with(use, "0M9ODf6X0ft3", "http:read", "GET", "/", "192.0.2.1", "curl/9"),
                use(Ids.newKeyId(NOON), "/"));
        try (UseSpool spool = open()) {
            for (int i = 0; i < 2; i++) {
                spool.use(use, SECOND);
                others.forEach(other -> spool.use(other, SECOND));
            }
            spool.close(PATIENCE);
        }
        assertThat(uses(log.chains()))
                .hasSize(others.size() + 1)
                .extracting(KeyUsed::count)
                .containsOnly(2L);
    }

    private static Use with(
            Use use, String credential, String permission, String method, String path, String ip, String agent) {
        return new Use(
                use.time(),
                use.tenant(),
                use.keyId(),
                new CredentialId(credential),
                use.keyName(),
                use.scope(),
                permission,
                method,
                path,
                ip,
                agent,
                use.requestId());
    }

    @Test
    void once_the_view_has_changed_no_use_shares_an_event_with_one_from_before() throws IOException {
        KeyId key = Ids.newKeyId(NOON);
        long confirmed;
        try (UseSpool spool = open()) {
            spool.use(use(key, "/"), SECOND);
            spool.use(use(key, "/"), SECOND);
            confirmed = Collections.max(spool.lanes(1));
            assertThat(confirmed).isEqualTo(1);
            spool.use(use(key, "/"), SECOND);
            assertThat(Collections.max(spool.lanes(1)))
                    .as("the view is as it was")
                    .isEqualTo(2);
            spool.use(use(key, "/"), SECOND);
            spool.close(PATIENCE);
        }
        Map<String, List<CloudEvent>> chains = log.chains();
        assertThat(chains.values().stream()
                        .flatMap(List::stream)
                        .filter(e -> e.data() instanceof KeyUsed && e.sequence() <= confirmed)
                        .mapToLong(e -> ((KeyUsed) e.data()).count())
                        .sum())
                .as("uses up to the sequence that was confirmed")
                .isEqualTo(2);
        assertThat(uses(chains)).extracting(KeyUsed::count).containsExactly(2L, 2L);
    }

    @Test
    void a_second_is_told_when_it_is_over_though_no_other_use_comes() throws Exception {
        KeyId key = Ids.newKeyId(NOON);
        try (UseSpool spool = open()) {
            spool.use(use(key, "/"), SECOND);
            spool.use(use(key, "/"), SECOND);
            Thread.sleep(300);
            assertThat(uses(log.chains())).as("the second is not over").isEmpty();
            now.set(NOON.plusSeconds(1));
            long giveUp = System.nanoTime() + PATIENCE.toNanos();
            while (uses(log.chains()).isEmpty() && System.nanoTime() < giveUp) {
                Thread.sleep(5);
            }
            assertThat(uses(log.chains())).extracting(KeyUsed::count).containsExactly(2L);
        }
    }

    @Test
    void of_ever_new_endpoints_in_one_second_only_so_many_are_held_and_all_are_counted() throws IOException {
        KeyId key = Ids.newKeyId(NOON);
        int endpoints = 2 * Round.MAX_GROUPS + 10;
        try (UseSpool spool =
                UseSpool.open(new SpoolSettings("inst-01", "edge-1", data, 64 << 20, 1 << 20, 1 << 16), log, clock)) {
            for (int i = 0; i < endpoints; i++) {
                assertThat(spool.use(use(key, "/" + i), SECOND)).isEqualTo(Spooled.DONE);
                assertThat(spool.use(use(key, "/" + i), SECOND)).isEqualTo(Spooled.DONE);
            }
            // Its round is over.
            assertThat(spool.use(use(key, "/0"), SECOND)).isEqualTo(Spooled.DONE);
            spool.close(PATIENCE);
        }
        List<KeyUsed> uses = uses(log.chains());
        assertThat(uses).hasSize(endpoints + 1);
        assertThat(uses.stream().mapToLong(KeyUsed::count).sum()).isEqualTo(2L * endpoints + 1);
    }

    @Test
    void one_tenants_seconds_do_not_keep_back_the_uses_of_another() throws Exception {
        KeyId key = Ids.newKeyId(NOON);
        try (UseSpool spool = open()) {
            spool.use(use(key, "/counted"), SECOND);
            spool.use(use(key, "/single"), REQUEST);
            long giveUp = System.nanoTime() + PATIENCE.toNanos();
            while (uses(log.chains()).isEmpty() && System.nanoTime() < giveUp) {
                Thread.sleep(5);
            }
            assertThat(uses(log.chains())).extracting(KeyUsed::path).containsExactly("/single");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_use_that_is_withdrawn_under_the_lock_is_not_written(Granularity granularity) throws IOException {
        KeyId key = Ids.newKeyId(NOON);
        try (UseSpool spool = open()) {
            assertThat(spool.use(use(key, "/"), granularity, () -> false)).isEqualTo(Spooled.WITHDRAWN);
            assertThat(spool.lanes(1)).containsOnly(0L);
        }
        assertThat(data(log.chains())).noneMatch(KeyUsed.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource
    void a_full_spool_refuses_uses_and_takes_them_again_once_kafka_is_back(Granularity granularity) throws Exception {
        KeyId key = Ids.newKeyId(NOON);
        log.away(true);
        try (UseSpool spool = open()) {
            int accepted = 0;
            while (spool.use(use(key, "/" + accepted), granularity) == Spooled.DONE) {
                accepted++;
            }
            assertThat(accepted).isBetween(1000, 100_000);
            spool.refused(refusal(Verdict.Code.SPOOL_FULL, "192.0.2.9"));
            log.away(false);
            while (spool.use(use(key, "/again"), granularity) != Spooled.DONE) {
                Thread.sleep(10);
            }
            spool.close(PATIENCE);
            assertThat(data(log.chains()).stream().filter(KeyUsed.class::isInstance))
                    .hasSize(accepted + 1);
        }
    }

    @Test
    @Row({"S1-72"})
    void the_replaced_credential_of_a_key_is_told_though_the_new_one_was_refused_a_thousand_times() throws IOException {
        KeyId key = Ids.newKeyId(NOON);
        try (UseSpool spool = open()) {
            for (int i = 0; i < 1000; i++) {
                spool.refused(refusalOf(key, "1M9ODf6X0ft3"));
            }
            spool.refused(refusalOf(key, "0M9ODf6X0ft3"));
            spool.close(PATIENCE);
        }
        List<AuthFailed> failed = data(log.chains()).stream()
                .filter(AuthFailed.class::isInstance)
                .map(AuthFailed.class::cast)
                .toList();
        assertThat(failed.stream().filter(f -> new CredentialId("0M9ODf6X0ft3").equals(f.credentialId())))
                .singleElement()
                .satisfies(f -> assertThat(f.count()).isEqualTo(1));
        assertThat(failed.stream()
                        .filter(f -> new CredentialId("1M9ODf6X0ft3").equals(f.credentialId()))
                        .mapToLong(AuthFailed::count)
                        .sum())
                .isEqualTo(1000);
    }

    private static Refusal refusalOf(KeyId key, String credential) {
        return new Refusal(
                NOON,
                Verdict.Code.REVOKED,
                TenantId.DEFAULT,
                key,
                new CredentialId(credential),
                "SIEM Integration",
                "kl_k_" + credential,
                null,
                "GET",
                "/",
                "192.0.2.1",
                null,
                null);
    }

    @Test
    @Row({"S1-72"})
    void refusals_above_ten_a_minute_of_one_address_and_reason_are_counted_exactly() throws IOException {
        try (UseSpool spool = open()) {
            for (int i = 0; i < 1000; i++) {
                spool.refused(refusal(Verdict.Code.UNKNOWN, "192.0.2.1"));
            }
            spool.refused(refusal(Verdict.Code.UNKNOWN, "192.0.2.2"));
            now.set(NOON.plusSeconds(61));
            spool.refused(refusal(Verdict.Code.UNKNOWN, "192.0.2.1"));
            spool.close(PATIENCE);
        }
        List<AuthFailed> failed = data(log.chains()).stream()
                .filter(AuthFailed.class::isInstance)
                .map(AuthFailed.class::cast)
                .toList();
        assertThat(failed.stream().mapToLong(AuthFailed::count).sum()).isEqualTo(1002);
        assertThat(failed).hasSize(13);
        assertThat(failed.stream().filter(f -> f.count() > 1)).singleElement().satisfies(f -> {
            assertThat(f.count()).isEqualTo(990);
            assertThat(f.ip()).isEqualTo("192.0.2.1");
            assertThat(f.reason()).isEqualTo("unknown");
        });
        assertThat(failed.getFirst().presented()).isEqualTo("kl_k_0M9ODf6X0ft3");
    }

    @Test
    void a_flood_from_ever_new_addresses_is_counted_exactly_and_takes_no_room_from_the_uses() throws IOException {
        log.away(true);
        KeyId key = Ids.newKeyId(NOON);
        try (UseSpool spool = open()) {
            for (int i = 0; i < 40_000; i++) {
                spool.refused(refusal(Verdict.Code.MALFORMED, "2001:db8::" + Integer.toHexString(i)));
            }
            assertThat(spool.uncounted()).isZero();
            assertThat(spool.use(use(key, "/"), REQUEST)).isEqualTo(Spooled.DONE);
            log.away(false);
            spool.close(PATIENCE);
        }
        assertThat(data(log.chains()).stream()
                        .filter(AuthFailed.class::isInstance)
                        .mapToLong(e -> ((AuthFailed) e).count())
                        .sum())
                .isEqualTo(40_000);
    }

    @Test
    void what_kafka_did_not_acknowledge_is_sent_again_by_the_next_run_with_the_same_bytes() throws IOException {
        KeyId key = Ids.newKeyId(NOON);
        log.forgetful(true);
        String first;
        try (UseSpool spool = open()) {
            first = spool.boot();
            for (int i = 0; i < 300; i++) {
                spool.use(use(key, "/" + i), REQUEST);
            }
            spool.close(Duration.ofMillis(500));
        }
        int sent = log.records().size();
        assertThat(sent).isGreaterThan(300);
        log.forgetful(false);
        try (UseSpool spool = open()) {
            spool.close(PATIENCE);
        }
        assertThat(log.records().size()).isGreaterThanOrEqualTo(2 * sent);
        Map<String, List<CloudEvent>> chains = log.chains();
        assertThat(data(chains).stream().filter(KeyUsed.class::isInstance)).hasSize(300);
        assertThat(chains.keySet()).anyMatch(s -> s.contains(":edge-1:" + first + ":"));
        try (Stream<Path> left = Files.list(data.resolve("spool"))) {
            assertThat(left.map(p -> p.getFileName().toString())).doesNotContain(first);
        }
    }

    @Test
    void two_processes_cannot_have_one_data_folder() throws IOException {
        try (UseSpool spool = open()) {
            assertThat(spool.boot()).hasSize(26);
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("another process");
        }
    }

    @Test
    @Row({"S1-73"})
    void no_file_and_no_event_holds_a_key_that_somebody_put_in_a_path_or_a_user_agent() throws IOException {
        String key = new KeyFactory(new SecureRandom())
                .create("kl", KeyKind.KEY, Ids.newCredentialId())
                .reveal();
        log.away(true);
        List<byte[]> files = new ArrayList<>();
        try (UseSpool spool = open()) {
            Use plain = use(Ids.newKeyId(NOON), "/x/" + key);
            assertThat(spool.use(plain, REQUEST)).isEqualTo(Spooled.DONE);
            spool.refused(new Refusal(
                    NOON,
                    Verdict.Code.UNKNOWN,
                    TenantId.SYSTEM,
                    null,
                    null,
                    null,
                    null,
                    null,
                    "GET",
                    "/?key=" + key,
                    "192.0.2.1",
                    "agent " + key,
                    key));
            try (Stream<Path> walk = Files.walk(data)) {
                for (Path file : walk.filter(Files::isRegularFile).toList()) {
                    files.add(Files.readAllBytes(file));
                }
            }
            log.away(false);
            spool.close(PATIENCE);
        }
        files.addAll(log.records());
        String secret = key.substring(key.length() - 49);
        assertThat(files).isNotEmpty().noneMatch(f -> text(f).contains(secret));
        assertThat(data(log.chains())).anyMatch(e -> path(e) != null && "[key]".equals(path(e)));
    }

    private static @Nullable String path(Event event) {
        return event instanceof KeyUsed used ? used.path() : null;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
