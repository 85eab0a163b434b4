package io.keyledger.edge.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Judgement;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final PresentedKey KEY =
            new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
    private static final PresentedKey OTHER =
            new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());
    private static final Credential CREDENTIAL = new Credential(new CredentialRecord(
            KEY.credentialId(),
            Ids.newKeyId(Instant.EPOCH),
            TenantId.DEFAULT,
            1,
            State.ACTIVE,
            KeyKind.KEY,
            Scope.READ_ONLY,
            new OwnerId("usr_alice"),
            "SIEM Integration – Feb",
            false,
            null,
            null,
            "p1",
            Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32])));
    private static final List<AuthRequest> ASKED = new CopyOnWriteArrayList<>();
    private static final List<Code> GIVEN = new CopyOnWriteArrayList<>();

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static TestTls tls;
    private static Doors trusting;
    private static Doors strangers;

    @TempDir
    private static Path temp;

    /** Knows one read-only key. */
    private static Decision decide(AuthRequest request) {
        Verdict verdict = switch (request.presented()) {
            case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
            case Presented.Key key
            when key.key().credentialId().equals(KEY.credentialId()) ->
                new Verdict(
                        Judgement.of(CREDENTIAL, true, null, Instant.now(), Standing.LIVE, request.permission()),
                        CREDENTIAL,
                        request.permission());
            case Presented.Key _ -> Verdict.refused(Code.UNKNOWN, request.permission());
        };
        ASKED.add(request);
        GIVEN.add(verdict.code());
        return new Decision(verdict, 7);
    }

    @BeforeAll
    static void open() throws IOException, InterruptedException, GeneralSecurityException {
        tls = new TestTls(temp);
        trusting = doors(List.of("127.0.0.1"));
        strangers = doors(List.of());
    }

    private static Doors doors(List<String> trusted) throws IOException, GeneralSecurityException {
        var context = tls.server();
        AddressRanges ranges = new AddressRanges(trusted);
        Counters counters = new Counters(new SimpleMeterRegistry());
        Doors doors = new Doors(
                new InetSocketAddress(LOOPBACK, 0),
                draining -> new Connection.Setup(
                        context,
                        DoorsTest::decide,
                        new AuthorizeDoor(DoorsTest::decide, new Routes(List.of()), ranges, counters),
                        new VerifyDoor(DoorsTest::decide, counters),
                        ranges,
                        ranges,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        draining));
        doors.start();
        return doors;
    }

    @AfterAll
    static void close() {
        trusting.stop();
        strangers.stop();
    }

    @BeforeEach
    void forget() {
        ASKED.clear();
        GIVEN.clear();
    }

    /** One answer as it came over the wire. */
    private record Reply(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        Map<String, Object> json() {
            return JsonReader.object(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static SSLSocket connect(Doors doors, boolean withCertificate)
            throws IOException, GeneralSecurityException {
        SSLSocket socket =
                (SSLSocket) tls.client(withCertificate).getSocketFactory().createSocket(LOOPBACK, doors.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static Reply read(InputStream in, boolean bodiless) throws IOException {
        String head = "";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!head.endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + head);
            }
            bytes.write(b);
            head = bytes.toString(StandardCharsets.UTF_8);
        }
        Map<String, String> headers = new HashMap<>();
        List<String> lines = head.lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        int length = bodiless ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Reply(
                Integer.parseInt(lines.getFirst().substring(9, 12)),
                headers,
                new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** Sends these bytes on a new connection to the door that trusts us, and reads one answer. */
    private static Reply ask(String request) throws IOException, GeneralSecurityException {
        return ask(trusting, false, request);
    }

    private static Reply ask(Doors doors, boolean withCertificate, String request)
            throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect(doors, withCertificate)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return read(socket.getInputStream(), request.startsWith("HEAD"));
        }
    }

    private static String authorize(String... headers) {
        return "GET /v1/authorize HTTP/1.1\r\nHost: edge\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
    }

    private static String apiKey() {
        return "Authorization: ApiKey " + KEY.reveal();
    }

    private static String verify(String body) {
        return "POST /v1/verify HTTP/1.1\r\nHost: edge\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
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
        AuthRequest asked = ASKED.getFirst();
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
        assertThat(GIVEN).containsExactly(Code.NO_CREDENTIAL, Code.UNKNOWN, Code.FORBIDDEN);
    }

    @Test
    void two_headers_or_two_carriers_are_refused_though_each_were_good() throws Exception {
        assertThat(ask(authorize(apiKey(), apiKey())).status()).isEqualTo(401);
        assertThat(ask(authorize(apiKey(), "X-API-Key: " + KEY.reveal())).status())
                .isEqualTo(401);
        assertThat(GIVEN).containsOnly(Code.MANY_CREDENTIALS);
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
        assertThat(GIVEN).containsExactly(Code.QUERY_CREDENTIAL, Code.QUERY_CREDENTIAL, Code.QUERY_CREDENTIAL);
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
        assertThat(ASKED.getFirst().ip()).isEqualTo("2001:db8::1");
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
        assertThat(GIVEN).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{\"key\":\"a\",\"key\":\"b\"}", "{} {}", "\u0000", "{\"key\":1e999}", "null"})
    void what_is_not_one_json_object_is_400(String body) throws Exception {
        Reply reply = ask(verify(body));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }

    /** Each has more than one reading of where the request ends, or breaks a rule that keeps two servers agreed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: 2, 2\r\n\r\n{}",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: -1\r\n\r\n{}",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: +2\r\n\r\n{}",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: x\r\n\r\n{}",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /v1/verify HTTP/1.0\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "GET /v1/authorize HTTP/1.1\r\n\r\n",
                "GET /v1/authorize HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /v1/authorize HTTP/1.1\r\nHost: e\r\nX-A: b\r\n c\r\nContent-Length : 0\r\n\r\n",
                "GET /v1/authorize HTTP/1.1\nHost: e\n\n",
                "GET /v1/authorize HTTP/1.1\r\nHost: e\r\nX\u0001: b\r\n\r\n",
                "GET http://e/v1/authorize HTTP/1.1\r\nHost: e\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: e\r\n\r\n",
                "GARBAGE\r\n\r\n",
                "\u0003\u0001\u0002\u0004garbage\r\n\r\n",
            })
    void a_doubtful_request_is_answered_400_once_and_the_connection_closed(String request) throws Exception {
        try (SSLSocket socket = connect(trusting, false)) {
            socket.getOutputStream().write((request + authorize(apiKey())).getBytes(StandardCharsets.UTF_8));
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(GIVEN).doesNotContain(Code.ACCEPTED);
    }

    @Test
    void what_is_too_large_is_answered_and_not_read() throws Exception {
        String megabyte = "x".repeat(1 << 20);
        assertThat(ask(verify(megabyte)).status()).isEqualTo(413);
        assertThat(ask("POST /v1/verify HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n" + megabyte
                                + "\r\n0\r\n\r\n")
                        .status())
                .isEqualTo(413);
        assertThat(ask("PUT /v1/authorize HTTP/1.1\r\nHost: e\r\nContent-Length: 1048576\r\n\r\n" + megabyte)
                        .status())
                .isEqualTo(413);
        assertThat(ask(authorize("X-A: " + "a".repeat(20_000))).status()).isEqualTo(431);
        assertThat(ask("GET /v1/authorize?" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: e\r\n\r\n")
                        .status())
                .isEqualTo(414);
    }

    @Test
    void pipelined_requests_are_answered_in_order_on_one_connection() throws Exception {
        try (SSLSocket socket = connect(trusting, false)) {
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
        try (SSLSocket socket = connect(trusting, false)) {
            for (byte b : verify("{\"key\":\"%s\"}".formatted(KEY.reveal())).getBytes(StandardCharsets.UTF_8)) {
                socket.getOutputStream().write(b);
            }
            assertThat(read(socket.getInputStream(), false).json()).containsEntry("valid", true);
        }
    }

    @Test
    void http_1_0_gets_one_answer_and_a_close_and_keep_alive_when_it_asks() throws Exception {
        try (SSLSocket socket = connect(trusting, false)) {
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
    void a_slow_client_is_cut() throws Exception {
        try (SSLSocket socket = connect(trusting, false)) {
            socket.getOutputStream()
                    .write("GET /v1/authorize HTTP/1.1\r\nHost: e\r\n".getBytes(StandardCharsets.UTF_8));
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(408);
            assertThat(reply.header("Connection")).isEqualTo("close");
        }
    }

    @Test
    void a_client_that_waits_for_100_continue_gets_it_and_no_other_expectation_is_met() throws Exception {
        try (SSLSocket socket = connect(trusting, false)) {
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
        try (Socket socket = new Socket(LOOPBACK, trusting.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(authorize(apiKey()).getBytes(StandardCharsets.UTF_8));
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("problems/plain-http").doesNotContain(KEY.reveal());
            assertThat(reply.header("Location")).isEmpty();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(GIVEN).containsExactly(Code.PLAIN_HTTP);
        assertThat(ASKED.getFirst().presented()).isEqualTo(new Presented.Refused(Code.PLAIN_HTTP, KEY.publicPart()));
    }

    @Test
    void only_gateways_may_ask_and_only_callers_with_a_certificate_or_a_trusted_address_may_verify() throws Exception {
        assertThat(ask(strangers, false, authorize(apiKey())).body()).contains("problems/untrusted-caller");
        String question = verify("{\"key\":\"%s\"}".formatted(KEY.reveal()));
        assertThat(ask(strangers, false, question).status()).isEqualTo(403);
        assertThat(GIVEN).isEmpty();
        assertThat(ask(strangers, true, question).status()).isEqualTo(200);
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
        assertThat(GIVEN).isEmpty();
        assertThat(ask(authorize(apiKey(), "X-Forwarded-Uri: /a?b", "X-Original-URL: https://api.example/a?b"))
                        .status())
                .isEqualTo(204);
        assertThat(ask("PUT /v1/authorize/api/v1/objects/7 HTTP/1.1\r\nHost: e\r\n" + apiKey() + "\r\n\r\n")
                        .status())
                .isEqualTo(403);
        assertThat(ASKED.getLast().path()).isEqualTo("/api/v1/objects/7");
        assertThat(ASKED.getLast().permission()).isEqualTo("objects:write");
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
        assertThat(ask("GET /v1/authorize HTTP/3.0\r\nHost: e\r\n\r\n").status())
                .isEqualTo(505);
    }

    @Test
    void a_stop_lets_a_request_that_has_begun_finish_and_says_that_it_was_the_last() throws Exception {
        Doors doors = doors(List.of("127.0.0.1"));
        try (SSLSocket socket = connect(doors, false)) {
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
