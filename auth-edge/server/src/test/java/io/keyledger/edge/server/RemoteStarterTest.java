package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.CREDENTIAL;
import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

/** The service that the starter's README shows, with a real edge elsewhere. */
class RemoteStarterTest {
    private static TestDoors edge;
    private static Class<?> orders;
    private static ConfigurableApplicationContext service;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path temp;

    @BeforeAll
    static void start() throws Exception {
        edge = new TestDoors(temp);
        edge.tls().write(temp.resolve("ca.pem"), temp.resolve("key.pem"));
        orders = Readme.example(
                Path.of("../spring-security-starter/README.md"), Files.createDirectory(temp.resolve("x")));
        service = service("https://localhost:" + edge.port());
    }

    private static ConfigurableApplicationContext service(String url, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--spring.jmx.enabled=false",
                "--spring.config.location=optional:file:" + temp.resolve("none") + "/",
                "--keyledger.edge.url=" + url,
                // More patience with a machine under load than a service has.
                "--keyledger.edge.connect-timeout=15s",
                "--keyledger.edge.timeout=20s"));
        arguments.addAll(List.of(more));
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--keyledger.edge.ca="))) {
            arguments.add("--keyledger.edge.ca=" + temp.resolve("ca.pem"));
        }
        return new SpringApplicationBuilder(orders)
                .resourceLoader(new DefaultResourceLoader(orders.getClassLoader()))
                .run(arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        service.close();
        CLIENT.close();
        edge.close();
    }

    @BeforeEach
    void forget() {
        edge.forget();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return get(service, path, headers);
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext service, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s%s"
                        .formatted(service.getEnvironment().getProperty("local.server.port"), path)))
                .timeout(Duration.ofSeconds(60));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void a_good_key_is_the_authentication_and_the_edge_is_told_what_for() throws Exception {
        HttpResponse<String> response =
                get("/orders?page=2", "Authorization", "ApiKey " + KEY.reveal(), "User-Agent", "client/3");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("orders for " + CREDENTIAL.keyId().value());
        assertThat(edge.asked).singleElement().satisfies(asked -> {
            assertThat(asked.permission()).isEqualTo("http:read");
            assertThat(asked.method()).isEqualTo("GET");
            assertThat(asked.path()).isEqualTo("/orders");
            assertThat(asked.ip()).isEqualTo("127.0.0.1");
            assertThat(asked.userAgent()).isEqualTo("client/3");
        });
    }

    @Test
    void permissions_of_the_services_own_are_judged_by_the_scope() throws Exception {
        HttpResponse<String> response = get("/orders/export", "X-API-Key", KEY.reveal());
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(edge.given).containsExactly(Code.ACCEPTED);
    }

    @Test
    void nothing_is_remembered_from_one_request_to_the_next() throws Exception {
        assertThat(get("/orders", "X-API-Key", KEY.reveal()).statusCode()).isEqualTo(200);
        edge.instead = Code.REVOKED;
        assertThat(get("/orders", "X-API-Key", KEY.reveal()).statusCode()).isEqualTo(401);
        edge.instead = null;
        assertThat(get("/orders", "X-API-Key", KEY.reveal()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED, 401",
        "MISMATCH, 401",
        "DISABLED, 401",
        "FORBIDDEN, 403",
        "RATE_LIMITED, 429",
        "SPOOL_FULL, 503"
    })
    void the_bearer_learns_the_status_and_not_the_reason(Code code, int status) throws Exception {
        edge.instead = code;
        HttpResponse<String> response = get("/orders", "X-API-Key", KEY.reveal());
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body())
                .contains("\"status\":" + status)
                .doesNotContain("revoked", "mismatch", "disabled", "spool");
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 429 || status == 503);
    }

    @Test
    void what_is_no_key_is_refused_without_a_question() throws Exception {
        assertThat(get("/orders").statusCode()).isEqualTo(401);
        assertThat(get("/orders", "X-API-Key", "nonsense").statusCode()).isEqualTo(401);
        assertThat(get("/orders", "X-API-Key", KEY.reveal(), "Authorization", "ApiKey " + KEY.reveal())
                        .statusCode())
                .isEqualTo(401);
        assertThat(get("/orders?key=" + KEY.reveal(), "X-API-Key", KEY.reveal()).statusCode())
                .isEqualTo(401);
        assertThat(edge.asked).isEmpty();
        assertThat(get("/orders", "X-API-Key", OTHER.reveal()).statusCode()).isEqualTo(401);
        assertThat(edge.given).containsExactly(Code.UNKNOWN);
    }

    @Test
    void an_edge_that_has_no_verdict_is_503() throws Exception {
        edge.standing = Standing.STARTING;
        HttpResponse<String> response = get("/orders", "X-API-Key", KEY.reveal());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    private static void assertClosed(String url, String... more) throws Exception {
        try (ConfigurableApplicationContext other = service(url, more)) {
            HttpResponse<String> response = get(other, "/orders", "X-API-Key", KEY.reveal());
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).doesNotContain(KEY.reveal());
        }
    }

    @Test
    void an_edge_of_another_authority_is_503() throws Exception {
        TestTls stranger = new TestTls(Files.createDirectory(temp.resolve("stranger")));
        stranger.write(temp.resolve("stranger.pem"), temp.resolve("stranger-key.pem"));
        assertClosed("https://localhost:" + edge.port(), "--keyledger.edge.ca=" + temp.resolve("stranger.pem"));
        assertThat(edge.asked).isEmpty();
    }

    @Test
    void a_service_that_the_edge_does_not_know_is_let_in_by_its_certificate_alone() throws Exception {
        Doors strangers = edge.open(List.of());
        String url = "https://localhost:" + strangers.port();
        try {
            assertClosed(url);
            try (ConfigurableApplicationContext known = service(
                    url,
                    "--keyledger.edge.certificate=" + temp.resolve("ca.pem"),
                    "--keyledger.edge.private-key=" + temp.resolve("key.pem"))) {
                assertThat(get(known, "/orders", "X-API-Key", KEY.reveal()).statusCode())
                        .isEqualTo(200);
            }
        } finally {
            strangers.stop();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--keyledger.edge.url=http://localhost:1, must be of HTTPS",
        "--keyledger.edge.certificate=/none.pem, go together",
        "--keyledger.edge.id=e1, are both set"
    })
    void settings_that_contradict_each_other_fail_the_start_and_say_which(String setting, String says) {
        assertThatThrownBy(() -> service("https://localhost:1", setting).close())
                .hasStackTraceContaining(says);
    }
}
