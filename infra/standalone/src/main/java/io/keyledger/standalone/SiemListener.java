package io.keyledger.standalone;

/**
 * The broker's listener for SIEMs: TLS and SCRAM-SHA-512 like that of the services, at a port of its own, so that it alone has
 * to be reachable from elsewhere.
 *
 * @param listen the address that it binds to; loopback unless it was said otherwise
 * @param host the name under which it is reached, which the broker's certificate covers
 */
record SiemListener(String listen, String host, int port) {
    static final String LOOPBACK = "127.0.0.1";
    static final String LOCALHOST = "localhost";

    /** For a client's {@code bootstrap.servers}. */
    String address() {
        return host + ":" + port;
    }
}
