package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc.AuthorizationBlockingStub;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Envoy's own client stubs, over gRPC and TLS, between a client and a real edge. */
@OnPlatform
@Order(23)
class ExtAuthzIT {
    private final RunningPlatform platform;
    private final Tenant tenant;
    private ManagedChannel channel;

    ExtAuthzIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @BeforeAll
    void open() throws IOException {
        URI edge = platform.edgeAddress(1);
        channel = NettyChannelBuilder.forAddress("localhost", edge.getPort())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(platform.dataDir().resolve("tls/ca.pem").toFile())
                        .build())
                .build();
    }

    @AfterAll
    void close() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private CheckResponse check(String method, String path, Map<String, String> headers) {
        AuthorizationBlockingStub envoy =
                AuthorizationGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
        return envoy.check(CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder()
                                        .setSocketAddress(
                                                SocketAddress.newBuilder().setAddress("203.0.113.77"))))
                        .setRequest(AttributeContext.Request.newBuilder()
                                .setHttp(AttributeContext.HttpRequest.newBuilder()
                                        .setMethod(method)
                                        .setPath(path)
                                        .setScheme("https")
                                        .putAllHeaders(headers))))
                .build());
    }

    @Row({"S5-22"})
    @Test
    void envoy_is_told_who_asks_and_the_use_is_in_the_audit() {
        Issued key = tenant.create("by Envoy", "read-only");
        CheckResponse response = check(
                "GET",
                "/api/v1/objects?marked=1",
                Map.of("x-api-key", key.key(), "user-agent", "client/2", "x-keyledger-scope", "admin"));
        Map<String, String> set = response.getOkResponse().getHeadersList().stream()
                .map(HeaderValueOption::getHeader)
                .collect(Collectors.toMap(header -> header.getKey(), header -> header.getValue()));
        assertThat(set)
                .containsEntry("x-keyledger-key-id", key.keyId())
                .containsEntry("x-keyledger-credential-id", key.credentialId())
                .containsEntry("x-keyledger-tenant", tenant.id())
                .containsEntry("x-keyledger-scope", "read-only");
        assertThat(response.getOkResponse().getHeadersToRemoveList())
                .contains("x-api-key", "authorization")
                .doesNotContainAnyElementsOf(set.keySet());
        Journal.Seen seen = platform.journal().await(EventType.KEY_USED, key.keyId());
        KeyUsed used = (KeyUsed) seen.event().data();
        assertThat(used.method()).isEqualTo("GET");
        assertThat(used.path()).isEqualTo("/api/v1/objects");
        assertThat(used.ip()).isEqualTo("203.0.113.77");
        assertThat(used.userAgent()).isEqualTo("client/2");
        assertThat(seen.text()).doesNotContain("marked");
    }

    @Row({"S1-59", "S1-60"})
    @Test
    void once_a_revoke_has_answered_envoy_is_told_401() {
        Issued key = tenant.create("revoked before Envoy", "read-only");
        Map<String, String> headers = Map.of("authorization", "ApiKey " + key.key());
        assertThat(check("GET", "/api/v1/objects", headers).hasOkResponse()).isTrue();
        assertThat(check("POST", "/api/v1/objects", headers)
                        .getDeniedResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(403);
        tenant.revoke(key.keyId(), "asked enough").expect(200);
        CheckResponse refused = check("GET", "/api/v1/objects", headers);
        assertThat(refused.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(401);
        assertThat(refused.toString()).doesNotContain("revoked").doesNotContain(Secrets.secretOf(key.key()));
    }

    /** As it stands in the answers of create, rotate and revoke, at an edge that was not waited for. */
    @Test
    void a_question_with_the_position_of_a_command_is_decided_by_a_view_that_has_it() {
        Issued key = tenant.create("asked from a position", "read-only");
        assertThat(key.position()).contains("-c");
        Edges.verify(platform.edge(2), key.key(), "minPosition", key.position()).expect(200);
        Answer revoked = tenant.revoke(key.keyId(), "asked from there").expect(200);
        for (int edge = 1; edge <= 2; edge++) {
            Answer answer = Edges.verify(platform.edge(edge), key.key(), "minPosition", revoked.text("position"));
            assertThat(answer.text("code")).isEqualTo("revoked");
        }
        String ahead = revoked.text("position").replaceFirst("-c(\\d+)\\.\\d+", "-c$1.999999999");
        Answer never = Edges.verify(platform.edge(1), key.key(), "minPosition", ahead);
        assertThat(never.status()).isEqualTo(503);
        assertThat(never.text("code")).isEqualTo("stale");
        Edges.verify(platform.edge(1), key.key(), "minPosition", "2.41").expect(400);
        await().atMost(Edges.SOON)
                .untilAsserted(() -> assertThat(tenant.api()
                                .get("/keys/" + key.keyId() + "?minPosition=" + revoked.text("position"))
                                .expect(200)
                                .text("status"))
                        .isEqualTo("REVOKED"));
    }
}
