package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keyledger.events.ActivityEvent.KeyUsed;
import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.standalone.ManagedProcess;
import io.keyledger.system.Tenant.Issued;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The configurations of {@code infra/gateways} in the servers that Debian has, between a client and a real edge, with a
 * service behind. One that is not installed is skipped.
 */
@OnPlatform
@Order(60)
class GatewaysIT {
    private static final String PATH = "/api/v1/objects";

    private final RunningPlatform platform;
    private final Tenant tenant;
    private final Map<Gateway, Gateway.Running> gateways = new EnumMap<>(Gateway.class);
    private final ConcurrentLinkedQueue<Reached> reached = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer upstream;

    @TempDir
    private static Path temp;

    GatewaysIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    /** A request that came as far as the service behind; names of headers in lower case. */
    private record Reached(String method, String target, Map<String, List<String>> headers, String body) {}

    /** What a gateway answered. */
    private record Reply(int status, Map<String, String> headers, String body) {}

    @BeforeAll
    void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", this::serve);
        upstream.setExecutor(threads);
        upstream.start();
        // Apache's workers are no root: they have to get through.
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx--x--x"));
        for (Gateway gateway : Gateway.values()) {
            if (gateway.installed()) {
                gateways.put(
                        gateway, start(gateway, "localhost", platform.dataDir().resolve("tls/ca.pem")));
                warm(gateway);
            }
        }
    }

    private Gateway.Running start(Gateway gateway, String name, Path ca) throws IOException {
        Path folder = Files.createTempDirectory(temp, gateway.name());
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        URI behind = URI.create("http://127.0.0.1:" + upstream.getAddress().getPort());
        return gateway.start(folder, platform.edgeAddress(1), name, ca, behind);
    }

    /** The first handshake of a server that is still cold, on a machine under load, takes longer than a gateway waits. */
    private void warm(Gateway gateway) {
        Issued key = tenant.create("first at " + gateway, "read-only");
        await(gateway.name())
                .atMost(Edges.SOON)
                .until(() -> ask(gateway, "GET", PATH, apiKey(key)).status() == 200);
    }

    @AfterAll
    void stop() {
        gateways.values().forEach(Gateway.Running::close);
        upstream.stop(0);
        threads.close();
    }

    @BeforeEach
    void forget() {
        reached.clear();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, List<String>> headers = new TreeMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            reached.add(new Reached(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
            byte[] answer = "from behind".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /** A client's connection, which stays open from one request to the next. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;

        Client(Gateway.Running gateway) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            socket.setSoTimeout(30_000);
        }

        /** Header lines as they are to be sent. */
        Reply ask(String method, String target, String... headers) throws IOException {
            return send("%s %s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\n"
                    .formatted(
                            method,
                            target,
                            socket.getPort(),
                            headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n"));
        }

        Reply send(String request) throws IOException {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("closed after: " + head.toString(StandardCharsets.UTF_8));
                }
                head.write(b);
            }
            List<String> lines = new ArrayList<>(
                    head.toString(StandardCharsets.UTF_8).lines().toList());
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line : lines.subList(1, lines.size() - 1)) {
                int colon = line.indexOf(':');
                headers.merge(
                        line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
            }
            assertThat(headers).as("what these gateways answer has a length").doesNotContainKey("Transfer-Encoding");
            int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
            return new Reply(
                    Integer.parseInt(lines.getFirst().split(" ", 3)[1]),
                    headers,
                    new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Gateway.Running running(Gateway gateway) {
        Gateway.Running running = gateways.get(gateway);
        assumeTrue(running != null, () -> gateway + " is not installed");
        return running;
    }

    private Reply ask(Gateway gateway, String method, String target, String... headers) throws IOException {
        try (Client client = new Client(running(gateway))) {
            return client.ask(method, target, headers);
        }
    }

    private static String apiKey(Issued key) {
        return "Authorization: ApiKey " + key.key();
    }

    @Row({"S5-22", "S5-38"})
    @ParameterizedTest
    @EnumSource
    void a_good_key_reaches_the_service_as_an_identity_and_no_more_as_a_key(Gateway gateway) throws IOException {
        Issued key = tenant.create("by " + gateway, "read-only");
        for (String carrier : List.of(apiKey(key), "Authorization: Bearer " + key.key(), "X-API-Key: " + key.key())) {
            reached.clear();
            Reply reply = ask(
                    gateway, "GET", PATH + "?type=user&token=marked", carrier, "User-Agent: client/1", "Accept: */*");
            assertThat(reply.status()).as(running(gateway).written()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("from behind");
            Reached request = reached.remove();
            assertThat(request.target()).isEqualTo(PATH + "?type=user&token=marked");
            assertThat(request.headers())
                    .containsEntry("x-keyledger-key-id", List.of(key.keyId()))
                    .containsEntry("x-keyledger-credential-id", List.of(key.credentialId()))
                    .containsEntry("x-keyledger-tenant", List.of(tenant.id()))
                    .containsEntry("x-keyledger-scope", List.of("read-only"))
                    .containsEntry("x-keyledger-name", List.of("by%20" + gateway))
                    .containsKey("x-keyledger-owner")
                    .doesNotContainKeys("authorization", "x-api-key");
            assertThat(request.toString()).doesNotContain(Secrets.secretOf(key.key()));
        }
        Journal.Seen seen = platform.journal().await(EventType.KEY_USED, key.keyId());
        KeyUsed used = (KeyUsed) seen.event().data();
        assertThat(used.method()).isEqualTo("GET");
        assertThat(used.path()).isEqualTo(PATH);
        assertThat(used.userAgent()).isEqualTo("client/1");
        assertThat(used.permission()).isEqualTo("objects:read");
        assertThat(seen.text()).doesNotContain("marked");
        assertThat(running(gateway).written()).doesNotContain(Secrets.secretOf(key.key()));
    }

    @Row({"S1-60", "S5-38"})
    @ParameterizedTest
    @EnumSource
    void what_is_not_one_good_key_is_401_with_a_challenge_and_reaches_nothing(Gateway gateway) throws IOException {
        Issued key = tenant.create("refused by " + gateway, "read-only");
        String good = "X-API-Key: " + key.key();
        List<Reply> replies = List.of(
                ask(gateway, "GET", PATH),
                ask(gateway, "GET", PATH, "X-API-Key: " + Secrets.mistyped(key.key())),
                ask(gateway, "GET", PATH, good, good),
                ask(gateway, "GET", PATH, good, apiKey(key)),
                ask(gateway, "GET", PATH + "?key=" + key.key()),
                ask(gateway, "GET", PATH + "?key=" + key.key(), good));
        for (Reply reply : replies) {
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.headers().get("WWW-Authenticate")).contains("ApiKey realm=");
            assertThat(reply.toString()).doesNotContain(key.keyId()).doesNotContain(Secrets.secretOf(key.key()));
        }
        assertThat(reached).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_scope_that_does_not_hold_the_request_is_403_whatever_the_client_says_it_asks(Gateway gateway)
            throws IOException {
        Issued key = tenant.create("narrow at " + gateway, "read-only");
        assertThat(ask(gateway, "DELETE", PATH + "/7", apiKey(key)).status()).isEqualTo(403);
        for (String lie : List.of(
                "X-Forwarded-Method: GET",
                "X-Original-Method: GET",
                "X-Forwarded-Uri: /harmless",
                "X-Original-URI: /harmless",
                "X-Original-URL: /harmless",
                "X-HTTP-Method-Override: GET")) {
            assertThat(ask(gateway, "DELETE", PATH + "/7", apiKey(key), lie).status())
                    .as(lie)
                    .isEqualTo(403);
        }
        for (String target : List.of("/api/v1/./settings", "/harmless/../api/v1/settings", "//api//v1//settings")) {
            assertThat(ask(gateway, "GET", target, apiKey(key)).status())
                    .as(target)
                    .isIn(301, 308, 400, 403);
        }
        assertThat(reached).isEmpty();
    }

    @Row({"S5-28", "S5-30", "S5-38"})
    @ParameterizedTest
    @EnumSource
    void a_limit_that_is_reached_is_429_and_says_when_to_come_back(Gateway gateway) throws IOException {
        Map<String, Object> two = Map.of("requests", 2, "windowSeconds", 3600, "of", "key");
        Issued key = tenant.create("two an hour at " + gateway, "read-only", "policy", Map.of("rates", List.of(two)));
        for (int i = 0; i < 2; i++) {
            assertThat(ask(gateway, "GET", PATH, apiKey(key)).status()).isEqualTo(200);
        }
        reached.clear();
        Reply refused = ask(gateway, "GET", PATH, apiKey(key));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Long.parseLong(refused.headers().get("Retry-After"))).isBetween(1L, 3637L);
        assertThat(refused.headers().get("RateLimit")).startsWith("\"3600s\";r=0;t=");
        assertThat(refused.headers().get("RateLimit-Policy")).isEqualTo("\"3600s\";q=2;w=3600");
        assertThat(refused.toString()).doesNotContain(Secrets.secretOf(key.key()));
        assertThat(reached).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void an_identity_that_the_client_claims_never_reaches_the_service(Gateway gateway) throws IOException {
        Issued key = tenant.create("claimed at " + gateway, "read-only");
        List<String> names = List.of("Key-Id", "Credential-Id", "Tenant", "Owner", "Scope", "Name");
        List<String> lines = new ArrayList<>(List.of(apiKey(key)));
        for (String name : names) {
            lines.add("X-Keyledger-" + name + ": forged");
            lines.add("x-keyledger-" + name.toUpperCase(Locale.ROOT) + ": forged");
            if (gateway != Gateway.APACHE) {
                lines.add("X_Keyledger_" + name.replace('-', '_') + ": forged");
            }
        }
        assertThat(ask(gateway, "GET", PATH, lines.toArray(String[]::new)).status())
                .isEqualTo(200);
        Reached request = reached.remove();
        assertThat(request.toString()).doesNotContain("forged");
        assertThat(request.headers()).containsEntry("x-keyledger-key-id", List.of(key.keyId()));

        // Named in Connection it would be dropped on the way: not sent on, or sent on with the identity.
        Reply hop = ask(gateway, "GET", PATH, apiKey(key), "Connection: X-Keyledger-Key-Id, keep-alive");
        assertThat(hop.status()).isIn(200, 400);
        for (Reached after : reached) {
            assertThat(after.headers()).containsEntry("x-keyledger-key-id", List.of(key.keyId()));
            assertThat(String.valueOf(after.headers().get("connection"))).doesNotContainIgnoringCase("keyledger");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_address_is_that_of_the_client_and_not_what_it_says(Gateway gateway) throws IOException {
        Issued key = tenant.create("address at " + gateway, "read-only");
        assertThat(ask(gateway, "GET", PATH, apiKey(key), "X-Forwarded-For: 198.51.100.66")
                        .status())
                .isEqualTo(200);
        Journal.Seen seen = platform.journal().await(EventType.KEY_USED, key.keyId());
        assertThat(((KeyUsed) seen.event().data()).ip()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource
    void a_body_goes_on_whole_and_only_after_the_answer(Gateway gateway) throws IOException {
        Issued writes = tenant.create("writes at " + gateway, "read-write");
        Issued reads = tenant.create("reads at " + gateway, "read-only");
        String body = "{\"a\":\"" + "x".repeat(100_000) + "\"}";
        String plain = "POST %s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\nContent-Length: %d\r\n\r\n%s";
        String chunked =
                "POST %s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n";
        int port = running(gateway).port();
        for (String form : List.of(plain, chunked)) {
            try (Client client = new Client(running(gateway))) {
                Reply reply = client.send(form.formatted(PATH, port, apiKey(writes), body.length(), body));
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reached.remove().body()).isEqualTo(body);
            }
        }
        assertThat(ask(gateway, "POST", PATH, apiKey(reads), "Content-Length: 0")
                        .status())
                .isEqualTo(403);
        assertThat(reached).isEmpty();
    }

    @Row({"S1-59", "S1-60"})
    @ParameterizedTest
    @EnumSource
    void a_key_revoked_while_the_clients_connection_is_open_is_refused_on_it(Gateway gateway) throws IOException {
        Issued key = tenant.create("revoked at " + gateway, "read-only");
        try (Client client = new Client(running(gateway))) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask("GET", PATH, apiKey(key)).status()).isEqualTo(200);
            }
            reached.clear();
            tenant.revoke(key.keyId(), "seen in a log").expect(200);
            assertThat(client.ask("GET", PATH, apiKey(key)).status()).isEqualTo(401);
            assertThat(reached).isEmpty();
        }
    }

    /** It could be anybody who says yes. */
    @Row("S5-38")
    @ParameterizedTest
    @EnumSource
    void an_edge_that_cannot_prove_who_it_is_is_not_believed(Gateway gateway) throws IOException {
        Issued key = tenant.create("unproven at " + gateway, "read-only");
        assertThat(ask(gateway, "GET", PATH, apiKey(key)).status()).isEqualTo(200);
        reached.clear();
        Path ours = platform.dataDir().resolve("tls/ca.pem");
        try (Gateway.Running otherAuthority = start(gateway, "localhost", anotherAuthority());
                Client client = new Client(otherAuthority)) {
            assertThat(client.ask("GET", PATH, apiKey(key)).status()).isBetween(500, 504);
        }
        // Caddy takes the name from the address.
        if (gateway != Gateway.CADDY) {
            try (Gateway.Running otherName = start(gateway, "other.internal", ours);
                    Client client = new Client(otherName)) {
                assertThat(client.ask("GET", PATH, apiKey(key)).status()).isBetween(500, 504);
            }
        }
        assertThat(reached).isEmpty();
    }

    /** The certificate of an authority that nobody knows. */
    private static Path anotherAuthority() throws IOException {
        Path folder = Files.createTempDirectory(temp, "authority");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String store = folder.resolve("store.p12").toString();
        String pem = folder.resolve("ca.pem").toString();
        List<List<String>> commands = List.of(
                List.of("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=Another", "-ext", "bc:c"),
                List.of("-exportcert", "-alias", "ca", "-rfc", "-file", pem));
        for (List<String> command : commands) {
            List<String> line = new ArrayList<>(List.of(keytool));
            line.addAll(command);
            line.addAll(List.of("-keystore", store, "-storepass", "not-secret"));
            try {
                assertThat(new ProcessBuilder(line)
                                .redirectErrorStream(true)
                                .redirectOutput(folder.resolve("log").toFile())
                                .start()
                                .waitFor())
                        .isZero();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        return Path.of(pem);
    }

    /** A whole edge that does not answer, for all gateways at once. */
    @ParameterizedTest
    @EnumSource(Silence.class)
    void without_an_edge_nothing_passes_and_with_it_again_everything_does(Silence silence) throws IOException {
        assumeTrue(!gateways.isEmpty(), "no gateway is installed");
        Issued key = tenant.create("edge " + silence, "read-only");
        for (Gateway gateway : gateways.keySet()) {
            assertThat(ask(gateway, "GET", PATH, apiKey(key)).status()).isEqualTo(200);
        }
        reached.clear();
        ManagedProcess edge = platform.process("auth-edge-1");
        silence.begin(edge);
        try {
            Map<Gateway, Integer> answers = new EnumMap<>(Gateway.class);
            for (Gateway gateway : gateways.keySet()) {
                answers.put(gateway, ask(gateway, "GET", PATH, apiKey(key)).status());
            }
            assertThat(answers)
                    .allSatisfy((gateway, status) -> assertThat(status).isBetween(500, 504));
            assertThat(reached).isEmpty();
        } finally {
            silence.end(edge);
        }
        for (Gateway gateway : gateways.keySet()) {
            await(gateway.name())
                    .atMost(Edges.SOON)
                    .until(() -> ask(gateway, "GET", PATH, apiKey(key)).status() == 200);
        }
    }

    private enum Silence {
        /** Takes connections and says nothing. */
        HANGS {
            @Override
            void begin(ManagedProcess edge) {
                edge.pause();
            }

            @Override
            void end(ManagedProcess edge) {
                edge.resume();
            }
        },
        /** Not there. */
        DEAD {
            @Override
            void begin(ManagedProcess edge) {
                edge.kill9();
            }

            @Override
            void end(ManagedProcess edge) {
                edge.start();
            }
        };

        abstract void begin(ManagedProcess edge);

        abstract void end(ManagedProcess edge);
    }
}
