package io.keyledger.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/** One edge's forward-auth door over one connection. Not for use by two threads at once. */
final class EdgeDoor implements AutoCloseable {
    private final HttpConnection connection;

    EdgeDoor(SSLSocketFactory tls, URI edge) {
        this.connection = new HttpConnection(tls, edge.getHost(), edge.getPort());
    }

    /** Whether the edge lets a request with this key pass. */
    boolean accepts(String key) throws IOException {
        HttpConnection.Response response = connection.send(
                "GET",
                "/v1/authorize",
                Map.of(
                        "Authorization", "ApiKey " + key,
                        "X-Forwarded-Method", "GET",
                        "X-Forwarded-Uri", "/api/v1/objects?type=user",
                        "X-Forwarded-For", "192.0.2.7"),
                null);
        return switch (response.status()) {
            case 200, 204 -> true;
            case 401 -> false;
            default -> throw new IOException("the edge answered " + response.status() + " " + response.text());
        };
    }

    @Override
    public void close() {
        connection.close();
    }
}
