package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyEvent.RevocationConfirmed;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Three edges, and what a revocation says of one that does not answer. */
@OnPlatform
@Order(50)
class BarrierIT {
    private final RunningPlatform platform;
    private final Tenant tenant;

    BarrierIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Test
    void an_edge_that_stands_still_is_named_and_the_rest_confirm() {
        Issued key = tenant.create("one edge asleep", "read-only");
        ManagedProcess asleep = platform.process("auth-edge-3");
        asleep.pause();
        Answer pending;
        try {
            Instant asked = Instant.now();
            pending = tenant.revoke(key.keyId(), "now").expect(202);
            assertThat(Duration.between(asked, Instant.now())).isGreaterThan(Duration.ofMillis(1500));
            assertThat(pending.at("effective")).isEqualTo(false);
            assertThat(pending.list("pending"))
                    .extracting(edge -> edge.get("edge"))
                    .containsExactly("edge-3");
            assertThat(pending.list("edges"))
                    .extracting(edge -> edge.get("edge"))
                    .contains("edge-1", "edge-2", "query-1");
            assertThat(Instant.parse(pending.text("harmlessAt"))).isAfter(asked);
            assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("revoked");
            assertThat(barrier(pending).at("effective")).isEqualTo(false);
        } finally {
            asleep.resume();
        }
        await().atMost(Edges.SOON)
                .untilAsserted(
                        () -> assertThat(barrier(pending).at("effective")).isEqualTo(true));
        assertThat(Edges.code(platform.edge(3), key.key())).isEqualTo("revoked");
        Journal.Seen confirmed = platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
        assertThat(((RevocationConfirmed) confirmed.event().data()).edges())
                .extracting(edge -> edge.edge())
                .contains("edge-1", "edge-2", "edge-3", "query-1");
    }

    private Answer barrier(Answer pending) {
        String path = pending.text("barrier");
        return tenant.api().get(path.substring(path.indexOf("/barriers/"))).expect(200);
    }

    @Test
    void an_edge_that_was_stopped_in_order_is_not_waited_for() {
        Issued key = tenant.create("one edge stopped", "read-only");
        ManagedProcess stopped = platform.process("auth-edge-3");
        stopped.stop();
        try {
            Answer answer = tenant.revoke(key.keyId(), "now").expect(200);
            assertThat(answer.list("edges"))
                    .extracting(edge -> edge.get("edge"))
                    .doesNotContain("edge-3");
        } finally {
            stopped.start();
        }
        // Started again, it has read everything before it answers: what was revoked meanwhile stays revoked.
        assertThat(Edges.code(platform.edge(3), key.key())).isEqualTo("revoked");
    }

    @Test
    void an_edge_that_was_killed_and_came_back_refuses_what_was_revoked_meanwhile() {
        Issued lives = tenant.create("lives on", "read-only");
        Issued ends = tenant.create("ends meanwhile", "read-only");
        Edges.authorize(platform.edge(2), lives.key(), "GET", "/x").expect(204);
        platform.process("auth-edge-2").kill9();
        Answer pending = tenant.revoke(ends.keyId(), "now");
        assertThat(pending.status()).isIn(200, 202);
        platform.process("auth-edge-2").start();
        assertThat(Edges.code(platform.edge(2), ends.key())).isEqualTo("revoked");
        await().atMost(Edges.SOON).untilAsserted(() -> {
            assertThat(Edges.code(platform.edge(2), lives.key())).isEqualTo("accepted");
        });
        // The use before the kill was spooled before its answer left: it is told, by the next boot, once.
        long told = platform.journal().uses(lives.keyId());
        await().atMost(Edges.SOON)
                .untilAsserted(() ->
                        assertThat(platform.journal().uses(lives.keyId())).isGreaterThanOrEqualTo(Math.max(told, 2)));
        platform.journal().await(EventType.REVOCATION_CONFIRMED, ends.keyId());
        platform.journal().verifyChains();
    }

    /** With the command line, as its operator does it. */
    @Test
    void nothing_waits_any_more_for_an_edge_that_its_operator_retired() throws IOException {
        Issued key = tenant.create("one edge lost", "read-only");
        ManagedProcess lost = platform.process("auth-edge-3");
        lost.kill9();
        try {
            Answer pending = tenant.revoke(key.keyId(), "now").expect(202);
            assertThat(pending.list("pending"))
                    .extracting(edge -> edge.get("edge"))
                    .containsExactly("edge-3");
            assertThat(barrier(pending).at("effective")).isEqualTo(false);

            CommandLine.Said unknown = CommandLine.run(platform, "edge", "retire", "edge-33", "--yes");
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.err()).contains("There is no such edge (404)", "keyledger edge list");

            CommandLine.Said retired = CommandLine.run(platform, "edge", "retire", "edge-3", "--yes", "--json");
            assertThat(retired.code()).as(retired.err()).isZero();
            assertThat(retired.object()).isEqualTo(Map.of("edge", "edge-3", "standing", "retired"));

            Answer effective = barrier(pending);
            assertThat(effective.at("effective")).isEqualTo(true);
            assertThat(effective.list("edges"))
                    .extracting(edge -> edge.get("edge"))
                    .contains("edge-1", "edge-2", "query-1")
                    .doesNotContain("edge-3");
            platform.journal().await(EventType.REVOCATION_CONFIRMED, key.keyId());
            Issued next = tenant.create("after the loss", "read-only");
            tenant.revoke(next.keyId(), "now").expect(200);
            assertThat(standing("edge-3")).isEqualTo("retired");
        } finally {
            lost.start();
        }
        // Started again, it is an edge as any other, and knows what it missed.
        assertThat(Edges.code(platform.edge(3), key.key())).isEqualTo("revoked");
        await().atMost(Edges.SOON).until(() -> standing("edge-3").equals("live"));
    }

    private String standing(String edge) throws IOException {
        CommandLine.Said said = CommandLine.run(platform, "edge", "list", "--json");
        assertThat(said.code()).as(said.err()).isZero();
        return said.objects().stream()
                .filter(line -> edge.equals(line.get("edge")))
                .map(line -> String.valueOf(line.get("standing")))
                .findFirst()
                .orElse("unknown");
    }

    /** Strict keys need a lease: an edge that hears nothing from command-service refuses them when its lease ends. */
    @Test
    void without_command_service_strict_keys_are_refused_after_the_lease_and_others_go_on() {
        Issued strict = tenant.create("strict", "admin");
        Issued available = tenant.create("available", "read-only");
        assertThat(Edges.code(platform.edge(1), strict.key())).isEqualTo("accepted");
        ManagedProcess command = platform.process("command-service");
        command.pause();
        try {
            await().atMost(Edges.SOON)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> Edges.code(platform.edge(1), strict.key()).equals("stale"));
            Answer answer = Edges.verify(platform.edge(1), available.key()).expect(200);
            assertThat(answer.text("code")).isEqualTo("accepted");
            assertThat(answer.number("viewAgeMillis")).isGreaterThan(20_000);
        } finally {
            command.resume();
        }
        await().atMost(Edges.SOON)
                .until(() -> Edges.code(platform.edge(1), strict.key()).equals("accepted"));
        await().atMost(Edges.SOON)
                .until(() -> Edges.verify(platform.edge(1), available.key())
                                .expect(200)
                                .number("viewAgeMillis")
                        < 10_000);
    }
}
