package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.apiKey;
import static io.keyledger.edge.server.TestDoors.authorize;
import static io.keyledger.edge.server.TestDoors.read;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.server.TestDoors.Reply;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What HTTP leaves in doubt, as a table: each case with the one answer it gets, over a raw socket. */
class HttpTest {
    private static final String POST = "POST /v1/verify HTTP/1.1\r\nHost: e\r\n";
    private static final String GET = "GET /v1/authorize HTTP/1.1\r\nHost: e\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

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

    static Stream<Arguments> doubtful() {
        return Stream.of(
                // Where the body ends
                Arguments.of(
                        "both lengths", 400, POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "both lengths, the other way",
                        400,
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                Arguments.of("two lengths that differ", 400, POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
                Arguments.of("two lengths alike", 400, POST + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of("a list of lengths", 400, POST + "Content-Length: 2, 2\r\n\r\n{}"),
                Arguments.of("a negative length", 400, POST + "Content-Length: -1\r\n\r\n{}"),
                Arguments.of("a signed length", 400, POST + "Content-Length: +2\r\n\r\n{}"),
                Arguments.of("a hexadecimal length", 400, POST + "Content-Length: 0x2\r\n\r\n{}"),
                Arguments.of("a length that is no number", 400, POST + "Content-Length: x\r\n\r\n{}"),
                Arguments.of("an empty length", 400, POST + "Content-Length:\r\n\r\n{}"),
                Arguments.of("two words of length", 400, POST + "Content-Length: 2 2\r\n\r\n{}"),
                Arguments.of("a length beyond 64 bits", 400, POST + "Content-Length: 99999999999999999999\r\n\r\n{}"),
                Arguments.of("a length that is too large", 413, POST + "Content-Length: 9999999999\r\n\r\n{}"),
                Arguments.of("a blank before the colon of a length", 400, POST + "Content-Length : 2\r\n\r\n{}"),
                Arguments.of(
                        "a blank before the colon of a coding",
                        400,
                        POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "a tab before the colon of a coding",
                        400,
                        POST + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "a coding twice",
                        400,
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("another coding", 400, POST + "Transfer-Encoding: gzip\r\n\r\n"),
                Arguments.of("two codings", 400, POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("identity", 400, POST + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of("nearly chunked", 400, POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("chunked in quotes", 400, POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunked and a control character",
                        400,
                        POST + "Transfer-Encoding: chunked\u000b\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunked in HTTP/1.0",
                        400,
                        "POST /v1/verify HTTP/1.0\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("a folded coding", 400, POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("a folded length", 400, POST + "Content-Length:\r\n\t2\r\n\r\n{}"),
                Arguments.of("a header in a fold", 400, GET + "X-A: b\r\n " + apiKey() + "\r\n\r\n"),
                Arguments.of(
                        "a fold before the first header",
                        400,
                        "GET /v1/authorize HTTP/1.1\r\n Host: e\r\nHost: e\r\n\r\n"),
                // Chunks
                Arguments.of("a chunk size that is none", 400, CHUNKED + "zz\r\n\r\n"),
                Arguments.of("an empty chunk size", 400, CHUNKED + "\r\n\r\n"),
                Arguments.of("a prefixed chunk size", 400, CHUNKED + "0x2\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a negative chunk size", 400, CHUNKED + "-2\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a signed chunk size", 400, CHUNKED + "+2\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a chunk size beyond 32 bits", 400, CHUNKED + "100000002\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a chunk size beyond 64 bits", 400, CHUNKED + "10000000000000002\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a chunk longer than its size", 400, CHUNKED + "2\r\n{}x\r\n0\r\n\r\n"),
                Arguments.of("a chunk that a bare LF ends", 400, CHUNKED + "2\r\n{}\n0\r\n\r\n"),
                Arguments.of("a chunk size that a bare LF ends", 400, CHUNKED + "2\n{}\r\n0\r\n\r\n"),
                Arguments.of("a bare LF in a chunk extension", 400, CHUNKED + "2;a\nb\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a bare CR in a chunk extension", 400, CHUNKED + "2;a\rb\r\n{}\r\n0\r\n\r\n"),
                Arguments.of(
                        "an endless chunk extension",
                        400,
                        CHUNKED + "2;a=" + "b".repeat(20_000) + "\r\n{}\r\n0\r\n\r\n"),
                Arguments.of(
                        "endless trailers", 400, CHUNKED + "2\r\n{}\r\n0\r\nX-A: " + "b".repeat(20_000) + "\r\n\r\n"),
                // Lines
                Arguments.of("bare LFs", 400, "GET /v1/authorize HTTP/1.1\nHost: e\n\n"),
                Arguments.of("a bare LF between headers", 400, GET + "X-A: b\n" + apiKey() + "\r\n\r\n"),
                Arguments.of("a bare CR in a header", 400, GET + "X-A: b\r" + apiKey() + "\r\n\r\n"),
                Arguments.of("a NUL in a header", 400, GET + "X-A: b\u0000c\r\n\r\n"),
                Arguments.of("a control character in a name", 400, GET + "X\u0001: b\r\n\r\n"),
                Arguments.of("a letter beyond ASCII in a name", 400, GET + "X-\u00e9: b\r\n\r\n"),
                Arguments.of("a header without a name", 400, GET + ": b\r\n\r\n"),
                Arguments.of("a header without a colon", 400, GET + "X-A\r\n\r\n"),
                // The request line
                Arguments.of("HTTP/0.9", 400, "GET /v1/authorize\r\n\r\n"),
                Arguments.of("no HTTP", 400, "GARBAGE\r\n\r\n"),
                Arguments.of("binary", 400, "\u0003\u0001\u0002\u0004garbage\r\n\r\n"),
                Arguments.of("a later version", 505, "GET /v1/authorize HTTP/3.0\r\nHost: e\r\n\r\n"),
                Arguments.of("a version between", 505, "GET /v1/authorize HTTP/1.2\r\nHost: e\r\n\r\n"),
                Arguments.of("the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("a version in lower case", 400, "GET /v1/authorize http/1.1\r\nHost: e\r\n\r\n"),
                Arguments.of("a blank in the target", 400, "GET /v1/authorize x HTTP/1.1\r\nHost: e\r\n\r\n"),
                Arguments.of("a blank before the method", 400, " GET /v1/authorize HTTP/1.1\r\nHost: e\r\n\r\n"),
                Arguments.of("absolute-form", 400, "GET https://e/v1/authorize HTTP/1.1\r\nHost: e\r\n\r\n"),
                Arguments.of("authority-form", 400, "CONNECT e:443 HTTP/1.1\r\nHost: e\r\n\r\n"),
                Arguments.of("asterisk-form", 400, "OPTIONS * HTTP/1.1\r\nHost: e\r\n\r\n"),
                // Host
                Arguments.of("no Host", 400, "GET /v1/authorize HTTP/1.1\r\n\r\n"),
                Arguments.of("two Hosts", 400, "GET /v1/authorize HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                Arguments.of("an empty Host", 400, "GET /v1/authorize HTTP/1.1\r\nHost:\r\n\r\n"),
                Arguments.of("two names in a Host", 400, "GET /v1/authorize HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                Arguments.of("a path in a Host", 400, "GET /v1/authorize HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                Arguments.of("a user in a Host", 400, "GET /v1/authorize HTTP/1.1\r\nHost: a@b\r\n\r\n"),
                // Size
                Arguments.of(
                        "a body that is too large",
                        413,
                        POST + "Content-Length: 1048576\r\n\r\n" + "x".repeat(1 << 20)),
                Arguments.of(
                        "chunks that are too large",
                        413,
                        CHUNKED + "100000\r\n" + "x".repeat(1 << 20) + "\r\n0\r\n\r\n"),
                Arguments.of("a header that is too long", 431, GET + "X-A: " + "a".repeat(20_000) + "\r\n\r\n"),
                Arguments.of("too many headers", 431, GET + "X-A: bbbbbbbb\r\n".repeat(2_000) + "\r\n"),
                Arguments.of(
                        "a target that is too long",
                        414,
                        "GET /v1/authorize?" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: e\r\n\r\n"),
                Arguments.of("an expectation that is not met", 417, GET + "Expect: tea\r\n\r\n"));
    }

    /** Behind each stands a request that would be accepted: whoever answers it has taken a body for a request. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void doubtful(String name, int status, String request) throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            socket.getOutputStream().write((request + authorize(apiKey())).getBytes(StandardCharsets.ISO_8859_1));
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(edge.given).doesNotContain(Code.ACCEPTED);
    }

    static Stream<Arguments> lawful() {
        String question = "{\"key\":\"" + KEY.reveal() + "\"}";
        String size = Integer.toHexString(question.length());
        return Stream.of(
                Arguments.of(
                        "a body behind a GET is passed over",
                        204,
                        GET + apiKey() + "\r\nContent-Length: 5\r\n\r\nhello"),
                Arguments.of(
                        "chunks",
                        200,
                        CHUNKED + "1\r\n{\r\n" + Integer.toHexString(question.length() - 1) + "\r\n"
                                + question.substring(1) + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "a chunk extension is passed over",
                        200,
                        CHUNKED + size + ";a=b;c=\"d\"\r\n" + question + "\r\n0;e\r\n\r\n"),
                Arguments.of(
                        "capital letters in chunked",
                        200,
                        POST + "Transfer-Encoding: CHUNKED\r\n\r\n" + size.toUpperCase(Locale.ROOT) + "\r\n" + question
                                + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "a key in a trailer is none",
                        401,
                        "PUT /v1/authorize HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + apiKey()
                                + "\r\n\r\n"),
                Arguments.of(
                        "two blanks in the request line",
                        204,
                        "GET  /v1/authorize  HTTP/1.1\r\nHost: e\r\n" + apiKey() + "\r\n\r\n"),
                Arguments.of("an empty line before a request", 204, "\r\n" + authorize(apiKey())),
                Arguments.of(
                        "no blank after a colon",
                        204,
                        GET.replace("Host: e", "Host:e") + "X-API-Key:" + KEY.reveal() + "\r\n\r\n"),
                Arguments.of("blanks about a value", 204, GET + "X-API-Key:   " + KEY.reveal() + " \t \r\n\r\n"),
                Arguments.of("names in capital letters", 204, GET + "X-API-KEY: " + KEY.reveal() + "\r\n\r\n"),
                Arguments.of(
                        "a name with underscores is another", 401, GET + "X_API_Key: " + KEY.reveal() + "\r\n\r\n"),
                Arguments.of("the same key twice", 401, GET + apiKey() + "\r\n" + apiKey() + "\r\n\r\n"),
                Arguments.of(
                        "the same key in two headers",
                        401,
                        GET + apiKey() + "\r\nX-API-Key: " + KEY.reveal() + "\r\n\r\n"),
                Arguments.of(
                        "two keys in one line",
                        401,
                        GET + "X-API-Key: " + KEY.reveal() + ", " + KEY.reveal() + "\r\n\r\n"),
                Arguments.of(
                        "an upgrade that is not taken",
                        204,
                        GET + apiKey()
                                + "\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"),
                Arguments.of(
                        "a port and an address in a Host",
                        204,
                        GET.replace("Host: e", "Host: [::1]:9443") + apiKey() + "\r\n\r\n"),
                Arguments.of(
                        "HTTP/1.0 that stays",
                        204,
                        "GET /v1/authorize HTTP/1.0\r\nConnection: keep-alive\r\n" + apiKey() + "\r\n\r\n"));
    }

    /** Behind each stands another request: answered too, so the first one ended where it had to. In bytes, too. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void lawful(String name, int status, String request) throws Exception {
        byte[] both = (request + authorize(apiKey())).getBytes(StandardCharsets.ISO_8859_1);
        for (int part : List.of(both.length, 1, 7)) {
            try (SSLSocket socket = edge.connect(false)) {
                for (int at = 0; at < both.length; at += part) {
                    socket.getOutputStream().write(both, at, Math.min(part, both.length - at));
                }
                assertThat(read(socket.getInputStream(), false).status()).isEqualTo(status);
                assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
            }
        }
    }

    /** Folds are found wherever a read ends. */
    @Test
    void a_fold_is_refused_in_whatever_pieces_it_comes() throws Exception {
        byte[] folded = (GET + "X-A: b\r\n c\r\n" + apiKey() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        for (int cut = 1; cut < folded.length - 1; cut++) {
            try (SSLSocket socket = edge.connect(false)) {
                socket.getOutputStream().write(folded, 0, cut);
                socket.getOutputStream().write(folded, cut, folded.length - cut);
                assertThat(read(socket.getInputStream(), false).status())
                        .as("cut at %d", cut)
                        .isEqualTo(400);
            }
        }
        assertThat(edge.given).isEmpty();
    }

    @Test
    void lines_of_a_body_may_begin_with_a_blank() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            InputStream in = socket.getInputStream();
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream()
                        .write(verify("{\r\n  \"key\":\r\n \"%s\"\n }".formatted(KEY.reveal()))
                                .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(read(in, false).json()).containsEntry("valid", true);
            }
        }
    }

    static Stream<Arguments> slow() {
        return Stream.of(
                Arguments.of("a request line", "GET /v1/auth"),
                Arguments.of("headers", GET),
                Arguments.of("a body", POST + "Content-Length: 100\r\n\r\n{"),
                Arguments.of("chunks", CHUNKED + "40\r\n{"));
    }

    /** It sends one byte now and then: what counts is the whole request, from its first byte on. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void slow(String name, String beginning) throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
            long begun = System.nanoTime();
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 40; i++) {
                        Thread.sleep(TestDoors.REQUEST_TIMEOUT.toMillis() / 8);
                        socket.getOutputStream().write('a');
                    }
                } catch (IOException | InterruptedException e) {
                    // cut, as it should be
                }
            });
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(408);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(System.nanoTime() - begun).isGreaterThan(TestDoors.REQUEST_TIMEOUT.toNanos() * 9 / 10);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            drip.interrupt();
        }
    }
}
