package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final int LONG = 30_000;
    private static final int SHORT = 200;

    private ServerSocket broker;
    private Relay relay;
    private Socket edge;
    private Socket atBroker;

    @BeforeEach
    void connect() throws IOException {
        broker = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        relay = new Relay(broker.getLocalPort());
        edge = new Socket(InetAddress.ofLiteral("127.0.0.1"), relay.port());
        atBroker = broker.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        edge.close();
        atBroker.close();
        relay.close();
        broker.close();
    }

    private static void passes(Socket from, Socket to, int what) throws IOException {
        from.getOutputStream().write(what);
        arrives(to, what);
    }

    private static void arrives(Socket to, int what) throws IOException {
        to.setSoTimeout(LONG);
        assertThat(to.getInputStream().read()).isEqualTo(what);
    }

    private static void isSilent(Socket to) throws IOException {
        to.setSoTimeout(SHORT);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> to.getInputStream().read());
    }

    @Test
    void what_either_side_says_arrives_at_the_other() throws IOException {
        passes(edge, atBroker, 1);
        passes(atBroker, edge, 2);
    }

    @Test
    void each_direction_is_cut_alone_and_what_was_said_meanwhile_arrives_when_it_is_let_go() throws IOException {
        relay.cut(true, false);
        edge.getOutputStream().write(3);
        passes(atBroker, edge, 4);
        isSilent(atBroker);
        relay.cut(false, true);
        arrives(atBroker, 3);
        atBroker.getOutputStream().write(5);
        passes(edge, atBroker, 6);
        isSilent(edge);
        relay.cut(false, false);
        arrives(edge, 5);
    }

    @Test
    void an_end_is_told_to_the_other_side() throws IOException {
        edge.close();
        arrives(atBroker, -1);
    }
}
