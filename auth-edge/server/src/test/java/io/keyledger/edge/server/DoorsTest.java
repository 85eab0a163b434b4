package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.CREDENTIAL;
import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.LOOPBACK;
import static io.keyledger.edge.server.TestDoors.OTHER;
import static io.keyledger.edge.server.TestDoors.apiKey;
import static io.keyledger.edge.server.TestDoors.authorize;
import static io.keyledger.edge.server.TestDoors.read;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.server.TestDoors.Reply;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The doors over real sockets and real TLS, byte by byte. */
class DoorsTest {
    private static TestDoors edge;

    @TempDir
    private static Path temp;

    @BeforeAll
    static void open() throws IOException, InterruptedException, GeneralSecurityException {
        edge = new TestDoors(temp);
    }

    @AfterAll
    static void close() {
        edge.close();
    }

    @BeforeEach
    void forget() {
        edge.forget();
    }

    private static Reply ask(String request) throws IOException, GeneralSecurityException {
        return edge.ask(request);
    }

    @Test
    @Row({"S1-30", "S2-02"})
    void a_good_key_passes_with_its_identity_in_headers_and_the_forwarded_request_is_what_counts() throws Exception {
        Reply reply = ask(authorize(
                apiKey(),
                "X-Forwarded-Method: GET",
                "X-Forwarded-Uri: /api/v1/objects?type=user",
                "X-Forwarded-For: 203.0.113.9, 198.51.100.4",
                "User-Agent: test"));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("X-Keyledger-Key-Id"))
                .isEqualTo(CREDENTIAL.keyId().value());
        assertThat(reply.header("X-Keyledger-Credential-Id"))
                .isEqualTo(KEY.credentialId().value());
        assertThat(reply.header("X-Keyledger-Tenant")).isEqualTo("t_default");
        assertThat(reply.header("X-Keyledger-Owner")).isEqualTo("usr_alice");
        assertThat(reply.header("X-Keyledger-Scope")).isEqualTo("read-only");
        assertThat(reply.header("X-Keyledger-Name")).isEqualTo("SIEM%20Integration%20%E2%80%93%20Feb");
        AuthRequest asked = edge.asked.getFirst();
        assertThat(asked.permission()).isEqualTo("objects:read");
        assertThat(asked.ip()).isEqualTo("198.51.100.4");
        assertThat(asked.path()).isEqualTo("/api/v1/objects?type=user");
        assertThat(asked.userAgent()).isEqualTo("test");
    }

    @Test
    @Row({"S1-34", "S1-60", "S2-03", "S4-37"})
    void a_refused_bearer_learns_401_or_403_and_never_why() throws Exception {
        Reply none = ask(authorize());
        Reply unknown = ask(authorize("X-API-Key: " + OTHER.reveal()));
        Reply forbidden =
                ask(authorize(apiKey(), "X-Forwarded-Method: POST", "X-Forwarded-Uri: /api/v1/sync/x/execute"));
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.header("WWW-Authenticate")).contains("ApiKey realm=").contains("Bearer realm=");
        assertThat(none.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.json().keySet()).isEqualTo(none.json().keySet());
        assertThat(unknown.json().get("detail")).isEqualTo(none.json().get("detail"));
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(edge.given).containsExactly(Code.NO_CREDENTIAL, Code.UNKNOWN, Code.FORBIDDEN);
    }

    @Test
    void two_headers_or_two_carriers_are_refused_though_each_were_good() throws Exception {
        assertThat(ask(authorize(apiKey(), apiKey())).status()).isEqualTo(401);
        assertThat(ask(authorize(apiKey(), "X-API-Key: " + KEY.reveal())).status())
                .isEqualTo(401);
        assertThat(edge.given).containsOnly(Code.MANY_CREDENTIALS);
    }

    @Test
    @Row({"S1-80"})
    void a_key_in_either_query_string_is_refused_and_recorded() throws Exception {
        assertThat(ask(authorize("X-Forwarded-Uri: /x?key=" + KEY.reveal())).status())
                .isEqualTo(401);
        assertThat(ask("GET /v1/authorize?k=" + KEY.reveal() + " HTTP/1.1\r\nHost: e\r\n" + apiKey() + "\r\n\r\n")
                        .status())
                .isEqualTo(401);
        Reply verify = ask("POST /v1/verify?key=" + KEY.reveal() + " HTTP/1.1\r\nHost: e\r\nContent-Length: 0\r\n\r\n");
        assertThat(verify.status()).isEqualTo(400);
        assertThat(verify.body()).contains("problems/query-credential").doesNotContain(KEY.reveal());
        assertThat(edge.given).containsExactly(Code.QUERY_CREDENTIAL, Code.QUERY_CREDENTIAL, Code.QUERY_CREDENTIAL);
    }

    @Test
    void verify_tells_the_asking_gateway_the_typed_code_and_the_age_of_the_view() throws Exception {
        Reply good = ask(verify(
                "{\"key\":\"%s\",\"permission\":\"objects:read\",\"method\":\"GET\",\"path\":\"/x\",\"ip\":\"2001:db8::1\",\"userAgent\":\"u\"}"
                        .formatted(KEY.reveal())));
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.json())
                .containsEntry("valid", true)
                .containsEntry("code", "accepted")
                .containsEntry("keyId", CREDENTIAL.keyId().value())
                .containsEntry("credentialId", KEY.credentialId().value())
                .containsEntry("name", "SIEM Integration – Feb")
                .containsEntry("scope", "read-only")
                .containsEntry("viewAgeMillis", 7L)
                .containsKey("permissions");
        assertThat(edge.asked.getFirst().ip()).isEqualTo("2001:db8::1");
        Reply bad = ask(verify("{\"key\":\"%s\",\"method\":\"GET\",\"path\":\"/x\"}".formatted(OTHER.reveal())));
        assertThat(bad.status()).isEqualTo(200);
        assertThat(bad.json()).containsEntry("valid", false).containsEntry("code", "unknown");
        Reply noise = ask(verify("{\"key\":\"\"}"));
        assertThat(noise.json()).containsEntry("code", "malformed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"key\":1}|key",
                "{\"key\":\"x\",\"colour\":\"red\"}|colour",
                "{}|key",
                "{\"key\":null}|key",
                "{\"key\":\"x\",\"ip\":\"localhost\"}|ip",
                "{\"key\":\"x\",\"permission\":\"read\"}|permission",
                "{\"key\":\"x\",\"method\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}|method",
            })
    void a_wrong_field_is_named(String body, String field) throws Exception {
        Reply reply = ask(verify(body));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).containsEntry("field", field).containsKey("detail");
        assertThat(edge.given).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{\"key\":\"a\",\"key\":\"b\"}", "{} {}", "\u0000", "{\"key\":1e999}", "null"})
    void what_is_not_one_json_object_is_400(String body) throws Exception {
        Reply reply = ask(verify(body));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void pipelined_requests_are_answered_in_order_on_one_connection() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            String three = authorize(apiKey())
                    + verify("{\"key\":\"%s\"}".formatted(OTHER.reveal()))
                    + authorize()
                    + "HEAD /v1/authorize HTTP/1.1\r\nHost: e\r\n\r\n"
                    + authorize(apiKey());
            socket.getOutputStream().write(three.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            assertThat(read(in, false).status()).isEqualTo(204);
            assertThat(read(in, false).json()).containsEntry("code", "unknown");
            assertThat(read(in, false).status()).isEqualTo(401);
            assertThat(read(in, true).status()).isEqualTo(401);
            assertThat(read(in, false).status()).isEqualTo(204);
        }
    }

    @Test
    void a_request_that_comes_byte_by_byte_is_whole_in_the_end() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            for (byte b : verify("{\"key\":\"%s\"}".formatted(KEY.reveal())).getBytes(StandardCharsets.UTF_8)) {
                socket.getOutputStream().write(b);
            }
            assertThat(read(socket.getInputStream(), false).json()).containsEntry("valid", true);
        }
    }

    @Test
    void http_1_0_gets_one_answer_and_a_close_and_keep_alive_when_it_asks() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            socket.getOutputStream()
                    .write(("GET /v1/authorize HTTP/1.0\r\nConnection: keep-alive\r\n" + apiKey()
                                    + "\r\n\r\nGET /v1/authorize HTTP/1.0\r\n" + apiKey() + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket.getInputStream(), false).header("Connection"))
                    .isEqualTo("keep-alive");
            assertThat(read(socket.getInputStream(), false).header("Connection"))
                    .isEqualTo("close");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_client_that_waits_for_100_continue_gets_it_and_no_other_expectation_is_met() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            String body = "{\"key\":\"%s\"}".formatted(KEY.reveal());
            String head = "POST /v1/verify HTTP/1.1\r\nHost: e\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                    .formatted(body.length());
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket.getInputStream(), true).status()).isEqualTo(100);
            socket.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(200);
        }
        assertThat(ask(authorize("Expect: tea")).status()).isEqualTo(417);
    }

    @Test
    @Row({"S1-36", "S1-37", "S5-38"})
    void plain_http_is_refused_and_a_key_in_it_is_recorded() throws Exception {
        try (Socket socket = new Socket(LOOPBACK, edge.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(authorize(apiKey()).getBytes(StandardCharsets.UTF_8));
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("problems/plain-http").doesNotContain(KEY.reveal());
            assertThat(reply.header("Location")).isEmpty();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(edge.given).containsExactly(Code.PLAIN_HTTP);
        assertThat(edge.asked.getFirst().presented())
                .isEqualTo(new Presented.Refused(Code.PLAIN_HTTP, KEY.publicPart()));
    }

    @Test
    void only_gateways_may_ask_and_only_callers_with_a_certificate_or_a_trusted_address_may_verify() throws Exception {
        assertThat(edge.askAsStranger(false, authorize(apiKey())).body()).contains("problems/untrusted-caller");
        String question = verify("{\"key\":\"%s\"}".formatted(KEY.reveal()));
        assertThat(edge.askAsStranger(false, question).status()).isEqualTo(403);
        assertThat(edge.given).isEmpty();
        assertThat(edge.askAsStranger(true, question).status()).isEqualTo(200);
    }

    @Test
    void a_client_cannot_slip_another_target_past_its_gateway() throws Exception {
        for (String[] headers : new String[][] {
            {"X-Forwarded-Uri: /api/v1/settings", "X-Original-URI: /harmless"},
            {"X-Forwarded-Uri: /a", "X-Forwarded-Uri: /b"},
            {"X-Forwarded-Method: POST", "X-Original-Method: GET"},
            {"X-Forwarded-Uri: relative"},
            {"X-Forwarded-Method: G ET"},
        }) {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = apiKey();
            assertThat(ask(authorize(all)).status()).isEqualTo(400);
        }
        assertThat(edge.given).isEmpty();
        assertThat(ask(authorize(apiKey(), "X-Forwarded-Uri: /a?b", "X-Original-URL: https://api.example/a?b"))
                        .status())
                .isEqualTo(204);
        assertThat(ask("PUT /v1/authorize/api/v1/objects/7 HTTP/1.1\r\nHost: e\r\n" + apiKey() + "\r\n\r\n")
                        .status())
                .isEqualTo(403);
        assertThat(edge.asked.getLast().path()).isEqualTo("/api/v1/objects/7");
        assertThat(edge.asked.getLast().permission()).isEqualTo("objects:write");
    }

    @Test
    void other_paths_methods_and_media_types_are_named_as_such() throws Exception {
        assertThat(ask("GET / HTTP/1.1\r\nHost: e\r\n\r\n").status()).isEqualTo(404);
        assertThat(ask("GET /v1/authorizer HTTP/1.1\r\nHost: e\r\n\r\n").status())
                .isEqualTo(404);
        Reply get = ask("GET /v1/verify HTTP/1.1\r\nHost: e\r\n\r\n");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST");
        assertThat(ask("POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Type: text/xml\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void a_stop_lets_a_request_that_has_begun_finish_and_says_that_it_was_the_last() throws Exception {
        Doors doors = edge.open(List.of("127.0.0.1"));
        try (SSLSocket socket = edge.connect(doors, false)) {
            String request = authorize(apiKey());
            socket.getOutputStream().write(request.substring(0, 20).getBytes(StandardCharsets.UTF_8));
            Thread.sleep(300);
            Thread stop = Thread.ofPlatform().start(doors::stop);
            Thread.sleep(200);
            socket.getOutputStream().write(request.substring(20).getBytes(StandardCharsets.UTF_8));
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.header("Connection")).isEqualTo("close");
            stop.join();
        }
    }
}
