package io.keyledger.edge.server;

import static io.keyledger.edge.server.Http2Client.ACK;
import static io.keyledger.edge.server.Http2Client.CONTINUATION;
import static io.keyledger.edge.server.Http2Client.DATA;
import static io.keyledger.edge.server.Http2Client.END_HEADERS;
import static io.keyledger.edge.server.Http2Client.END_STREAM;
import static io.keyledger.edge.server.Http2Client.HEADERS;
import static io.keyledger.edge.server.Http2Client.PING;
import static io.keyledger.edge.server.Http2Client.PRIORITY;
import static io.keyledger.edge.server.Http2Client.RST_STREAM;
import static io.keyledger.edge.server.Http2Client.SETTINGS;
import static io.keyledger.edge.server.Http2Client.WINDOW_UPDATE;
import static io.keyledger.edge.server.Http2Client.block;
import static io.keyledger.edge.server.Http2Client.number;
import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.verifier.Verdict.Code;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 at the doors: the same answers as over HTTP/1.1, and a table of what breaks the protocol or overdoes it. */
class Http2Test {
    private static final byte[] NOTHING = new byte[0];
    private static final String[] GOOD = get("x-api-key: " + KEY.reveal());

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

    private static Http2Client connect() throws IOException, GeneralSecurityException {
        return new Http2Client(edge.connect(false));
    }

    /** The lines of a request to the first door, with these besides. */
    private static String[] get(String... more) {
        return lines("GET", "/v1/authorize", more);
    }

    private static String[] post(String... more) {
        return lines("POST", "/v1/verify", more);
    }

    private static String[] lines(String method, String path, String... more) {
        List<String> lines =
                new ArrayList<>(List.of(":method: " + method, ":scheme: https", ":authority: edge", ":path: " + path));
        lines.addAll(Arrays.asList(more));
        return lines.toArray(String[]::new);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a client sends, on an open connection. */
    private interface Sends {
        void to(Http2Client client) throws IOException;
    }

    private static Sends head(String... lines) {
        return client -> client.headers(1, true, lines);
    }

    private static Sends body(String[] head, byte[] body) {
        return client -> {
            client.headers(1, false, head);
            int at = 0;
            do {
                int end = Math.min(body.length, at + 16_000);
                client.frame(DATA, end == body.length ? END_STREAM : 0, 1, Arrays.copyOfRange(body, at, end));
                at = end;
            } while (at < body.length);
        };
    }

    static Stream<Arguments> requests() {
        String question = "{\"key\":\"" + KEY.reveal() + "\"}";
        String key = "x-api-key: " + KEY.reveal();
        return Stream.of(
                Arguments.of("a good key", 204, head(GOOD)),
                Arguments.of("no key", 401, head(get())),
                Arguments.of("another key", 401, head(get("x-api-key: " + OTHER.reveal()))),
                Arguments.of("the same key twice", 401, head(get(key, key))),
                Arguments.of(
                        "the same key in two headers", 401, head(get(key, "authorization: ApiKey " + KEY.reveal()))),
                Arguments.of("te: trailers is allowed", 204, head(get(key, "te: trailers"))),
                Arguments.of("a host that is the authority", 204, head(get(key, "host: edge"))),
                Arguments.of(
                        "a host in the place of the authority",
                        204,
                        head(":method: GET", ":scheme: https", ":path: /v1/authorize", "host: edge", key)),
                Arguments.of("a host that is another", 400, head(get(key, "host: other"))),
                Arguments.of("no authority", 400, head(":method: GET", ":scheme: https", ":path: /v1/authorize", key)),
                Arguments.of(
                        "a user in the authority",
                        400,
                        head(":method: GET", ":scheme: https", ":authority: a@b", ":path: /v1/authorize", key)),
                Arguments.of(
                        "a path in the authority",
                        400,
                        head(":method: GET", ":scheme: https", ":authority: a/b", ":path: /v1/authorize", key)),
                Arguments.of(
                        "http",
                        400,
                        head(":method: GET", ":scheme: http", ":authority: e", ":path: /v1/authorize", key)),
                Arguments.of("a whole URL as path", 400, head(lines("GET", "https://edge/v1/authorize", key))),
                Arguments.of("an asterisk as path", 400, head(lines("OPTIONS", "*", key))),
                Arguments.of("a blank in the method", 400, head(lines("GET /", "/v1/authorize", key))),
                Arguments.of("a path of 9,000 bytes", 414, head(lines("GET", "/v1/authorize?" + "a".repeat(9000)))),
                Arguments.of("a header of 30,000 bytes", 431, (Sends) client -> {
                    byte[] block = block(get("x-a: " + "a".repeat(30_000)));
                    client.frame(HEADERS, END_STREAM, 1, Arrays.copyOf(block, 16_000));
                    client.frame(CONTINUATION, END_HEADERS, 1, Arrays.copyOfRange(block, 16_000, block.length));
                }),
                Arguments.of("an expectation that is not met", 417, head(get("expect: tea"))),
                Arguments.of("no such path", 404, head(lines("GET", "/nowhere"))),
                Arguments.of("another method", 405, head(lines("GET", "/v1/verify"))),
                Arguments.of("another type", 415, body(post("content-type: text/plain"), ascii(question))),
                Arguments.of("a question", 200, body(post("content-type: application/json"), ascii(question))),
                Arguments.of(
                        "a question with its length",
                        200,
                        body(post("content-length: " + question.length()), ascii(question))),
                Arguments.of("a question in bytes", 200, (Sends) client -> {
                    client.headers(1, false, post());
                    for (byte b : ascii(question)) {
                        client.frame(DATA, 0, 1, new byte[] {b});
                    }
                    client.frame(DATA, END_STREAM, 1, NOTHING);
                }),
                Arguments.of("a question and trailers", 200, (Sends) client -> {
                    client.headers(1, false, post());
                    client.frame(DATA, 0, 1, ascii(question));
                    client.headers(1, true, "x-checksum: 1");
                }),
                Arguments.of("a key in a trailer is none", 401, (Sends) client -> {
                    client.headers(1, false, lines("PUT", "/v1/authorize"));
                    client.headers(1, true, key);
                }),
                Arguments.of("a body of 64 KiB and one byte", 413, body(post(), new byte[DoorHandler.MAX_BODY + 1])),
                Arguments.of("a length above 64 KiB", 413, (Sends)
                        client -> client.headers(1, false, post("content-length: 9999999999"))));
    }

    /** Behind each stands a request that is answered as if nothing had been before it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void requests(String name, int status, Sends request) throws Exception {
        try (Http2Client client = connect().begin()) {
            request.to(client);
            Http2Client.Stream answer = client.await(1);
            assertThat(answer.status).isEqualTo(status);
            if (status >= 400) {
                assertThat(answer.headers.get("content-type")).isEqualTo("application/problem+json");
                assertThat(answer.body.toString(StandardCharsets.UTF_8)).contains("\"status\":" + status);
            }
            client.headers(3, true, GOOD);
            assertThat(client.await(3).status).isEqualTo(204);
        }
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("a name in capital letters", head(get("X-Api-Key: " + KEY.reveal()))),
                Arguments.of("Connection", head(get("connection: close"))),
                Arguments.of("Transfer-Encoding", head(get("transfer-encoding: chunked"))),
                Arguments.of("Upgrade", head(get("upgrade: h2c"))),
                Arguments.of("TE of another value", head(get("te: gzip"))),
                Arguments.of(
                        "a pseudo-header behind a header",
                        head("x-a: b", ":method: GET", ":scheme: https", ":authority: e", ":path: /v1/authorize")),
                Arguments.of("a pseudo-header twice", head(get(":path: /other"))),
                Arguments.of("a pseudo-header that there is not", head(get(":status: 200"))),
                Arguments.of("no method", head(":scheme: https", ":authority: e", ":path: /v1/authorize")),
                Arguments.of("no path", head(":method: GET", ":scheme: https", ":authority: e")),
                Arguments.of("no scheme", head(":method: GET", ":authority: e", ":path: /v1/authorize")),
                Arguments.of("less than its length", body(post("content-length: 10"), ascii("{}"))),
                Arguments.of("more than its length", body(post("content-length: 1"), ascii("{}"))),
                Arguments.of("two lengths", body(post("content-length: 2", "content-length: 3"), ascii("{}"))),
                Arguments.of("a length that is no number", body(post("content-length: +2"), ascii("{}"))),
                Arguments.of("a line feed in a value", head(get("x-a: b\nx-api-key: " + KEY.reveal()))),
                Arguments.of("a carriage return in a value", head(get("x-a: b\r\nx-api-key: " + KEY.reveal()))),
                Arguments.of("a NUL in a value", head(get("x-a: b\u0000c"))),
                Arguments.of("a blank in a name", head(get("x a: b"))),
                Arguments.of("a colon in a name", head(get("x:a: b"))),
                Arguments.of("a line feed in the path", head(lines("GET", "/v1/authorize\r\nx: y"))));
    }

    /** RFC 9113, 8.1.1: a request that is malformed is an error of its stream, or 400; never one that is decided about. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String name, Sends request) throws Exception {
        try (Http2Client client = connect().begin()) {
            request.to(client);
            Http2Client.Stream answer = client.await(1);
            assertThat(answer.reset == Http2Error.PROTOCOL_ERROR.code() || answer.status == 400)
                    .as("status %d, reset %d", answer.status, answer.reset)
                    .isTrue();
            client.headers(3, true, GOOD);
            assertThat(client.await(3).status).isEqualTo(204);
        }
        assertThat(edge.given).containsExactly(Code.ACCEPTED);
    }

    private static Sends repeat(int times, byte[] frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(frame);
        }
        return client -> client.raw(all.toByteArray());
    }

    static Stream<Arguments> floods() {
        int calm = (int) Http2Error.ENHANCE_YOUR_CALM.code();
        int protocol = (int) Http2Error.PROTOCOL_ERROR.code();
        int size = (int) Http2Error.FRAME_SIZE_ERROR.code();
        byte[] begun = block(get());
        return Stream.of(
                Arguments.of("rapid resets, CVE-2023-44487", calm, (Sends) client -> {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    for (int i = 0; i < Http2Handler.MAX_RESETS + 1; i++) {
                        all.writeBytes(Http2Client.bytes(HEADERS, END_HEADERS, 2 * i + 1, begun));
                        all.writeBytes(Http2Client.bytes(RST_STREAM, 0, 2 * i + 1, number(8)));
                    }
                    client.raw(all.toByteArray());
                }),
                Arguments.of("requests that we have to reset, CVE-2025-8671", calm, (Sends) client -> {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    for (int i = 0; i < Http2Handler.MAX_RESETS + 1; i++) {
                        all.writeBytes(Http2Client.bytes(HEADERS, END_HEADERS, 2 * i + 1, begun));
                        all.writeBytes(Http2Client.bytes(WINDOW_UPDATE, 0, 2 * i + 1, number(0)));
                    }
                    client.raw(all.toByteArray());
                }),
                Arguments.of("empty continuations, CVE-2024-27316", calm, (Sends) client -> {
                    client.frame(HEADERS, 0, 1, begun);
                    repeat(100, Http2Client.bytes(CONTINUATION, 0, 1, NOTHING)).to(client);
                }),
                Arguments.of("continuations without an end", protocol, (Sends) client -> {
                    client.frame(HEADERS, 0, 1, begun);
                    repeat(3, Http2Client.bytes(CONTINUATION, 0, 1, block("x-a: " + "a".repeat(15_000))))
                            .to(client);
                }),
                Arguments.of("pings", calm, repeat(2000, Http2Client.bytes(PING, 0, 0, new byte[8]))),
                Arguments.of("answers to pings", calm, repeat(2000, Http2Client.bytes(PING, ACK, 0, new byte[8]))),
                Arguments.of("settings", calm, repeat(2000, Http2Client.bytes(SETTINGS, 0, 0, NOTHING))),
                Arguments.of("priorities", calm, repeat(2000, Http2Client.bytes(PRIORITY, 0, 1, new byte[] {
                    0, 0, 0, 0, 1
                }))),
                Arguments.of("windows", calm, repeat(2000, Http2Client.bytes(WINDOW_UPDATE, 0, 0, number(1)))),
                Arguments.of("frames that nobody knows", calm, repeat(2000, Http2Client.bytes(77, 0, 0, NOTHING))),
                Arguments.of("data without content", calm, (Sends) client -> {
                    client.headers(1, false, post());
                    repeat(100, Http2Client.bytes(DATA, 0, 1, NOTHING)).to(client);
                }),
                Arguments.of("a window that overflows", (int) Http2Error.FLOW_CONTROL_ERROR.code(), (Sends) client ->
                        repeat(2, Http2Client.bytes(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE)))
                                .to(client)),
                Arguments.of(
                        "a frame that is too long", size, (Sends) client -> client.frame(DATA, 0, 1, new byte[16_385])),
                Arguments.of("a ping that is too short", size, (Sends) client -> client.frame(PING, 0, 0, NOTHING)),
                Arguments.of("an acknowledgement with content", size, (Sends)
                        client -> client.frame(SETTINGS, ACK, 0, new byte[6])),
                Arguments.of(
                        "data for the connection", protocol, (Sends) client -> client.frame(DATA, 0, 0, new byte[1])),
                Arguments.of("data before a head", protocol, (Sends) client -> client.frame(DATA, 0, 1, new byte[1])),
                Arguments.of("a stream of the server's", protocol, (Sends) client -> client.headers(2, true, GOOD)),
                Arguments.of("a push", protocol, (Sends) client -> {
                    client.headers(1, false, post());
                    ByteArrayOutputStream promise = new ByteArrayOutputStream();
                    promise.writeBytes(number(2));
                    promise.writeBytes(begun);
                    client.frame(5, END_HEADERS, 1, promise.toByteArray());
                }),
                Arguments.of("a continuation of nothing", protocol, (Sends)
                        client -> client.frame(CONTINUATION, END_HEADERS, 1, begun)),
                Arguments.of("another frame within a head", protocol, (Sends) client -> {
                    client.frame(HEADERS, 0, 1, begun);
                    client.frame(PING, 0, 0, new byte[8]);
                }),
                Arguments.of("padding longer than the frame", protocol, (Sends)
                        client -> client.frame(HEADERS, END_HEADERS | 8, 1, new byte[] {50, 0, 0})),
                Arguments.of("a head that is no HPACK", (int) Http2Error.COMPRESSION_ERROR.code(), (Sends)
                        client -> client.frame(HEADERS, END_HEADERS, 1, new byte[] {(byte) 0xff, (byte) 0xff, 1, 2})),
                Arguments.of("a table that grows beyond its limit", (int) Http2Error.COMPRESSION_ERROR.code(), (Sends)
                        client -> client.frame(HEADERS, END_HEADERS, 1, new byte[] {0x3f, (byte) 0xff, 0x7f, 0})));
    }

    /** Each ends the connection with that error, and nobody has been asked about a key. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void floods(String name, int error, Sends flood) throws Exception {
        try (Http2Client client = connect().begin()) {
            try {
                flood.to(client);
            } catch (IOException e) {
                // It does not wait for the end of it.
            }
            assertThat(client.awaitEnd()).isEqualTo(error);
        }
        assertThat(edge.given).isEmpty();
    }

    /** One entry of the table, 60 times by one byte: HPACK makes 240 KB of it. */
    @Test
    void a_head_that_grows_when_it_is_unpacked_is_431() throws Exception {
        try (Http2Client client = connect().begin()) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.writeBytes(block(get()));
            block.write(0x40);
            byte[] entry = block("x-a: " + "a".repeat(4000));
            block.write(entry, 1, entry.length - 1);
            for (int i = 0; i < 6; i++) {
                block.write(0x80 | 62);
            }
            client.frame(HEADERS, END_HEADERS | END_STREAM, 1, block.toByteArray());
            assertThat(client.await(1).status).isEqualTo(431);
            for (int i = 0; i < 60; i++) {
                block.write(0x80 | 62);
            }
            client.frame(HEADERS, END_HEADERS | END_STREAM, 3, block.toByteArray());
            assertThat(client.await(3).status).isEqualTo(431);
        }
    }

    @Test
    void what_is_no_preface_is_not_answered() throws Exception {
        try (Http2Client client = connect()) {
            client.raw(ascii("GET /v1/authorize HTTP/1.1\r\nHost: edge\r\n\r\n"));
            assertThat(client.awaitEnd()).isIn(-1, (int) Http2Error.PROTOCOL_ERROR.code());
        }
    }

    @Test
    void no_more_than_a_hundred_requests_are_under_way_whatever_the_client_has_confirmed() throws Exception {
        try (Http2Client client = connect().begin()) {
            for (int i = 0; i < Http2Handler.MAX_STREAMS; i++) {
                client.headers(2 * i + 1, false, post());
            }
            int next = 2 * Http2Handler.MAX_STREAMS + 1;
            client.headers(next, true, GOOD);
            assertThat(client.await(next).reset).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
            client.frame(DATA, END_STREAM, 1, ascii("{\"key\":\"" + KEY.reveal() + "\"}"));
            assertThat(client.await(1).status).isEqualTo(200);
            client.headers(next + 2, true, GOOD);
            assertThat(client.await(next + 2).status).isEqualTo(204);
        }
    }

    /** The bodies of a hundred requests would be 6.4 MB: the connection's window ends before that. */
    @Test
    void unfinished_bodies_are_not_taken_beyond_a_megabyte() throws Exception {
        try (Http2Client client = connect().begin()) {
            byte[] part = new byte[16_000];
            int sent = 0;
            for (int i = 0; i < 15; i++) {
                client.headers(2 * i + 1, false, post());
                for (int k = 0; k < 4; k++) {
                    client.frame(DATA, 0, 2 * i + 1, part);
                    sent += part.length;
                }
            }
            client.frame(PING, 0, 0, new byte[8]);
            Http2Client.Frame frame = client.read();
            while (frame != null && !(frame.type() == PING && (frame.flags() & ACK) != 0)) {
                frame = client.read();
            }
            assertThat(sent).isLessThan(1024 * 1024);
            assertThat(65_535 + client.windowGiven).isEqualTo(1024 * 1024);
            for (int i = 0; i < 15; i++) {
                client.frame(RST_STREAM, 0, 2 * i + 1, number(8));
            }
            client.frame(PING, 0, 0, new byte[8]);
            while (65_535 + client.windowGiven < 1024 * 1024 + sent / 2) {
                assertThat(client.read()).isNotNull();
            }
        }
    }

    static Stream<Arguments> slow() {
        return Stream.of(
                Arguments.of(
                        "a body",
                        408,
                        (Sends) client -> client.headers(1, false, post()),
                        Http2Client.bytes(DATA, 0, 1, new byte[] {' '})),
                Arguments.of(
                        "a head",
                        0,
                        (Sends) client -> {
                            client.frame(HEADERS, 0, 1, block(get()));
                            client.raw(new byte[] {0, 64, 0, CONTINUATION, 0, 0, 0, 0, 1});
                        },
                        new byte[] {0}),
                Arguments.of(
                        "a frame", 0, (Sends) client -> client.raw(new byte[] {0, 64, 0, DATA, 0}), new byte[] {0}));
    }

    /** It sends a little now and then. Without a status: the connection is closed, for there is no stream to answer on. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void slow(String name, int status, Sends beginning, byte[] drop) throws Exception {
        try (Http2Client client = connect().begin()) {
            beginning.to(client);
            long begun = System.nanoTime();
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 60; i++) {
                        Thread.sleep(TestDoors.REQUEST_TIMEOUT.toMillis() / 8);
                        client.raw(drop);
                    }
                } catch (IOException | InterruptedException e) {
                    // cut, as it should be
                }
            });
            if (status > 0) {
                assertThat(client.await(1).status).isEqualTo(status);
                assertThat(client.await(1).body.toString(StandardCharsets.UTF_8))
                        .contains("request-timeout");
            } else {
                assertThat(client.awaitEnd()).isLessThanOrEqualTo(0);
            }
            assertThat(System.nanoTime() - begun).isGreaterThan(TestDoors.REQUEST_TIMEOUT.toNanos() * 9 / 10);
            drip.interrupt();
        }
        assertThat(edge.given).isEmpty();
    }

    @Test
    void an_answer_that_is_not_taken_is_dropped_in_time() throws Exception {
        try (Http2Client client = connect()) {
            client.raw(ascii(Http2Client.PREFACE));
            client.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
            client.headers(1, true, lines("GET", "/v1/openapi.yaml"));
            Http2Client.Stream answer = client.await(1);
            assertThat(answer.status).isEqualTo(200);
            assertThat(answer.reset).isEqualTo((int) Http2Error.CANCEL.code());
            client.headers(3, true, GOOD);
            assertThat(client.await(3).status).isEqualTo(204);
        }
    }

    @Test
    void a_body_that_waits_to_be_asked_for_is_asked_for() throws Exception {
        try (Http2Client client = connect().begin()) {
            client.headers(1, false, post("expect: 100-continue"));
            while (client.stream(1).status == 0) {
                assertThat(client.read()).isNotNull();
            }
            assertThat(client.stream(1).status).isEqualTo(100);
            client.frame(DATA, END_STREAM, 1, ascii("{\"key\":\"" + KEY.reveal() + "\"}"));
            assertThat(client.await(1).status).isEqualTo(200);
        }
    }

    @Test
    void a_stopping_server_answers_what_it_has_begun_and_says_that_it_goes() throws Exception {
        Doors doors = edge.open(List.of("127.0.0.1"));
        try (Http2Client client = new Http2Client(edge.connect(doors, false)).begin()) {
            client.headers(1, false, post());
            client.frame(PING, 0, 0, new byte[8]);
            Http2Client.Frame frame = client.read();
            while (frame != null && frame.type() != PING) {
                frame = client.read();
            }
            Thread stop = Thread.ofVirtual().start(doors::stop);
            while (frame != null && frame.type() != Http2Client.GOAWAY) {
                frame = client.read();
            }
            client.frame(DATA, END_STREAM, 1, ascii("{\"key\":\"" + KEY.reveal() + "\"}"));
            assertThat(client.await(1).status).isEqualTo(200);
            assertThat(client.awaitEnd()).isLessThanOrEqualTo(0);
            stop.join();
        }
    }

    /** Every door, by a client that knows both: the same status, the same body, the same headers. */
    @Test
    void each_door_answers_the_same_over_both_versions() throws Exception {
        String base = "https://localhost:" + edge.port();
        String key = KEY.reveal();
        try (HttpClient client = edge.client(false)) {
            List<HttpRequest.Builder> requests = List.of(
                    HttpRequest.newBuilder(URI.create(base + "/v1/authorize")).header("X-API-Key", key),
                    HttpRequest.newBuilder(URI.create(base + "/v1/authorize/api/v1/objects?x=y"))
                            .header("Authorization", "Bearer " + key),
                    HttpRequest.newBuilder(URI.create(base + "/v1/authorize")).header("X-API-Key", OTHER.reveal()),
                    HttpRequest.newBuilder(URI.create(base + "/v1/authorize")).method("HEAD", BodyPublishers.noBody()),
                    HttpRequest.newBuilder(URI.create(base + "/v1/verify"))
                            .POST(BodyPublishers.ofString(
                                    "{\"key\":\"" + key + "\",\"permission\":\"objects:write\"}")),
                    HttpRequest.newBuilder(URI.create(base + "/v1/verify"))
                            .POST(BodyPublishers.ofString("{\"unknown\":1}")),
                    HttpRequest.newBuilder(URI.create(base + "/v1/verify/batch"))
                            .POST(BodyPublishers.ofString("{\"items\":[{\"key\":\"" + key + "\"}]}")),
                    HttpRequest.newBuilder(URI.create(base + "/v1/introspect"))
                            .POST(BodyPublishers.ofString("token=" + key))
                            .header("Content-Type", "application/x-www-form-urlencoded"),
                    HttpRequest.newBuilder(URI.create(base + "/v1/openapi.yaml")));
            for (HttpRequest.Builder request : requests) {
                request.header("X-Request-Id", "r1").timeout(Duration.ofSeconds(20));
                HttpResponse<String> one =
                        client.send(request.version(Version.HTTP_1_1).build(), BodyHandlers.ofString());
                HttpResponse<String> two =
                        client.send(request.version(Version.HTTP_2).build(), BodyHandlers.ofString());
                assertThat(one.version()).isEqualTo(Version.HTTP_1_1);
                assertThat(two.version()).isEqualTo(Version.HTTP_2);
                assertThat(two.statusCode()).as(request.build().uri().getPath()).isEqualTo(one.statusCode());
                assertThat(two.body()).isEqualTo(one.body());
                assertThat(two.headers().map().entrySet().stream()
                                .filter(line -> !line.getKey().startsWith(":"))
                                .toList())
                        .containsExactlyInAnyOrderElementsOf(one.headers().map().entrySet());
            }
        }
        assertThat(edge.given).hasSize(14);
    }

    /** Who may ask is the connection's matter, whatever it speaks. */
    @Test
    void a_stranger_may_not_ask_over_http2_unless_it_shows_a_certificate() throws Exception {
        Doors strangers = edge.open(List.of());
        String question = "{\"key\":\"" + KEY.reveal() + "\"}";
        try (Http2Client without = new Http2Client(edge.connect(strangers, false)).begin();
                Http2Client with = new Http2Client(edge.connect(strangers, true)).begin()) {
            body(post(), ascii(question)).to(without);
            assertThat(without.await(1).status).isEqualTo(403);
            without.headers(3, true, GOOD);
            assertThat(without.await(3).status).isEqualTo(403);
            body(post(), ascii(question)).to(with);
            assertThat(with.await(1).status).isEqualTo(200);
        } finally {
            strangers.stop();
        }
    }
}
