package io.keyledger.system;

import io.keyledger.events.CanonicalJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One HTTPS door with the headers that every request to it carries. Immutable; safe from any thread. */
final class Door {
    private final HttpClient http;
    private final URI base;
    private final List<String> headers;
    private final Consumer<String> secrets;

    /** @param secrets hears of every key that is shown, so that the leak search knows what to look for */
    Door(HttpClient http, URI base, List<String> headers, Consumer<String> secrets) {
        this.http = http;
        this.base = base;
        this.headers = headers;
        this.secrets = secrets;
    }

    URI base() {
        return base;
    }

    /** The same door with one more header line. */
    Door with(String name, String value) {
        List<String> more = new ArrayList<>(headers);
        more.add(name);
        more.add(value);
        return new Door(http, base, List.copyOf(more), secrets);
    }

    /** The same door, asked with this key. */
    Door as(String key) {
        return with("Authorization", "ApiKey " + key);
    }

    /** The same door without any header. */
    Door anonymous() {
        return new Door(http, base, List.of(), secrets);
    }

    /** Another address, asked in the same way. */
    Door at(URI other) {
        return new Door(http, other, headers, secrets);
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    Answer post(String path, Map<String, ? extends @Nullable Object> body) {
        return send("POST", path, new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8));
    }

    Answer put(String path, Map<String, ? extends @Nullable Object> body) {
        return send("PUT", path, new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8));
    }

    Answer patch(String path, Map<String, ? extends @Nullable Object> body) {
        return send("PATCH", path, new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8));
    }

    /** Sends these bytes as they are, as JSON unless a header says otherwise. */
    Answer send(String method, String path, @Nullable String body) {
        try {
            return trySend(method, path, body);
        } catch (IOException e) {
            throw new AssertionError(method + " " + base + path + " failed: " + e, e);
        }
    }

    /** As {@link #send}, for those who count with a door that does not answer. */
    Answer trySend(String method, String path, @Nullable String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null && !headers.contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
            Secrets.in(answer.body()).forEach(secrets);
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
