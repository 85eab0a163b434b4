package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each server stopped and started again while requests run: nothing acknowledged is lost, and everything catches up by itself. */
@OnPlatform
@Order(60)
@Tag("embedded-servers")
class FaultsIT {
    private static final Duration CATCH_UP = Duration.ofSeconds(120);

    private final RunningPlatform platform;

    FaultsIT(RunningPlatform platform) {
        this.platform = platform;
    }

    @Test
    void without_kafka_the_edge_answers_and_what_was_acknowledged_arrives_later() {
        try (Traffic traffic = Traffic.start(platform)) {
            Traffic.pause(Duration.ofSeconds(2));
            ManagedProcess kafka = platform.process("kafka");
            kafka.kill9();
            long before = traffic.accepted();
            Traffic.pause(Duration.ofSeconds(6));
            assertThat(traffic.accepted())
                    .as("accepted by the edges while Kafka was away")
                    .isGreaterThan(before + 50);
            kafka.start();
            Traffic.pause(Duration.ofSeconds(3));
            traffic.stop();
            nothingIsLost(traffic);
        }
    }

    @Test
    void without_postgresql_commands_answer_503_with_retry_after_and_the_edge_goes_on() {
        try (Traffic traffic = Traffic.start(platform)) {
            Traffic.pause(Duration.ofSeconds(2));
            ManagedProcess postgres = platform.process("postgresql");
            postgres.stop();
            long before = traffic.accepted();
            Answer refused = traffic.tenant().tryCreate("while away", "read-only");
            refused.expect(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            Answer list = traffic.tenant().api().get("/keys");
            assertThat(list.status()).isEqualTo(503);
            assertThat(list.headers().firstValue("Retry-After")).isPresent();
            Traffic.pause(Duration.ofSeconds(5));
            assertThat(traffic.accepted())
                    .as("accepted by the edges while PostgreSQL was away")
                    .isGreaterThan(before + 50);
            postgres.start();
            await().atMost(Edges.SOON)
                    .ignoreExceptions()
                    .until(() -> traffic.tenant()
                                    .tryCreate("back " + System.nanoTime(), "read-only")
                                    .status()
                            == 201);
            traffic.stop();
            nothingIsLost(traffic);
        }
    }

    @Test
    void postgresql_killed_comes_back_with_everything_that_was_acknowledged() {
        try (Traffic traffic = Traffic.start(platform)) {
            Traffic.pause(Duration.ofSeconds(2));
            ManagedProcess postgres = platform.process("postgresql");
            postgres.kill9();
            Traffic.pause(Duration.ofSeconds(1));
            postgres.start();
            await().atMost(Edges.SOON)
                    .ignoreExceptions()
                    .until(() -> traffic.tenant()
                                    .tryCreate("back " + System.nanoTime(), "read-only")
                                    .status()
                            == 201);
            traffic.stop();
            nothingIsLost(traffic);
        }
    }

    @Test
    void without_elasticsearch_only_the_search_is_away() {
        try (Traffic traffic = Traffic.start(platform)) {
            ManagedProcess elasticsearch = platform.process("elasticsearch");
            elasticsearch.kill9();
            long before = traffic.accepted();
            Issued key = traffic.tenant().create("made while the search is away", "read-only");
            traffic.tenant().row(key.keyId(), key.answer());
            traffic.tenant().api().get("/audit?limit=10").expect(200);
            Answer search = traffic.tenant().api().get("/audit?q=away");
            assertThat(search.status()).isEqualTo(503);
            assertThat(search.headers().firstValue("Retry-After")).isPresent();
            traffic.tenant().revoke(key.keyId(), "quokka").expect(200);
            Traffic.pause(Duration.ofSeconds(2));
            assertThat(traffic.accepted()).isGreaterThan(before + 50);
            elasticsearch.start();
            await().atMost(CATCH_UP)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(traffic.tenant()
                                    .api()
                                    .get("/audit?q=quokka")
                                    .expect(200)
                                    .items())
                            .extracting(event -> Answer.at(event, "data.keyId"))
                            .containsExactly(key.keyId()));
            traffic.stop();
            nothingIsLost(traffic);
        }
    }

    @Test
    void command_service_killed_between_commit_and_publish_publishes_when_it_is_back() {
        Tenant tenant = platform.tenant();
        Issued key = tenant.create("committed, not yet published", "read-only");
        // Kafka stands still, so that the commit is certain and the publication cannot be.
        ManagedProcess kafka = platform.process("kafka");
        kafka.pause();
        try {
            Answer pending = tenant.revoke(key.keyId(), "killed right after");
            assertThat(pending.status()).isEqualTo(202);
            assertThat(pending.at("effective")).isEqualTo(false);
            platform.process("command-service").kill9();
        } finally {
            kafka.resume();
        }
        platform.process("command-service").start();
        platform.journal().await(EventType.KEY_REVOKED, key.keyId());
        await().atMost(Edges.SOON)
                .until(() -> Edges.code(platform.edge(1), key.key()).equals("revoked"));
        platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
        // It may lie there twice, as the kill came while it was under way; then with the same id and the same bytes.
        assertThat(platform.journal().lifecycle(key.keyId()).stream()
                        .filter(s -> s.type() == EventType.KEY_REVOKED)
                        .map(Journal.Seen::text)
                        .distinct())
                .hasSize(1);
        platform.journal().verifyChains();
    }

    @Test
    void query_service_killed_in_the_middle_counts_nothing_twice() {
        try (Traffic traffic = Traffic.start(platform)) {
            Traffic.pause(Duration.ofSeconds(1));
            platform.process("query-service").kill9();
            Traffic.pause(Duration.ofSeconds(1));
            platform.process("query-service").start();
            Traffic.pause(Duration.ofSeconds(1));
            traffic.stop();
            nothingIsLost(traffic);
        }
    }

    /** Everything that was answered 2xx is on Kafka and in the read store, every use exactly once. */
    private void nothingIsLost(Traffic traffic) {
        assertThat(traffic.unexpected).isEmpty();
        assertThat(traffic.created()).isPositive();
        Tenant tenant = traffic.tenant();
        await().atMost(CATCH_UP).ignoreExceptions().untilAsserted(() -> {
            assertThat(platform.journal().uses(traffic.used().keyId())).isGreaterThanOrEqualTo(traffic.accepted());
            for (Issued key : traffic.created) {
                assertThat(platform.journal().lifecycle(key.keyId())).isNotEmpty();
            }
            for (Issued key : traffic.revoked) {
                assertThat(platform.journal().lifecycle(key.keyId()))
                        .extracting(Journal.Seen::type)
                        .contains(EventType.KEY_REVOKED);
            }
        });
        await().atMost(CATCH_UP).ignoreExceptions().untilAsserted(() -> {
            Map<String, Object> row = tenant.api()
                    .get("/keys/" + traffic.used().keyId())
                    .expect(200)
                    .json();
            assertThat(row.get("requestCount"))
                    .isEqualTo(platform.journal().uses(traffic.used().keyId()));
        });
        // A use may be told whose answer was lost on the way, never the other way round.
        long unanswered = traffic.edgeAnswers
                .getOrDefault(0, new java.util.concurrent.atomic.AtomicLong())
                .get();
        assertThat(platform.journal().uses(traffic.used().keyId()) - traffic.accepted())
                .isBetween(0L, unanswered);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            Door edge = platform.edge(n);
            // One wait for all of them: each would cost the time between two looks.
            await().atMost(CATCH_UP).untilAsserted(() -> {
                for (Issued key : traffic.revoked) {
                    assertThat(Edges.code(edge, key.key())).isEqualTo("revoked");
                }
            });
        }
        platform.journal().verifyChains();
    }
}
