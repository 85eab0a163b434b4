package io.keyledger.cli.demo;

import io.keyledger.cli.client.Failure;
import io.keyledger.verifier.PresentedKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client of the {@link Upstream}, as anybody would write one. Safe from any thread. */
final class Client implements AutoCloseable {
    private final URI upstream;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Client(URI upstream) {
        this.upstream = upstream;
    }

    /** The header that a key travels in. */
    enum Carrier {
        API_KEY("Authorization", "ApiKey "),
        BEARER("Authorization", "Bearer "),
        X_API_KEY("X-API-Key", "");

        private final String header;
        private final String scheme;

        Carrier(String header, String scheme) {
            this.header = header;
            this.scheme = scheme;
        }

        /** For people, without the key. */
        String shown() {
            return header + ": " + scheme + "...";
        }
    }

    /** The status of the answer. */
    int send(String method, String path, Carrier carrier, PresentedKey key) {
        HttpRequest request = HttpRequest.newBuilder(upstream.resolve(path))
                .timeout(Duration.ofSeconds(15))
                .header(carrier.header, carrier.scheme + key.reveal())
                .header("User-Agent", "keyledger-demo")
                .method(method, BodyPublishers.noBody())
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "The demo's own API got no answer from the edge ("
                            + e.getClass().getSimpleName() + "); see `keyledger status`.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "Interrupted.");
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
