package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a key is presented, at every door. */
@OnPlatform
@Order(10)
class CarriersIT {
    private final RunningPlatform platform;
    private final Issued key;

    CarriersIT(RunningPlatform platform) {
        this.platform = platform;
        Tenant tenant = platform.tenant();
        this.key = tenant.create("carried", "admin");
    }

    static Stream<Arguments> carriers() {
        return Stream.of(
                Arguments.of("Authorization", "ApiKey "),
                Arguments.of("Authorization", "apikey "),
                Arguments.of("Authorization", "Bearer "),
                Arguments.of("X-API-Key", ""));
    }

    @Row({"S1-01", "S1-30", "S2-02"})
    @ParameterizedTest
    @MethodSource("carriers")
    void every_carrier_opens_every_door_without_any_login(String header, String scheme) {
        Edges.authorize(platform.edge(1).with(header, scheme + key.key()), "GET", "/api/v1/objects")
                .expect(204);
        platform.api().with(header, scheme + key.key()).get("/keys").expect(200);
        // Forwarded to command-service, which reads the carrier itself.
        platform.api().with(header, scheme + key.key()).get("/settings").expect(200);
    }

    @Row("S2-03")
    @Test
    void without_a_key_every_door_answers_401_with_a_challenge() {
        for (Answer answer : new Answer[] {
            Edges.authorize(platform.edge(1), "GET", "/api/v1/objects"),
            platform.api().get("/keys"),
            platform.api().get("/audit"),
            platform.api().get("/settings"),
            platform.api().post("/keys", Tenant.body("x", "read-only"))
        }) {
            answer.expect(401);
            assertThat(answer.headers().allValues("WWW-Authenticate").toString())
                    .contains("ApiKey", "Bearer");
        }
    }

    @Test
    void two_credentials_are_none() {
        Door both = platform.api().as(key.key()).with("X-API-Key", key.key());
        both.get("/keys").expect(401);
        both.get("/settings").expect(401);
        Edges.authorize(platform.edge(1).as(key.key()).with("X-API-Key", key.key()), "GET", "/api/v1/objects")
                .expect(401);
        Door twice = platform.api().as(key.key()).as(key.key());
        twice.get("/keys").expect(401);
        twice.get("/settings").expect(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/keys?api_key=%s", "/settings?key=%s"})
    void a_key_in_a_query_string_is_refused_even_beside_a_good_one(String path) {
        platform.api().as(key.key()).get(path.formatted(key.key())).expect(401);
    }

    @Test
    void a_key_in_the_query_string_of_a_protected_request_is_refused() {
        Edges.authorize(platform.edge(1).as(key.key()), "GET", "/api/v1/objects?token=" + key.key())
                .expect(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "kl_k_",
                "Bearer",
                "kl_k_0M9ODf6X0ft3_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3xxxxxx"
            })
    void what_is_no_key_is_refused(String text) {
        platform.api().with("X-API-Key", text).get("/keys").expect(401);
        platform.api()
                .with("Authorization", ("Bearer " + text).strip())
                .get("/settings")
                .expect(401);
        Edges.authorize(platform.edge(1).with("Authorization", ("ApiKey " + text).strip()), "GET", "/x")
                .expect(401);
    }

    @Row("S1-35")
    @Test
    void json_goes_in_and_comes_out_as_the_headers_say() {
        Answer json = platform.api()
                .as(key.key())
                .with("Accept", "application/json")
                .get("/keys")
                .expect(200);
        assertThat(json.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        Answer lines = platform.api()
                .as(key.key())
                .with("Accept", "application/x-ndjson")
                .get("/keys")
                .expect(200);
        assertThat(lines.headers().firstValue("Content-Type").orElse("")).startsWith("application/x-ndjson");
        assertThat(lines.lines()).isNotEmpty();
        Answer xml = platform.api()
                .as(key.key())
                .with("Content-Type", "application/xml")
                .send("POST", "/keys", "<key/>")
                .expect(415);
        assertThat(xml.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
    }

    /** A key has no business in a browser: no page of another origin gets to use one or to read an answer. */
    @Row("S5-20")
    @Test
    void no_door_lets_the_scripts_of_other_origins_in() {
        for (Door door :
                new Door[] {platform.api().as(key.key()), platform.edge(1).as(key.key())}) {
            Door fromPage = door.with("Origin", "https://shop.example.com");
            String path = door.base().getPath().isEmpty() ? "/v1/authorize" : "/keys";
            Answer asked = fromPage.with("Access-Control-Request-Method", "GET")
                    .with("Access-Control-Request-Headers", "authorization")
                    .send("OPTIONS", path, null);
            for (Answer answer : new Answer[] {asked, fromPage.get(path)}) {
                assertThat(answer.headers().map().keySet())
                        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
            }
        }
    }

    @Row({"S1-36", "S1-37", "S5-38"})
    @Test
    void plain_http_is_refused_and_never_redirected() throws IOException {
        for (URI door : new URI[] {
            platform.api().base(), platform.edge(1).base(), platform.command().base()
        }) {
            String answer = plainHttp(
                    door,
                    "GET " + door.getPath() + "/keys HTTP/1.1\r\nHost: localhost\r\nAuthorization: ApiKey " + key.key()
                            + "\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .as("%s", door)
                    .doesNotContain("HTTP/1.1 2")
                    .doesNotContain("HTTP/1.1 3")
                    .doesNotContainIgnoringCase("location:");
            assertThat(answer).doesNotContain(Secrets.secretOf(key.key()));
        }
    }

    private static String plainHttp(URI door, String request) throws IOException {
        try (Socket socket = new Socket("localhost", door.getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException e) {
            return "closed";
        }
    }
}
