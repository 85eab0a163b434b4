package io.keyledger.standalone;

import java.util.List;

/**
 * The names under which the parts find each other.
 *
 * @param listen the address that a public listener binds to
 * @param trusted from where an edge is asked and told who the client is: gateways
 */
record Hosts(String postgres, String kafka, String elasticsearch, String command, String listen, List<String> trusted) {

    /** All on this machine. */
    static final Hosts LOCAL = new Hosts(
            "localhost", "localhost", "localhost", "localhost", "127.0.0.1", List.of("127.0.0.1/32", "::1/128"));

    /** Each part a container of {@code infra/compose}, whose network has this range. */
    static final Hosts COMPOSE = new Hosts(
            "postgresql",
            "kafka",
            "elasticsearch",
            "command-service",
            "0.0.0.0",
            List.of("127.0.0.1/32", "::1/128", "172.31.94.0/24"));
}
