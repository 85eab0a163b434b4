package io.keyledger.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Installation;
import io.keyledger.cli.console.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API that knows nothing of keys: before it answers it asks the edge, as nginx's auth_request does, and does what the
 * edge says. On loopback, at a free port.
 */
final class Upstream implements AutoCloseable {
    /** What a client presents a key in. */
    private static final List<String> CREDENTIALS = List.of("Authorization", "X-API-Key");

    private static final String OBJECTS = "/api/v1/objects";
    private static final Pattern EXECUTE = Pattern.compile("/api/v1/sync/projects/([A-Za-z0-9_-]{1,40})/execute");
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;
    private final URI authorize;

    private Upstream(HttpServer server, HttpClient http, URI authorize) {
        this.server = server;
        this.http = http;
        this.authorize = authorize;
    }

    static Upstream start(Installation installation) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            HttpClient http = HttpClient.newBuilder()
                    .sslContext(installation.tls())
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
            Upstream upstream = new Upstream(server, http, URI.create(installation.edge() + "/v1/authorize"));
            server.createContext("/", upstream::handle);
            server.setExecutor(upstream.threads);
            server.start();
            return upstream;
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED, "Cannot listen on loopback (" + e.getClass().getSimpleName() + ").");
        }
    }

    URI address() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            HttpResponse<Void> verdict = ask(exchange);
            if (verdict.statusCode() != 204) {
                verdict.headers()
                        .allValues("WWW-Authenticate")
                        .forEach(value -> exchange.getResponseHeaders().add("WWW-Authenticate", value));
                answer(exchange, verdict.statusCode(), Map.of("error", "refused by the edge"));
                return;
            }
            serve(exchange);
        }
    }

    /** The question of forward-auth: the client's credential, method, path and address. */
    private HttpResponse<Void> ask(HttpExchange exchange) throws IOException {
        HttpRequest.Builder question = HttpRequest.newBuilder(authorize)
                .timeout(Duration.ofSeconds(10))
                .header("X-Forwarded-Method", exchange.getRequestMethod())
                .header("X-Forwarded-Uri", exchange.getRequestURI().toString())
                .header(
                        "X-Forwarded-For",
                        exchange.getRemoteAddress().getAddress().getHostAddress());
        String agent = exchange.getRequestHeaders().getFirst("User-Agent");
        if (agent != null) {
            question.header("User-Agent", agent);
        }
        for (String name : CREDENTIALS) {
            exchange.getRequestHeaders().getOrDefault(name, List.of()).forEach(value -> question.header(name, value));
        }
        try {
            return http.send(question.build(), BodyHandlers.discarding());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher execute = EXECUTE.matcher(path);
        if (exchange.getRequestMethod().equals("GET") && path.equals(OBJECTS)) {
            answer(exchange, 200, Map.of("items", List.of(object("usr_ada", "Ada"), object("usr_grace", "Grace"))));
        } else if (exchange.getRequestMethod().equals("POST") && execute.matches()) {
            Map<String, Object> run = new LinkedHashMap<>();
            run.put("project", execute.group(1));
            run.put("status", "started");
            answer(exchange, 200, run);
        } else {
            answer(exchange, 404, Map.of("error", "no such path"));
        }
    }

    private static Map<String, Object> object(String id, String name) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", id);
        object.put("type", "user");
        object.put("name", name);
        return object;
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        byte[] bytes = Json.line(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
