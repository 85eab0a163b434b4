package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.CREDENTIAL;
import static io.keyledger.edge.server.TestDoors.LOOPBACK;
import static io.keyledger.edge.server.TestDoors.OTHER;
import static io.keyledger.edge.server.TestDoors.apiKey;
import static io.keyledger.edge.server.TestDoors.authorize;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.edge.server.TestDoors.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listener without TLS for a gateway on the same host. */
class LocalDoorTest {
    private static TestDoors edge;
    private static Doors trusting;
    private static Doors strangers;

    @TempDir
    private static Path temp;

    @BeforeAll
    static void open() throws IOException, InterruptedException, GeneralSecurityException {
        edge = new TestDoors(temp);
        trusting = edge.openLocally(List.of("127.0.0.1"));
        strangers = edge.openLocally(List.of());
    }

    @AfterAll
    static void close() {
        trusting.stop();
        strangers.stop();
        edge.close();
    }

    private static Reply ask(Doors doors, String request) throws IOException {
        try (Socket socket = new Socket(LOOPBACK, doors.localPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return TestDoors.read(socket.getInputStream(), false);
        }
    }

    @Test
    void a_gateway_on_this_host_may_ask_without_tls() throws IOException {
        Reply passed = ask(trusting, authorize(apiKey()));
        assertThat(passed.status()).isEqualTo(204);
        assertThat(passed.header("X-Keyledger-Key-Id"))
                .isEqualTo(CREDENTIAL.keyId().value());
        assertThat(ask(trusting, authorize("Authorization: ApiKey " + OTHER.reveal()))
                        .status())
                .isEqualTo(401);
    }

    /** The fast way to write an answer, and the general one that HTTP/1.0 takes, say the same. */
    @Test
    void an_answer_is_the_same_whichever_way_it_is_written() throws IOException {
        Reply fast = ask(trusting, authorize(apiKey()));
        Reply general =
                ask(trusting, "GET /v1/authorize HTTP/1.0\r\nConnection: keep-alive\r\n" + apiKey() + "\r\n\r\n");
        assertThat(general.status()).isEqualTo(204);
        assertThat(general.header("connection")).isEqualTo("keep-alive");
        assertThat(general.headers()).containsAllEntriesOf(fast.headers());
        assertThat(fast.header("X-Keyledger-Name")).isEqualTo("SIEM%20Integration%20%E2%80%93%20Feb");
    }

    @Test
    void nothing_else_is_served_there() throws IOException {
        for (String request : List.of(
                verify("{\"key\":\"" + OTHER.reveal() + "\"}"),
                "GET /v1/openapi.yaml HTTP/1.1\r\nHost: edge\r\n\r\n",
                "POST /v1/introspect HTTP/1.1\r\nHost: edge\r\nContent-Length: 0\r\n\r\n")) {
            Reply reply = ask(trusting, request);
            assertThat(reply.status()).as(request).isEqualTo(404);
            assertThat(reply.json().get("detail")).isEqualTo("There are /v1/authorize.");
        }
    }

    @Test
    void only_trusted_proxies_may_ask_there_too() throws IOException {
        assertThat(ask(strangers, authorize(apiKey())).status()).isEqualTo(403);
    }

    @Test
    void no_other_address_of_this_host_answers_there() throws IOException {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress other : others) {
            try (Socket socket = new Socket()) {
                assertThatThrownBy(() -> socket.connect(new InetSocketAddress(other, trusting.localPort()), 2_000))
                        .as(other.toString())
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void there_is_none_unless_it_was_asked_for() throws IOException, GeneralSecurityException {
        Doors usual = edge.open(List.of("127.0.0.1"));
        try {
            assertThatThrownBy(usual::localPort).isInstanceOf(IllegalStateException.class);
        } finally {
            usual.stop();
        }
    }
}
