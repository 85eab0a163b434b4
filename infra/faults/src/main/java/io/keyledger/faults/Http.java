package io.keyledger.faults;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One door, asked once for each question: what fails is not sent again. Safe from any thread. */
final class Http {
    private final HttpClient client;
    private final URI base;
    private final Duration patience;
    private final List<String> headers;

    Http(SSLContext tls, URI base, Duration patience, String... headers) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .connectTimeout(patience)
                .build();
        this.base = base;
        this.patience = patience;
        this.headers = List.of(headers);
    }

    /** @param body empty when it was none, or no JSON */
    record Answer(int status, Map<String, Object> body) {
        String text(String name) {
            return body.get(name) instanceof String text ? text : "";
        }

        /** The texts of that name in a list of objects. */
        List<String> each(String list, String name) {
            return body.get(list) instanceof List<?> all
                    ? all.stream()
                            .map(one -> one instanceof Map<?, ?> map ? String.valueOf(map.get(name)) : "")
                            .toList()
                    : List.of();
        }
    }

    /** As {@link #send}, a POST. */
    Answer post(String path, Map<String, ? extends @Nullable Object> body, String... more) throws IOException {
        return send("POST", path, body, more);
    }

    /**
     * Asks once.
     *
     * @param body of a POST or PUT
     * @param more headers, name and value in turn
     * @throws IOException when no answer came, whatever was done about it
     */
    Answer send(String method, String path, Map<String, ? extends @Nullable Object> body, String... more)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(patience)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("POST") || method.equals("PUT")
                                ? HttpRequest.BodyPublishers.ofByteArray(CanonicalJson.bytes(body))
                                : HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        for (int i = 0; i < more.length; i += 2) {
            request.header(more[i], more[i + 1]);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), json(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Map<String, Object> json(byte[] body) {
        try {
            return body.length == 0 ? Map.of() : JsonReader.object(body);
        } catch (IllegalArgumentException e) {
            return Map.of();
        }
    }
}
