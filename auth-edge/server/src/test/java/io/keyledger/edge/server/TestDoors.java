package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.view.CredentialRecord;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Judgement;
import io.keyledger.verifier.KeyFactory;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Routes;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict;
import io.keyledger.verifier.Verdict.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;

/** Doors over real sockets and real TLS, in front of an edge that knows one read-only key; and a client for them. */
final class TestDoors implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** The one that is known. */
    static final PresentedKey KEY = new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());

    static final PresentedKey OTHER =
            new KeyFactory(new SecureRandom()).create("kl", KeyKind.KEY, Ids.newCredentialId());

    /** That of {@link #KEY}; ends in 2100. */
    static final Credential CREDENTIAL = new Credential(new CredentialRecord(
            KEY.credentialId(),
            Ids.newKeyId(Instant.EPOCH),
            TenantId.DEFAULT,
            1,
            State.ACTIVE,
            KeyKind.KEY,
            Scope.READ_ONLY,
            new OwnerId("usr_alice"),
            "SIEM Integration – Feb",
            false,
            Instant.parse("2100-01-01T00:00:00Z"),
            Instant.parse("2100-01-01T00:00:00Z"),
            "p1",
            Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32])));

    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);
    private static final String TRUSTED = "127.0.0.1";

    /** What the edge was asked, and what it found. */
    final List<AuthRequest> asked = new CopyOnWriteArrayList<>();

    final List<Code> given = new CopyOnWriteArrayList<>();

    /** How far the edge trusts its view, and how old that is. */
    volatile Standing standing = Standing.LIVE;

    volatile long viewAgeMillis = 7;

    private final TestTls tls;
    private final Doors trusting;
    private final Doors strangers;

    TestDoors(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        tls = new TestTls(folder);
        trusting = open(List.of(TRUSTED));
        strangers = open(List.of());
    }

    private Decision decide(AuthRequest request) {
        Verdict verdict = switch (request.presented()) {
            case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
            case Presented.Key _
            when standing == Standing.STARTING -> Verdict.refused(Code.STARTING, request.permission());
            case Presented.Key key
            when key.key().credentialId().equals(KEY.credentialId()) ->
                new Verdict(
                        Judgement.of(
                                CREDENTIAL,
                                PrincipalRecord.tenant(CREDENTIAL.tenant(), 1, true),
                                null,
                                Instant.now(),
                                standing,
                                new Ask(Countries.UNKNOWN)
                                        .set(request.permission(), request.method(), request.path(), request.ip())),
                        CREDENTIAL,
                        request.permission());
            case Presented.Key _ -> Verdict.refused(Code.UNKNOWN, request.permission());
        };
        asked.add(request);
        given.add(verdict.code());
        return new Decision(verdict, viewAgeMillis);
    }

    /** One more server, which its caller stops. */
    Doors open(List<String> trusted) throws IOException, GeneralSecurityException {
        var context = tls.server();
        AddressRanges ranges = new AddressRanges(trusted);
        Counters counters = new Counters(new SimpleMeterRegistry(), Router.DECIDING);
        Doors doors = new Doors(
                new InetSocketAddress(LOOPBACK, 0),
                draining -> new Connection.Setup(
                        context,
                        this::decide,
                        new Router(
                                new AuthorizeDoor(this::decide, new Routes(List.of()), ranges, counters),
                                new Judge(this::decide, () -> viewAgeMillis, counters)),
                        ranges,
                        ranges,
                        REQUEST_TIMEOUT,
                        Duration.ofSeconds(30),
                        draining));
        doors.start();
        return doors;
    }

    int port() {
        return trusting.port();
    }

    void forget() {
        asked.clear();
        given.clear();
        standing = Standing.LIVE;
        viewAgeMillis = 7;
    }

    @Override
    public void close() {
        trusting.stop();
        strangers.stop();
    }

    /** One answer as it came over the wire. */
    record Reply(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        Map<String, Object> json() {
            return JsonReader.object(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A connection to the doors that trust us. */
    SSLSocket connect(boolean withCertificate) throws IOException, GeneralSecurityException {
        return connect(trusting, withCertificate);
    }

    SSLSocket connect(Doors doors, boolean withCertificate) throws IOException, GeneralSecurityException {
        SSLSocket socket =
                (SSLSocket) tls.client(withCertificate).getSocketFactory().createSocket(LOOPBACK, doors.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Sends these bytes on a new connection to the doors that trust us, and reads one answer. */
    Reply ask(String request) throws IOException, GeneralSecurityException {
        return ask(trusting, false, request);
    }

    /** As {@link #ask}, of doors that trust nobody's address. */
    Reply askAsStranger(boolean withCertificate, String request) throws IOException, GeneralSecurityException {
        return ask(strangers, withCertificate, request);
    }

    private Reply ask(Doors doors, boolean withCertificate, String request)
            throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect(doors, withCertificate)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return read(socket.getInputStream(), request.startsWith("HEAD"));
        }
    }

    static Reply read(InputStream in, boolean bodiless) throws IOException {
        String head = "";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!head.endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + head);
            }
            bytes.write(b);
            head = bytes.toString(StandardCharsets.UTF_8);
        }
        Map<String, String> headers = new HashMap<>();
        List<String> lines = head.lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        int length = bodiless ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Reply(
                Integer.parseInt(lines.getFirst().substring(9, 12)),
                headers,
                new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    static String authorize(String... headers) {
        return "GET /v1/authorize HTTP/1.1\r\nHost: edge\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
    }

    static String apiKey() {
        return "Authorization: ApiKey " + KEY.reveal();
    }

    static String verify(String body) {
        return post("/v1/verify", "application/json", body);
    }

    /** @param body ASCII */
    static String post(String target, String type, String body) {
        return "POST %s HTTP/1.1\r\nHost: edge\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(target, type, body.length(), body);
    }
}
