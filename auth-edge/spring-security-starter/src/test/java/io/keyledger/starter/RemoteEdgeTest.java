package io.keyledger.starter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client of an edge makes of every answer, and of none. */
class RemoteEdgeTest {
    private static final PresentedKey KEY =
            new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"));
    private static final String IDENTITY =
            "\"keyId\":\"key_01JDA7T3Y9W8Q6V5N4M3K2H1G0\",\"credentialId\":\"0M9ODf6X0ft3\","
                    + "\"tenantId\":\"t_acme\",\"owner\":\"usr_alice\",\"name\":\"Reports\",\"scope\":\"read-only\"";

    private final List<Map<String, Object>> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private RemoteEdge edge;
    private volatile String answer = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/verify", exchange -> {
            try (exchange) {
                asked.add(JsonReader.object(exchange.getRequestBody().readAllBytes()));
                byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Location", "/v1/verify");
                exchange.sendResponseHeaders(
                        Integer.parseInt(answer.substring(0, 3)), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        edge = edge(server.getAddress().getPort(), Duration.ofSeconds(30));
    }

    private static RemoteEdge edge(int port, Duration timeout) {
        return new RemoteEdge(
                HttpClient.newBuilder().connectTimeout(timeout).build(),
                URI.create("http://127.0.0.1:" + port),
                timeout);
    }

    @AfterEach
    void stop() {
        edge.close();
        server.stop(0);
    }

    private static AuthRequest request(String tenant) {
        return new AuthRequest(
                new Presented.Key(KEY),
                "orders:read",
                "GET",
                "/orders",
                "192.0.2.7",
                "x".repeat(5000),
                "req_1",
                new TenantId(tenant)::equals);
    }

    @Test
    void an_accepted_key_is_whom_the_edge_names() {
        answer =
                "200 {\"valid\":true,\"code\":\"accepted\",\"viewAgeMillis\":12,\"expiresAt\":\"2100-01-01T00:00:00.000000Z\","
                        + IDENTITY + ",\"ofALaterVersion\":{}}";
        Decision decision = edge.apply(request("t_acme"));
        assertThat(decision.accepted()).isTrue();
        assertThat(decision.viewAgeMillis()).isEqualTo(12);
        assertThat(decision.verdict().credential()).satisfies(credential -> {
            assertThat(credential.keyId().value()).isEqualTo("key_01JDA7T3Y9W8Q6V5N4M3K2H1G0");
            assertThat(credential.scope()).isEqualTo(Scope.READ_ONLY);
            assertThat(credential.keyName()).isEqualTo("Reports");
            assertThat(credential.expiresAt()).isEqualTo(Instant.parse("2100-01-01T00:00:00Z"));
        });
        assertThat(asked.getFirst())
                .containsEntry("key", KEY.reveal())
                .containsEntry("permission", "orders:read")
                .containsEntry("ip", "192.0.2.7")
                .containsEntry("userAgent", "x".repeat(4096));
    }

    @Test
    void what_its_policy_leaves_of_a_keys_permissions_and_when_to_come_again_are_the_edges_word() {
        answer = "200 {\"valid\":true,\"code\":\"accepted\",\"policyPermissions\":[\"orders:*\"]," + IDENTITY + "}";
        Credential credential =
                requireNonNull(edge.apply(request("t_acme")).verdict().credential());
        assertThat(requireNonNull(credential.policy()).permissions()).containsExactly("orders:*");
        answer = "200 {\"valid\":false,\"code\":\"rate-limited\",\"retryAfterSeconds\":61}";
        assertThat(edge.apply(request("t_acme")).retrySeconds()).isEqualTo(61);
    }

    @Test
    void a_key_of_a_tenant_whose_keys_may_not_be_used_here_is_refused() {
        answer = "200 {\"valid\":true,\"code\":\"accepted\"," + IDENTITY + "}";
        assertThat(edge.apply(request("t_other")).code()).isEqualTo(Code.WRONG_HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"revoked", "unknown", "forbidden", "rate-limited", "spool-full", "stale"})
    void a_refusal_is_the_edges_own(String code) {
        answer = (code.equals("spool-full") ? "503" : "200") + " {\"valid\":false,\"code\":\"" + code + "\"}";
        Decision decision = edge.apply(request("t_acme"));
        assertThat(decision.code().wire()).isEqualTo(code);
        assertThat(decision.accepted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 ",
                "200 []",
                "200 <html>",
                "200 {}",
                "200 {\"valid\":true}",
                "200 {\"valid\":true,\"code\":\"accepted\"}",
                "200 {\"valid\":true,\"code\":\"accepted\",\"keyId\":\"key_01JDA7T3Y9W8Q6V5N4M3K2H1G0\"}",
                "200 {\"valid\":true,\"code\":\"revoked\"," + IDENTITY + "}",
                "200 {\"valid\":false,\"code\":\"accepted\"," + IDENTITY + "}",
                "200 {\"valid\":false,\"code\":\"of-a-later-version\"}",
                "200 {\"valid\":\"true\",\"code\":\"accepted\"," + IDENTITY + "}",
                "204 ",
                "302 {\"valid\":true,\"code\":\"accepted\"," + IDENTITY + "}",
                "403 {\"valid\":true,\"code\":\"accepted\"," + IDENTITY + "}",
                "500 {\"valid\":true,\"code\":\"accepted\"," + IDENTITY + "}"
            })
    void an_answer_that_is_not_to_be_understood_is_503(String odd) {
        answer = odd;
        Decision decision = edge.apply(request("t_acme"));
        assertThat(decision.accepted()).isFalse();
        assertThat(decision.code().status()).isEqualTo(503);
        assertThat(asked).hasSize(1);
    }

    @Test
    void an_edge_that_is_away_or_silent_is_503() throws IOException {
        int port;
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RemoteEdge impatient = edge(silent.getLocalPort(), Duration.ofMillis(200))) {
            port = silent.getLocalPort();
            assertThat(impatient.apply(request("t_acme")).code().status()).isEqualTo(503);
        }
        try (RemoteEdge away = edge(port, Duration.ofSeconds(30))) {
            assertThat(away.apply(request("t_acme")).code().status()).isEqualTo(503);
        }
    }

    @Test
    void what_is_no_key_is_refused_without_a_question() {
        AuthRequest none =
                new AuthRequest(new Presented.Refused(Code.MANY_CREDENTIALS, null), null, "GET", "/", null, null, null);
        assertThat(edge.apply(none).code()).isEqualTo(Code.MANY_CREDENTIALS);
        assertThat(asked).isEmpty();
    }
}
