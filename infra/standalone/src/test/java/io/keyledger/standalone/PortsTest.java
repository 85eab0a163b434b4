package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void a_taken_port_gives_one_line_that_names_it_its_server_and_the_option() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Ports.Port port = new Ports.Port("Kafka", Ports.KAFKA, taken.getLocalPort());
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> Ports.mustBeFree(List.of(port)))
                    .withMessage(
                            "port %d (Kafka) is taken: stop what listens there, or choose another with --port-kafka"
                                    .formatted(taken.getLocalPort()));
        }
    }

    @Test
    void a_port_that_a_server_has_just_left_is_free() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = server.getLocalPort();
            // A connection that the server closes first leaves the port waiting for a minute.
            try (var client = new java.net.Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                server.accept().close();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
        assertThat(Ports.isFree(port)).isTrue();
    }

    @Test
    void one_number_for_two_listeners_is_refused_before_anything_starts() {
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> Ports.of(Map.of(Ports.API, 9443)))
                .withMessage("--port-api and --port-edge are both 9443");
    }

    @Test
    void a_number_that_is_no_port_and_a_name_that_is_no_listener_are_refused() {
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> Ports.of(Map.of(Ports.API, 70_000)))
                .withMessage("--port-api must be from 1 to 65535, not 70000");
        assertThatExceptionOfType(StartFailure.class).isThrownBy(() -> Ports.of(Map.of("ftp", 21)));
    }

    @Test
    void further_edges_have_ports_of_their_own() {
        Ports defaults = Ports.of(Map.of());
        assertThat(defaults.ofEdge(Ports.EDGE, 1)).isEqualTo(9443);
        assertThat(defaults.ofEdge(Ports.EDGE, 3)).isEqualTo(9643);
        Ports free = Ports.free(3);
        assertThat(free.ofEdge(Ports.EDGE, 3)).isBetween(20_000, 31_999);
    }
}
