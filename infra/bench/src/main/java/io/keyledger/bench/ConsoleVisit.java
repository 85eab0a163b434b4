package io.keyledger.bench;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** The console as its first admin sees it, over one kept-alive connection. Not for use by two threads at once. */
final class ConsoleVisit implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private static final String LOGIN = "bench";

    private final HttpClient client;
    private final URI console;

    ConsoleVisit(SSLContext tls, URI console) {
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(new CookieManager())
                .build();
        this.console = console;
    }

    /** Makes the first account. */
    void setUp(String bootstrapKey, String password) throws IOException {
        post(
                "/setup",
                Map.of(
                        "key", bootstrapKey,
                        "login", LOGIN,
                        "displayName", "Bench",
                        "password", password,
                        "tenant", "t_default"));
    }

    /** By the account that {@link #setUp} made. */
    void signIn(String password) throws IOException {
        post("/sign-in", Map.of("login", LOGIN, "password", password, "tenant", "t_default"));
    }

    private void post(String path, Map<String, String> fields) throws IOException {
        Matcher token = TOKEN.matcher(get(path));
        if (!token.find()) {
            throw new IOException(path + " has no form");
        }
        Map<String, String> form = new TreeMap<>(fields);
        form.put("_csrf", token.group(1));
        HttpResponse<String> answer = send(HttpRequest.newBuilder(console.resolve(path))
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.entrySet().stream()
                        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))))
                .build());
        if (answer.statusCode() / 100 != 3) {
            throw new IOException(path + " answered " + answer.statusCode());
        }
    }

    /** One page, whole. */
    String get(String path) throws IOException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(console.resolve(path))
                .header("Accept", "text/html")
                .header("Sec-Fetch-Site", "none")
                .build());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
