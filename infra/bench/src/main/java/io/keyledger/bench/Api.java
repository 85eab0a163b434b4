package io.keyledger.bench;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/** The management API over one connection. Not for use by two threads at once. */
final class Api implements AutoCloseable {
    private final HttpConnection connection;
    private final String base;
    private final Map<String, String> headers;

    Api(SSLSocketFactory tls, URI api, String key) {
        this.connection = new HttpConnection(tls, api.getHost(), api.getPort());
        this.base = api.getPath();
        this.headers = Map.of("X-API-Key", key, "User-Agent", "keyledger-bench");
    }

    /** A key that was made, with its secret. */
    record Made(String keyId, String secret, boolean usable) {}

    Made create(String owner, String name) throws IOException {
        Map<String, Object> answer =
                post("/keys", Map.of("name", name, "scope", "read-only", "owner", owner), List.of(201));
        return new Made(text(answer, "keyId"), text(answer, "key"), Boolean.TRUE.equals(answer.get("usable")));
    }

    static String text(Map<String, Object> answer, String name) throws IOException {
        if (answer.get(name) instanceof String text) {
            return text;
        }
        throw new IOException("an answer without " + name);
    }

    /** @return whether it was effective by the time of the answer */
    boolean revoke(String keyId) throws IOException {
        return Boolean.TRUE.equals(post(
                        "/keys/" + keyId + "/revoke",
                        Map.of("reason", "benchmark", "reasonCode", "decommissioned"),
                        List.of(200, 202))
                .get("effective"));
    }

    /** At most 1,000 at once. */
    void revoke(List<String> keyIds) throws IOException {
        post(
                "/keys/revoke",
                Map.of("keyIds", keyIds, "reason", "benchmark", "reasonCode", "decommissioned", "dryRun", false),
                List.of(200, 202));
    }

    void set(String setting, Object value) throws IOException {
        send("PUT", "/settings", Map.of(setting, value), List.of(200, 202));
    }

    private Map<String, Object> post(String path, Map<String, Object> body, List<Integer> expected) throws IOException {
        return send("POST", path, body, expected);
    }

    private Map<String, Object> send(String method, String path, Map<String, Object> body, List<Integer> expected)
            throws IOException {
        String json = new String(CanonicalJson.bytes(body), StandardCharsets.UTF_8);
        HttpConnection.Response response = connection.send(method, base + path, headers, json);
        if (!expected.contains(response.status())) {
            throw new IOException(method + " " + path + " answered " + response.status() + " " + response.text());
        }
        return JsonReader.object(response.text().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        connection.close();
    }
}
