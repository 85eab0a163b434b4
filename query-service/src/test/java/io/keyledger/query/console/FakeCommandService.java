package io.keyledger.query.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import io.keyledger.events.access.PersonAssertion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands where command-service does, as far as the console's own doors go: it checks every assertion as the real one does,
 * remembers what came, and answers as it is told. The real one is behind the console in the system's tests.
 */
final class FakeCommandService implements AutoCloseable {
    static final String PASSWORD = "correct horse battery staple";

    private final HttpServer server;
    private final PublicKey key;
    private final InstantSource clock;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();

    /** @param person who asks, by a signature that was checked; null for none */
    record Request(
            String method,
            String target,
            Map<String, Object> body,
            @Nullable PersonAssertion person,
            @Nullable String authorization,
            String text) {}

    private record Reply(int status, Map<String, Object> body) {}

    FakeCommandService(PublicKey key, InstantSource clock) throws IOException {
        this.key = key;
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on this request is answered so. */
    void answer(String method, String path, int status, Map<String, Object> body) {
        replies.put(method + " " + path, new Reply(status, body));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        String method = exchange.getRequestMethod();
        String target = exchange.getRequestURI().toString();
        String path = exchange.getRequestURI().getPath();
        Map<String, Object> body = bytes.length == 0 ? Map.of() : JsonReader.object(bytes);
        PersonAssertion person = null;
        String compact = exchange.getRequestHeaders().getFirst(PersonAssertion.HEADER);
        if (compact != null) {
            try {
                person = PersonAssertion.verify(compact, key, method, target, bytes, clock.instant());
            } catch (PersonAssertion.Disbelieved e) {
                reply(exchange, new Reply(401, problem("unauthorized", 401, String.valueOf(e.getMessage()))));
                return;
            }
        }
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(
                new Request(method, target, body, person, authorization, new String(bytes, StandardCharsets.UTF_8)));
        Reply told = replies.get(method + " " + path);
        if (told != null) {
            reply(exchange, told);
        } else if (path.startsWith("/api/") && person == null && authorization == null) {
            reply(exchange, new Reply(401, problem("unauthorized", 401, "Nobody asks.")));
        } else {
            reply(exchange, reply(method, path, body));
        }
    }

    private static Reply reply(String method, String path, Map<String, Object> body) {
        return switch (method + " " + path) {
            case "POST /internal/sign-in" -> signIn(body);
            case "POST /internal/re-authenticate" ->
                PASSWORD.equals(body.get("password"))
                        ? new Reply(200, Map.of())
                        : new Reply(401, problem("sign-in-failed", 401, "Wrong."));
            case "POST /internal/sign-in/oidc" ->
                new Reply(200, Map.of("userId", "usr_" + body.get("subject"), "displayName", "From Provider"));
            case "POST /internal/sign-out" -> new Reply(200, Map.of());
            case "POST /internal/people" -> new Reply(200, Map.of("items", List.of()));
            case "GET /api/v1/users" -> new Reply(200, Map.of("items", List.of(user("usr_alice"), user("usr_bob"))));
            case "POST /api/v1/users" -> new Reply(201, user("usr_new"));
            case "GET /api/v1/settings" -> new Reply(200, settings());
            case "PUT /api/v1/settings" -> new Reply(200, settings());
            case "GET /api/v1/tenants" ->
                new Reply(200, Map.of("items", List.of(tenant("t_acme"), tenant("t_default"))));
            case "GET /api/v1/edges" -> new Reply(200, Map.of("items", List.of(edge("edge-1"), edge("query-1"))));
            default -> {
                if (path.startsWith("/api/v1/users/")) {
                    yield new Reply(200, user("usr_bob"));
                }
                yield path.startsWith("/api/v1/edges/")
                        ? new Reply(200, Map.of("edge", "edge-1", "standing", "retired"))
                        : new Reply(404, problem("no-such-path", 404, "Nothing is here."));
            }
        };
    }

    /** Whoever knows the password is let in; the user's id is the login's. */
    private static Reply signIn(Map<String, Object> body) {
        return PASSWORD.equals(body.get("password"))
                ? new Reply(200, Map.of("userId", "usr_" + body.get("login"), "displayName", "Alice Adams"))
                : new Reply(401, problem("sign-in-failed", 401, "Name or password is wrong."));
    }

    static Map<String, Object> problem(String slug, int status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "https://keyledger.io/problems/" + slug);
        problem.put("title", slug);
        problem.put("status", status);
        problem.put("detail", detail);
        return problem;
    }

    static Map<String, Object> user(String id) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("userId", id);
        user.put("login", id.substring(4));
        user.put("displayName", "Bob <script>alert(1)</script>");
        user.put("roles", List.of("viewer"));
        user.put("origin", "local");
        user.put("enabled", true);
        user.put("createdAt", "2026-11-01T09:30:00.000000Z");
        return user;
    }

    static Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("keys.enabled", true);
        settings.put("keys.nameRule", "descriptive");
        settings.put("keys.nameUniqueness", "owner");
        settings.put("keys.maxPerOwner", 100);
        settings.put("keys.expiryRequired", false);
        settings.put("keys.prefix", "kl");
        settings.put("keys.rotation.readOnly", "P90D");
        settings.put("keys.rotation.readWrite", "P60D");
        settings.put("keys.rotation.admin", "P30D");
        settings.put("keys.hideRevoked", false);
        settings.put("keys.recoverable", false);
        settings.put("keys.maxGrace", "P30D");
        settings.put("tokens.addresses", List.of("192.0.2.0/24", "2001:db8::/32"));
        settings.put("activity.granularity", "request");
        settings.put("roles.preset", "central");
        settings.put("console.wording", "api-keys");
        return settings;
    }

    static Map<String, Object> tenant(String id) {
        Map<String, Object> tenant = new LinkedHashMap<>();
        tenant.put("tenantId", id);
        tenant.put("name", "Tenant <i>" + id);
        tenant.put("preset", "descriptive");
        tenant.put("enabled", true);
        tenant.put("selfService", true);
        tenant.put("users", 3);
        tenant.put("createdAt", "2026-11-01T09:30:00.000000Z");
        return tenant;
    }

    private static Map<String, Object> edge(String name) {
        Map<String, Object> edge = new LinkedHashMap<>();
        edge.put("edge", name);
        edge.put("boot", "01KAN9ZJXQ7M");
        edge.put("standing", "live");
        edge.put("leaseEndsAt", Instant.now().plusSeconds(29).toString());
        edge.put("heardAt", Instant.now().minusMillis(400).toString());
        edge.put("applied", 12034);
        edge.put("behind", 0);
        return edge;
    }

    private static void reply(HttpExchange exchange, Reply reply) throws IOException {
        byte[] bytes = CanonicalJson.bytes(reply.body());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The requests that came under this path. */
    List<Request> to(String path) {
        return new ArrayList<>(
                requests.stream().filter(r -> r.target().startsWith(path)).toList());
    }
}
