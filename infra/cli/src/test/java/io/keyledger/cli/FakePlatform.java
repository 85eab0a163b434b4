package io.keyledger.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The platform's side of the wire for tests of the command line alone: says what it was told to say and remembers what it
 * was asked. One certificate is authority, server and operator in one.
 */
final class FakePlatform implements AutoCloseable {
    private static final String OPERATOR = "operator";

    private final HttpsServer server;
    private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final DataDir dir;

    record Asked(String method, String path, Map<String, List<String>> headers, String body, String clientCertificate) {
        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    private record Reply(int status, Map<String, String> headers, String body) {}

    FakePlatform(Path root) throws IOException {
        dir = new DataDir(root);
        Files.createDirectories(dir.tls());
        makeCertificate();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(Pem.as(OPERATOR, dir)) {
            @Override
            public void configure(HttpsParameters parameters) {
                var ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.createContext("/", this::handle);
        server.start();
        String origin = "https://localhost:" + server.getAddress().getPort();
        Files.writeString(
                dir.endpointsFile(),
                "{\"api\":\"%1$s/api/v1\",\"edge\":\"%1$s\",\"command\":\"%1$s\"}".formatted(origin));
    }

    /** The next answer to such a request; the last one stays for all that follow. A path may end in {@code ?*}. */
    FakePlatform answers(String method, String path, int status, String body) {
        return answers(method, path, status, Map.of(), body);
    }

    FakePlatform answers(String method, String path, int status, Map<String, String> headers, String body) {
        replies.computeIfAbsent(method + " " + path, _ -> new ArrayDeque<>()).add(new Reply(status, headers, body));
        return this;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** Those that change something. */
    List<Asked> changes() {
        return asked.stream().filter(a -> !a.method().equals("GET")).toList();
    }

    Path root() {
        return dir.root();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().toString();
            asked.add(new Asked(
                    exchange.getRequestMethod(), path, Map.copyOf(exchange.getRequestHeaders()), body, peer(exchange)));
            Reply reply = next(exchange.getRequestMethod() + " " + path);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String peer(HttpExchange exchange) {
        try {
            return ((com.sun.net.httpserver.HttpsExchange) exchange)
                    .getSSLSession()
                    .getPeerPrincipal()
                    .getName();
        } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            return "";
        }
    }

    private Reply next(String request) {
        int query = request.indexOf('?');
        Deque<Reply> queue = replies.get(request);
        if (queue == null && query >= 0) {
            queue = replies.get(request.substring(0, query) + "?*");
        }
        if (queue == null) {
            return new Reply(404, Map.of(), "{\"title\":\"Nobody told the test what to answer to " + request + "\"}");
        }
        Reply last = queue.peekLast();
        Reply reply = queue.size() > 1 ? queue.poll() : last;
        return reply == null ? new Reply(500, Map.of(), "") : reply;
    }

    private void makeCertificate() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=" + OPERATOR);
            Instant now = Instant.now();
            byte[] certificate = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(now.minus(1, ChronoUnit.HOURS)),
                            Date.from(now.plus(1, ChronoUnit.DAYS)),
                            name,
                            pair.getPublic())
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")))
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                    .getEncoded();
            writePem(dir.ca(), "CERTIFICATE", certificate);
            writePem(dir.certificate(OPERATOR), "CERTIFICATE", certificate);
            writePem(dir.privateKey(OPERATOR), "PRIVATE KEY", pair.getPrivate().getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writePem(Path file, String type, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
