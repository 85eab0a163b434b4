package io.keyledger.edge.server;

import static org.awaitility.Awaitility.await;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.limits.Limits;
import io.keyledger.edge.core.limits.Taken;
import io.keyledger.events.CommandPosition;
import io.keyledger.events.Ids;
import io.keyledger.events.JsonReader;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.Scope;
import io.keyledger.events.TenantId;
import io.keyledger.events.UsagePolicy;
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
import java.net.http.HttpClient;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

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

    /** What every key is refused for. */
    volatile @Nullable Code instead;

    /** How far the view has come, in the one partition that there is, and who waits for more. */
    final View view = new View();

    /** The limits of {@link #KEY}, counted by a counter of their own. */
    volatile List<UsagePolicy.Rate> rates = List.of();

    volatile List<UsagePolicy.Quota> quotas = List.of();

    /** For so many seconds whoever asks has failed too often. */
    volatile long throttledFor;

    /** What answers wait for. */
    volatile @Nullable CompletableFuture<Void> unforced;

    private volatile Limits limits = new Limits("edge-1", "boot1", 100);
    private static final long NOON_MICROS =
            Instant.parse("2026-03-10T12:00:00Z").getEpochSecond() * 1_000_000;

    private final TestTls tls;
    private final Doors trusting;
    private final Doors strangers;

    TestDoors(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        tls = new TestTls(folder);
        trusting = open(List.of(TRUSTED));
        strangers = open(List.of());
    }

    static final class View implements Progress {
        private final Map<Long, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
        private volatile long applied;

        @Override
        public boolean reached(CommandPosition position) {
            return position.views().stream().allMatch(place -> applied > place.offset());
        }

        @Override
        public CompletionStage<?> reach(CommandPosition position) {
            return waiting.computeIfAbsent(position.views().getLast().offset(), _ -> new CompletableFuture<>());
        }

        void awaitWaiters(int number) {
            await().until(() -> waiting.size() == number);
        }

        void apply(long upTo) {
            applied = upTo;
            waiting.forEach((offset, told) -> {
                if (offset < upTo) {
                    told.complete(true);
                }
            });
        }

        /** Lets all who wait wait no longer. */
        void giveUp() {
            waiting.values().forEach(told -> told.complete(false));
        }

        void forget() {
            waiting.clear();
            applied = 0;
        }
    }

    private Decision decide(AuthRequest request) {
        Verdict verdict = switch (request.presented()) {
            case Presented.Refused refused -> Verdict.refused(refused.code(), request.permission());
            case Presented.Key _ when instead != null -> Verdict.refused(instead, request.permission());
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
        Decision decision = limited(verdict, request);
        asked.add(request);
        given.add(decision.code());
        return decision;
    }

    /** As an edge does it, at a time that stands still. */
    private Decision limited(Verdict verdict, AuthRequest request) {
        if (throttledFor > 0) {
            return new Decision(
                    Verdict.refused(Code.THROTTLED, request.permission()), viewAgeMillis, null, throttledFor);
        }
        if (!verdict.accepted()) {
            return new Decision(verdict, viewAgeMillis);
        }
        Taken taken =
                limits.take(CREDENTIAL.tenant(), CREDENTIAL.keyId(), CREDENTIAL.owner(), rates, quotas, NOON_MICROS);
        if (taken.allowed()) {
            return new Decision(verdict, viewAgeMillis, taken.state(), 0);
        }
        return new Decision(
                new Verdict(taken.quota() ? Code.QUOTA_EXCEEDED : Code.RATE_LIMITED, CREDENTIAL, request.permission()),
                viewAgeMillis,
                taken.state(),
                taken.state() == null ? 1 : taken.state().resetSeconds());
    }

    /** One more server, which its caller stops. */
    Doors open(List<String> trusted) throws IOException, GeneralSecurityException {
        return open(trusted, false);
    }

    /** As {@link #open(List)}, with the listener for a gateway on the same host. */
    Doors openLocally(List<String> trusted) throws IOException, GeneralSecurityException {
        return open(trusted, true);
    }

    private Doors open(List<String> trusted, boolean locally) throws IOException, GeneralSecurityException {
        var context = tls.server();
        AddressRanges ranges = new AddressRanges(trusted);
        Counters counters = new Counters(new SimpleMeterRegistry(), Router.DECIDING);
        AuthorizeDoor authorize = new AuthorizeDoor(this::decide, new Routes(List.of()), ranges, counters);
        Doors doors = new Doors(
                new InetSocketAddress(LOOPBACK, 0),
                draining -> new Connection.Setup(
                        context,
                        this::decide,
                        new Router(authorize, new Judge(this::decide, () -> viewAgeMillis, view, counters)),
                        new Grpc(new ExtAuthzDoor(authorize), () -> standing == Standing.LIVE),
                        ranges,
                        ranges,
                        REQUEST_TIMEOUT,
                        Duration.ofSeconds(30),
                        draining,
                        () -> unforced),
                locally ? new Doors.Local(0, new Router(authorize)) : null);
        doors.start();
        return doors;
    }

    int port() {
        return trusting.port();
    }

    void forgetAsked() {
        asked.clear();
        given.clear();
    }

    /** How many are open at the doors that trust us. */
    int connections() {
        return trusting.connections();
    }

    void forget() {
        forgetAsked();
        standing = Standing.LIVE;
        viewAgeMillis = 7;
        instead = null;
        view.forget();
        rates = List.of();
        quotas = List.of();
        throttledFor = 0;
        unforced = null;
        limits = new Limits("edge-1", "boot1", 100);
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

    /** A client that knows HTTP/1.1 and HTTP/2. */
    HttpClient client(boolean withCertificate) throws GeneralSecurityException {
        return HttpClient.newBuilder().sslContext(tls.client(withCertificate)).build();
    }

    TestTls tls() {
        return tls;
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
