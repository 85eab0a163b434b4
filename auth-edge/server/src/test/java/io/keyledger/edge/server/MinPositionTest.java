package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.apiKey;
import static io.keyledger.edge.server.TestDoors.authorize;
import static io.keyledger.edge.server.TestDoors.post;
import static io.keyledger.edge.server.TestDoors.read;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.edge.server.TestDoors.Reply;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions that name a position: decided by a view that has it, or not at all, and no thread waits meanwhile. */
class MinPositionTest {
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

    private static String from(int offset) {
        return item("2.41-c3." + offset);
    }

    private static String item(String position) {
        return "{\"key\":\"%s\",\"minPosition\":\"%s\"}".formatted(KEY.reveal(), position);
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_view_that_has_the_position_decides_at_once() throws Exception {
        edge.view.apply(8);
        assertThat(edge.ask(verify(from(7))).json()).containsEntry("code", "accepted");
        assertThat(edge.given).containsExactly(Code.ACCEPTED);
    }

    @Test
    void nothing_is_decided_before_the_view_has_the_position() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, verify(from(7)));
            edge.view.awaitWaiters(1);
            assertThat(edge.asked).isEmpty();
            // Others are answered by the same thread meanwhile.
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 2; i++) {
                assertThat(edge.ask(authorize(apiKey())).status()).isEqualTo(204);
            }
            edge.forgetAsked();
            edge.view.apply(8);
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json()).containsEntry("code", "accepted");
            send(socket, authorize(apiKey()));
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
        }
        assertThat(edge.given).containsExactly(Code.ACCEPTED, Code.ACCEPTED);
    }

    @Test
    void a_view_that_does_not_get_there_gives_no_verdict_and_the_key_is_not_looked_at() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, verify(from(7)));
            edge.view.awaitWaiters(1);
            edge.view.giveUp();
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isEqualTo("1");
            assertThat(reply.json()).containsEntry("code", "stale").containsEntry("valid", false);
        }
        assertThat(edge.given).containsExactly(Code.STALE);
    }

    /** What was sent behind it, in one packet or later, is answered behind it: whole and in its order. */
    @Test
    void answers_stay_in_order_when_one_of_them_waits() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, verify(from(7)) + authorize(apiKey()) + verify(from(9)) + authorize() + authorize(apiKey()));
            edge.view.awaitWaiters(1);
            send(socket, "GET /v1/authorize HTTP/1.1\r\nHost: e\r\n");
            edge.view.apply(8);
            assertThat(read(socket.getInputStream(), false).json()).containsEntry("code", "accepted");
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
            edge.view.awaitWaiters(2);
            assertThat(edge.given).containsExactly(Code.ACCEPTED, Code.ACCEPTED);
            edge.view.giveUp();
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(503);
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(401);
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
            send(socket, apiKey() + "\r\n\r\n");
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
        }
    }

    @Test
    void who_goes_away_meanwhile_is_not_decided_for() throws Exception {
        try (Http2Client client = new Http2Client(edge.connect(false)).begin()) {
            try (SSLSocket socket = edge.connect(false)) {
                send(socket, verify(from(7)));
                edge.view.awaitWaiters(1);
            }
            ask(client, 1, "/v1/verify", from(9));
            edge.view.awaitWaiters(2);
            client.frame(Http2Client.RST_STREAM, 0, 1, Http2Client.number(8));
            client.headers(3, true, ":method: GET", ":scheme: https", ":authority: e", ":path: /v1/openapi.yaml");
            assertThat(client.await(3).status).isEqualTo(200);
            await().until(() -> edge.connections() == 1);
            edge.view.apply(100);
            client.headers(5, true, ":method: GET", ":scheme: https", ":authority: e", ":path: /v1/openapi.yaml");
            assertThat(client.await(5).status).isEqualTo(200);
        }
        assertThat(edge.asked).isEmpty();
    }

    private static void ask(Http2Client client, int stream, String path, String body) throws IOException {
        client.headers(stream, false, ":method: POST", ":scheme: https", ":authority: e", ":path: " + path);
        client.frame(Http2Client.DATA, Http2Client.END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Over HTTP/2 nobody waits for another. */
    @Test
    void on_one_connection_of_http2_each_waits_for_its_own_position() throws Exception {
        try (Http2Client client = new Http2Client(edge.connect(false)).begin()) {
            ask(client, 1, "/v1/verify", from(9));
            ask(client, 3, "/v1/verify", from(7));
            edge.view.awaitWaiters(2);
            client.headers(
                    5,
                    true,
                    ":method: GET",
                    ":scheme: https",
                    ":authority: e",
                    ":path: /v1/authorize",
                    "x-api-key: " + KEY.reveal());
            assertThat(client.await(5).status).isEqualTo(204);
            edge.view.apply(8);
            assertThat(client.await(3).status).isEqualTo(200);
            assertThat(client.stream(1).ended).isFalse();
            edge.view.giveUp();
            assertThat(client.await(1).status).isEqualTo(503);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_batch_waits_for_all_of_its_positions_and_each_question_has_its_own_verdict() throws Exception {
        String batch = "{\"items\":[%s,%s,{\"key\":\"%s\"}]}".formatted(from(7), from(9), KEY.reveal());
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, post("/v1/verify/batch", "application/json", batch));
            edge.view.awaitWaiters(1);
            assertThat(edge.asked).isEmpty();
            edge.view.apply(8);
            edge.view.giveUp();
            Reply reply = read(socket.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(200);
            assertThat((List<Map<String, Object>>) reply.json().get("items"))
                    .extracting(verdict -> verdict.get("code"))
                    .containsExactly("accepted", "stale", "accepted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "2.41", "2.41-c9.1", "2.41-c3", "1", "2.41-c3.99999999999999999999"})
    void what_is_no_position_of_the_view_is_400_and_named(String position) throws Exception {
        Reply reply = edge.ask(verify(item(position)));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).containsEntry("field", "minPosition");
        assertThat(edge.asked).isEmpty();
    }
}
