package io.keyledger.query.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keyledger.query.web.Refusal.BodyTooLarge;
import io.keyledger.query.web.Refusal.CommandServiceAway;
import io.keyledger.query.web.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What goes there and what comes back. mTLS is the platform's own, and tested with it. */
class ForwarderTest {
    private final List<HttpExchange> seen = new ArrayList<>();
    private final List<String> bodies = new ArrayList<>();
    private final HttpServer server;
    private final Forwarder forwarder;
    private int status = 201;

    ForwarderTest() throws IOException, NoSuchAlgorithmException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        forwarder = new Forwarder(
                URI.create("http://localhost:" + server.getAddress().getPort()),
                SSLContext.getDefault(),
                Duration.ofSeconds(5));
    }

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            seen.add(exchange);
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (status == 0) {
                exchange.close();
                return;
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.getResponseHeaders().add("Server", "secret/1.0");
            byte[] body = "{\"keyId\":1}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        forwarder.close();
        server.stop(0);
    }

    @Test
    void a_command_goes_on_with_its_allowed_headers_and_no_other() throws IOException {
        MockHttpServletRequest request = request("{}");
        request.addHeader("Authorization", "ApiKey one");
        request.addHeader("Authorization", "ApiKey two");
        request.addHeader("Idempotency-Key", "i1");
        request.addHeader("Cookie", "a=b");
        request.addHeader("X-Forwarded-For", "1.2.3.4");
        request.addHeader("X-Keyledger-Client-Ip", "6.6.6.6");
        request.setQueryString("a=b%20c");
        MockHttpServletResponse response = new MockHttpServletResponse();
        forwarder.forward(request, response);
        assertThat(response.getStatus()).isEqualTo(201);
        assertThat(response.getContentAsString()).isEqualTo("{\"keyId\":1}");
        assertThat(response.getHeader("Server")).isNull();
        HttpExchange there = seen.getFirst();
        assertThat(there.getRequestURI().toString()).isEqualTo("/api/v1/keys?a=b%20c");
        assertThat(there.getRequestHeaders().get("Authorization")).containsExactly("ApiKey one", "ApiKey two");
        assertThat(there.getRequestHeaders().getFirst("Idempotency-Key")).isEqualTo("i1");
        assertThat(there.getRequestHeaders().get("X-Keyledger-Client-Ip")).containsExactly("127.0.0.1");
        assertThat(there.getRequestHeaders()).doesNotContainKeys("Cookie", "X-forwarded-for");
        assertThat(bodies).containsExactly("{}");
    }

    @Test
    void a_redirect_is_passed_back_and_never_followed() throws IOException {
        status = 307;
        MockHttpServletResponse response = new MockHttpServletResponse();
        forwarder.forward(request("{}"), response);
        assertThat(response.getStatus()).isEqualTo(307);
        assertThat(seen).hasSize(1);
    }

    @Test
    void a_body_over_the_limit_goes_nowhere_whether_or_not_its_length_is_told() {
        MockHttpServletRequest told = request("x".repeat(Forwarder.MAX_BODY + 1));
        MockHttpServletRequest untold = new MockHttpServletRequest("POST", "/api/v1/keys") {
            @Override
            public long getContentLengthLong() {
                return -1;
            }
        };
        untold.setContent(new byte[Forwarder.MAX_BODY + 1]);
        for (MockHttpServletRequest request : List.of(told, untold)) {
            assertThatThrownBy(() -> forwarder.forward(request, new MockHttpServletResponse()))
                    .isInstanceOfSatisfying(
                            Refused.class, e -> assertThat(e.refusal()).isInstanceOf(BodyTooLarge.class));
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void a_command_whose_answer_is_lost_is_not_sent_again() {
        status = 0;
        assertThatThrownBy(() -> forwarder.forward(request("{}"), new MockHttpServletResponse()))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.refusal()).isEqualTo(new CommandServiceAway(true)));
        assertThat(seen).hasSize(1);
    }

    @Test
    void a_command_service_that_is_away_is_told_as_not_carried_out() {
        server.stop(0);
        assertThatThrownBy(() -> forwarder.forward(request("{}"), new MockHttpServletResponse()))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.refusal()).isEqualTo(new CommandServiceAway(false)));
    }

    private static MockHttpServletRequest request(String body) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/v1/keys");
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
        request.setContentType("application/json");
        return request;
    }
}
