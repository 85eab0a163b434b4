package io.keyledger.edge.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The same bytes into a connection with the quick door and into one without it. */
class QuickDoorTest {
    private static final int ROUNDS = 40_000;
    private static final String KEY = TestDoors.KEY.reveal();
    private static final String START = "GET /v1/authorize HTTP/1.1\r\n";
    private static final List<String> LINES = List.of(
            "Host: edge.example:9443\r\n",
            "host:edge\r\n",
            "Host: two names\r\n",
            "Host:\r\n",
            "Authorization: ApiKey " + KEY + "\r\n",
            "authorization: bearer   " + KEY + " \r\n",
            "AUTHORIZATION: Basic YTpi\r\n",
            "X-API-Key: " + KEY + "\r\n",
            "X-API-Key: " + TestDoors.OTHER.reveal() + "\r\n",
            "X-API-Key: kl_k_mistyped\r\n",
            "X-API-Key:\r\n",
            "User-Agent: curl/8.1\r\n",
            "User-Agent: caf\u00e9\r\n",
            "X-Request-Id: gateway-7\r\n",
            "X-Request-Id: not an id\r\n",
            "X-Forwarded-For: 192.0.2.7\r\n",
            "X-Forwarded-For: 192.0.2.7, 198.51.100.9\r\n",
            "X-Forwarded-For: [2001:db8::1]:80\r\n",
            "X-Forwarded-For: unknown\r\n",
            "X-Forwarded-Method: POST\r\n",
            "X-Original-Method: DELETE\r\n",
            "X-Forwarded-Method: not one\r\n",
            "X-Forwarded-Uri: /orders/7?x=1\r\n",
            "X-Forwarded-Uri: orders\r\n",
            "X-Original-URI: https://api.example/orders/8\r\n",
            "X-Original-URL: /orders?key=" + KEY + "\r\n",
            "X-Original-URI: /a/%2e%2e/b\r\n",
            "Connection: keep-alive\r\n",
            "Connection: close\r\n",
            "Connection: Keep-Alive, X-API-Key\r\n",
            "Content-Length: 0\r\n",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "Accept: */*\r\n",
            "X_API_Key: " + KEY + "\r\n",
            "X-Api-Key : " + KEY + "\r\n",
            " folded: line\r\n",
            "no colon\r\n",
            ": no name\r\n",
            "Cookie: a=\u0001b\r\n",
            "Accept: with\ttab\r\n",
            "Accept: bare\nlf\r\n",
            "Accept: bare\rcr\r\n");
    private static final List<String> STARTS = List.of(
            START,
            "GET /v1/authorize/orders/7 HTTP/1.1\r\n",
            "GET /v1/authorize?a=b HTTP/1.1\r\n",
            "GET /v1/authorize/a%20b HTTP/1.1\r\n",
            "GET /v1/authorizer HTTP/1.1\r\n",
            "GET /v1/authorize/../verify HTTP/1.1\r\n",
            "GET  /v1/authorize HTTP/1.1\r\n",
            "GET /v1/authorize HTTP/1.0\r\n",
            "GET /v1/authorize http/1.1\r\n",
            "GET /v1/authorize HTTP/1.1\n",
            "HEAD /v1/authorize HTTP/1.1\r\n",
            "get /v1/authorize HTTP/1.1\r\n",
            "POST /v1/authorize HTTP/1.1\r\n",
            "\r\nGET /v1/authorize HTTP/1.1\r\n");
    private static final String USUAL = START
            + "Host: edge\r\nX-API-Key: " + KEY
            + "\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Uri: /orders/7\r\nX-Request-Id: r1\r\n\r\n";

    /** Never used, for what comes has been decrypted. */
    private final SslContext tls;

    private final Caller gateway = new Caller("127.0.0.1", true, false);
    private int questions;

    QuickDoorTest() throws SSLException {
        tls = SslContextBuilder.forClient().build();
    }

    /** One connection, and what it asked the edge. */
    private final class Side {
        private final List<String> asked = new ArrayList<>();
        private final List<ByteBuf> buffers = new ArrayList<>();
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final @Nullable CompletableFuture<Void> unforced;

        Side(boolean quick, @Nullable CompletableFuture<Void> unforced) {
            this.unforced = unforced;
            AddressRanges proxies = new AddressRanges(List.of("127.0.0.1", "198.51.100.0/24"));
            AuthorizeDoor authorize = new AuthorizeDoor(
                    this::decide,
                    new Routes(List.of()),
                    proxies,
                    new Counters(new SimpleMeterRegistry(), Router.DECIDING));
            Connection.http(
                    channel.pipeline(),
                    new Router(authorize),
                    gateway,
                    new Connection.Setup(
                            tls,
                            this::decide,
                            new Router(authorize),
                            new Grpc(new ExtAuthzDoor(authorize), () -> true),
                            proxies,
                            proxies,
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(30),
                            () -> false,
                            () -> this.unforced));
            if (!quick) {
                channel.pipeline().remove(QuickDoor.class);
            }
        }

        private Decision decide(AuthRequest request) {
            String id = String.valueOf(request.requestId());
            asked.add(request.presented() + " " + request.permission() + " " + request.method() + " " + request.path()
                    + " " + request.ip() + " " + request.userAgent() + " "
                    + (id.startsWith("req_") ? "new" : id));
            return new Decision(
                    switch (request.presented()) {
                        case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
                        case Presented.Key key
                        when key.key().credentialId().equals(TestDoors.KEY.credentialId()) ->
                            new Verdict(Code.ACCEPTED, TestDoors.CREDENTIAL, request.permission());
                        case Presented.Key _ -> Verdict.refused(Code.UNKNOWN, request.permission());
                    },
                    5);
        }

        void send(byte[] bytes) {
            ByteBuf sent = Unpooled.copiedBuffer(bytes);
            buffers.add(sent);
            channel.writeInbound(sent);
        }

        void end() {
            channel.finishAndReleaseAll();
            assertThat(buffers)
                    .as("bytes that came")
                    .allSatisfy(b -> assertThat(b.refCnt()).isZero());
        }

        String said() {
            StringBuilder said = new StringBuilder();
            for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
                said.append(part.toString(StandardCharsets.ISO_8859_1));
                part.release();
            }
            // Ids that the edge has made are never the same.
            return said.toString().replaceAll("req_[0-9A-Z]{26}", "req_new") + (channel.isOpen() ? "" : "closed");
        }
    }

    @Test
    void whatever_comes_in_whatever_pieces_is_answered_as_without_it() {
        Random random = new Random(46);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = requests(random).getBytes(StandardCharsets.ISO_8859_1);
            Side with = new Side(true, null);
            Side without = new Side(false, null);
            int at = 0;
            while (at < bytes.length) {
                int to = random.nextInt(3) > 0 ? bytes.length : at + 1 + random.nextInt(bytes.length - at);
                byte[] part = Arrays.copyOfRange(bytes, at, to);
                with.send(part);
                without.send(part);
                at = to;
            }
            String sent = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(with.said()).as(sent).isEqualTo(without.said());
            assertThat(with.asked).as(sent).isEqualTo(without.asked);
            questions += with.asked.size();
            with.end();
            without.end();
        }
        assertThat(questions).as("questions to the edge").isGreaterThan(ROUNDS / 10);
    }

    @Test
    void the_usual_question_never_reaches_the_decoder() {
        Side side = new Side(true, null);
        side.channel.pipeline().remove(StrictDecoder.class);
        side.send((USUAL + USUAL).getBytes(StandardCharsets.US_ASCII));
        assertThat(side.asked).hasSize(2);
        assertThat(side.said().split("HTTP/1.1 204 No Content", -1)).hasSize(3);
    }

    @Test
    void an_answer_that_waits_for_the_disk_keeps_those_behind_it_waiting() {
        CompletableFuture<Void> forced = new CompletableFuture<>();
        Side side = new Side(true, forced);
        side.send((USUAL + USUAL).getBytes(StandardCharsets.US_ASCII));
        assertThat(side.said()).isEmpty();
        forced.complete(null);
        side.channel.runPendingTasks();
        assertThat(side.said().split("HTTP/1.1 204 No Content", -1)).hasSize(3);
    }

    private static String requests(Random random) {
        StringBuilder all = new StringBuilder();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            if (random.nextInt(3) == 0) {
                all.append(USUAL);
                continue;
            }
            all.append(random.nextInt(3) > 0 ? START : pick(STARTS, random));
            if (random.nextInt(8) > 0) {
                all.append("Host: edge\r\n");
            }
            for (int lines = random.nextInt(6); lines > 0; lines--) {
                all.append(pick(LINES, random));
            }
            all.append("\r\n");
        }
        if (random.nextInt(4) == 0) {
            all.setCharAt(random.nextInt(all.length()), (char) random.nextInt(256));
        }
        if (random.nextInt(6) == 0) {
            all.setLength(1 + random.nextInt(all.length()));
        }
        return all.toString();
    }

    private static String pick(List<String> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
