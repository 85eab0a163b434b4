package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.CREDENTIAL;
import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc.AuthorizationBlockingStub;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.keyledger.events.UsagePolicy;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Standing;
import io.keyledger.verifier.Verdict.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** External authorization as Envoy asks for it: its own published stubs on grpc-java, over TLS, against the real server. */
class ExtAuthzTest {
    private static TestDoors edge;
    private static ManagedChannel channel;
    private static AuthorizationBlockingStub envoy;

    @TempDir
    private static Path temp;

    @BeforeAll
    static void open() throws IOException, InterruptedException, GeneralSecurityException {
        edge = new TestDoors(temp);
        channel = channel(edge.port(), false);
        envoy = AuthorizationGrpc.newBlockingStub(channel);
    }

    private static ManagedChannel channel(int port, boolean withCertificate)
            throws GeneralSecurityException, IOException {
        return NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(edge.tls().grpcClient(withCertificate))
                .build();
    }

    @AfterAll
    static void close() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        edge.close();
    }

    @BeforeEach
    void forget() {
        edge.forget();
    }

    private static HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder()
                .setMethod("GET")
                .setPath(path)
                .setHost("api")
                .setScheme("https");
    }

    private static CheckRequest from(String ip, HttpRequest.Builder http) {
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder()
                                        .setSocketAddress(SocketAddress.newBuilder()
                                                .setAddress(ip)
                                                .setPortValue(40_000))))
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http)))
                .build();
    }

    private static CheckResponse check(HttpRequest.Builder http) {
        return envoy.withDeadlineAfter(20, TimeUnit.SECONDS).check(from("203.0.113.9", http));
    }

    @SuppressWarnings("deprecation") // append is what older Envoys know
    private static Map<String, String> headers(List<HeaderValueOption> options) {
        Map<String, String> headers = new HashMap<>();
        for (HeaderValueOption option : options) {
            assertThat(option.getAppendAction()).isEqualTo(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
            assertThat(option.hasAppend() && !option.getAppend().getValue()).isTrue();
            assertThat(headers.put(
                            option.getHeader().getKey(), option.getHeader().getValue()))
                    .isNull();
        }
        return headers;
    }

    @Test
    @Row({"S5-22"})
    void a_good_key_passes_with_its_identity_set_and_the_key_removed() {
        CheckResponse response = check(get("/api/v1/objects?type=user")
                .putHeaders("authorization", "ApiKey " + KEY.reveal())
                .putHeaders("x-forwarded-for", "192.0.2.1")
                .putHeaders("x-forwarded-uri", "/admin")
                .putHeaders("x-request-id", "r-7")
                .putHeaders("user-agent", "test"));
        assertThat(response.getStatus().getCode()).isEqualTo(Status.Code.OK.value());
        OkHttpResponse ok = response.getOkResponse();
        assertThat(headers(ok.getHeadersList()))
                .containsOnly(
                        Map.entry("x-keyledger-key-id", CREDENTIAL.keyId().value()),
                        Map.entry(
                                "x-keyledger-credential-id", KEY.credentialId().value()),
                        Map.entry("x-keyledger-tenant", "t_default"),
                        Map.entry("x-keyledger-owner", "usr_alice"),
                        Map.entry("x-keyledger-scope", "read-only"),
                        Map.entry("x-keyledger-name", "SIEM%20Integration%20%E2%80%93%20Feb"));
        assertThat(ok.getHeadersToRemoveList()).containsExactly("authorization", "x-api-key");
        assertThat(response.toString()).doesNotContain(KEY.reveal());
        assertThat(edge.asked).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("GET");
            assertThat(asked.path()).isEqualTo("/api/v1/objects?type=user");
            assertThat(asked.permission()).isEqualTo("objects:read");
            assertThat(asked.ip()).isEqualTo("203.0.113.9");
            assertThat(asked.userAgent()).isEqualTo("test");
            assertThat(asked.requestId()).isEqualTo("r-7");
        });
    }

    /** Envoy sets first and removes afterwards: what is set must not be removed, what is not set must be. */
    @Test
    void what_the_client_sent_as_identity_is_replaced_or_removed_however_it_is_spelled() {
        OkHttpResponse ok = check(get("/api/v1/objects")
                        .putHeaders("x-api-key", KEY.reveal())
                        .putHeaders("x-keyledger-scope", "admin")
                        .putHeaders("X-Keyledger-Role", "root")
                        .putHeaders("x_keyledger_scope", "admin")
                        .putHeaders("x-keyledger_owner", "usr_eve")
                        .putHeaders("x-keyledgerish", "kept"))
                .getOkResponse();
        assertThat(headers(ok.getHeadersList())).containsEntry("x-keyledger-scope", "read-only");
        assertThat(ok.getHeadersToRemoveList())
                .containsExactlyInAnyOrder(
                        "authorization", "x-api-key", "x-keyledger-role", "x_keyledger_scope", "x-keyledger_owner")
                .doesNotContainAnyElementsOf(headers(ok.getHeadersList()).keySet());
    }

    static Stream<Arguments> refusals() {
        String key = KEY.reveal();
        return Stream.of(
                Arguments.of("no key", 401, Code.NO_CREDENTIAL, get("/api/v1/objects")),
                Arguments.of(
                        "another key",
                        401,
                        Code.UNKNOWN,
                        get("/api/v1/objects").putHeaders("x-api-key", OTHER.reveal())),
                Arguments.of(
                        "two keys that Envoy has joined",
                        401,
                        Code.MALFORMED,
                        get("/api/v1/objects").putHeaders("x-api-key", key + "," + key)),
                Arguments.of(
                        "two keys in two headers",
                        401,
                        Code.MANY_CREDENTIALS,
                        get("/api/v1/objects")
                                .putHeaders("x-api-key", key)
                                .putHeaders("authorization", "ApiKey " + key)),
                Arguments.of(
                        "two keys line by line (encode_raw_headers)",
                        401,
                        Code.MANY_CREDENTIALS,
                        get("/api/v1/objects")
                                .setHeaderMap(HeaderMap.newBuilder()
                                        .addHeaders(line("x-api-key", key))
                                        .addHeaders(line("x-api-key", key)))),
                Arguments.of(
                        "a key in the query string",
                        401,
                        Code.QUERY_CREDENTIAL,
                        get("/api/v1/objects?key=" + key).putHeaders("x-api-key", key)),
                Arguments.of(
                        "too small a scope",
                        403,
                        Code.FORBIDDEN,
                        get("/api/v1/sync/x/execute").setMethod("POST").putHeaders("x-api-key", key)));
    }

    private static HeaderValue line(String name, String value) {
        return HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFromUtf8(value))
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusals(String name, int status, Code code, HttpRequest.Builder http) {
        CheckResponse response = check(http);
        DeniedHttpResponse denied = response.getDeniedResponse();
        assertThat(denied.getStatus().getCodeValue()).isEqualTo(status);
        assertThat(response.getStatus().getCode())
                .isEqualTo((status == 401 ? Status.Code.UNAUTHENTICATED : Status.Code.PERMISSION_DENIED).value());
        Map<String, String> headers = headers(denied.getHeadersList());
        assertThat(headers)
                .containsEntry("content-type", "application/problem+json")
                .containsEntry("cache-control", "no-store")
                .doesNotContainKey("content-length");
        assertThat(headers.containsKey("www-authenticate")).isEqualTo(status == 401);
        assertThat(denied.getBody()).contains("\"status\":" + status).doesNotContain(KEY.reveal());
        assertThat(edge.given).containsExactly(code);
    }

    @Test
    void one_key_line_by_line_passes() {
        assertThat(check(get("/api/v1/objects")
                                .setHeaderMap(HeaderMap.newBuilder().addHeaders(line("X-API-Key", KEY.reveal()))))
                        .hasOkResponse())
                .isTrue();
    }

    @Test
    void an_edge_that_cannot_say_denies_with_503() {
        edge.standing = Standing.STARTING;
        CheckResponse response = check(get("/api/v1/objects").putHeaders("x-api-key", KEY.reveal()));
        assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(503);
        assertThat(headers(response.getDeniedResponse().getHeadersList())).containsEntry("retry-after", "1");
        assertThat(response.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE.value());
    }

    /** The client learns its limits when it passes, and when to come again when it does not. */
    @Test
    void a_limit_is_told_with_a_request_that_passes_and_denies_the_next_with_429() {
        edge.rates = List.of(new UsagePolicy.Rate(1, 60, UsagePolicy.Of.KEY));
        HttpRequest.Builder http = get("/api/v1/objects").putHeaders("x-api-key", KEY.reveal());
        Map<String, String> told = headers(check(http).getOkResponse().getResponseHeadersToAddList());
        assertThat(told).containsOnlyKeys("ratelimit", "ratelimit-policy");
        CheckResponse refused = check(http);
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
        assertThat(refused.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(429);
        assertThat(headers(refused.getDeniedResponse().getHeadersList()))
                .containsKeys("ratelimit", "ratelimit-policy", "retry-after");
    }

    @Test
    void of_a_client_that_has_no_ip_address_none_is_known() {
        CheckRequest request = CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder()
                                        .setPipe(Pipe.newBuilder().setPath("/run/x"))))
                        .setRequest(AttributeContext.Request.newBuilder()
                                .setHttp(get("/api/v1/objects").putHeaders("x-api-key", KEY.reveal()))))
                .build();
        assertThat(envoy.check(request).hasOkResponse()).isTrue();
        assertThat(edge.asked.getFirst().ip()).isNull();
    }

    private static Status.Code failure(Runnable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(failure).isNotNull();
        assertThat(edge.asked).isEmpty();
        return failure.getStatus().getCode();
    }

    @Test
    void a_stranger_learns_nothing_unless_it_shows_a_certificate() throws Exception {
        Doors strangers = edge.open(List.of());
        ManagedChannel without = channel(strangers.port(), false);
        ManagedChannel with = channel(strangers.port(), true);
        CheckRequest request = from("192.0.2.7", get("/api/v1/objects").putHeaders("x-api-key", KEY.reveal()));
        try {
            assertThat(failure(() -> {
                        CheckResponse _ =
                                AuthorizationGrpc.newBlockingStub(without).check(request);
                    }))
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(AuthorizationGrpc.newBlockingStub(with).check(request).hasOkResponse())
                    .isTrue();
        } finally {
            without.shutdownNow();
            with.shutdownNow();
            strangers.stop();
        }
    }

    @Test
    void what_is_not_spoken_is_said_to_be_unimplemented() {
        CheckRequest good = from("192.0.2.7", get("/").putHeaders("x-api-key", KEY.reveal()));
        assertThat(failure(() -> {
                    CheckResponse _ = envoy.withCompression("gzip").check(good);
                }))
                .isEqualTo(Status.Code.UNIMPLEMENTED);
        MethodDescriptor<byte[], byte[]> unknown = method("envoy.service.auth.v2.Authorization/Check");
        assertThat(failure(() -> {
                    byte[] _ = ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, new byte[0]);
                }))
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        return MethodDescriptor.<byte[], byte[]>newBuilder(bytes, bytes)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
    }

    @Test
    void garbage_is_an_invalid_argument_and_too_much_is_exhausting() {
        MethodDescriptor<byte[], byte[]> check = method(ExtAuthzDoor.PATH.substring(1));
        for (byte[] garbage : List.of(
                new byte[] {1, 2, 3},
                "not a message".getBytes(StandardCharsets.UTF_8),
                new byte[0],
                from("1.2.3.4", get("")).toByteArray(),
                from("1.2.3.4", get("/").setMethod("GET /")).toByteArray())) {
            assertThat(failure(() -> {
                        byte[] _ = ClientCalls.blockingUnaryCall(channel, check, CallOptions.DEFAULT, garbage);
                    }))
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        CheckRequest large = from("1.2.3.4", get("/").setBody("x".repeat(DoorHandler.MAX_BODY)));
        assertThat(failure(() -> {
                    CheckResponse _ = envoy.check(large);
                }))
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        CheckRequest justSo = from(
                "1.2.3.4",
                get("/").putHeaders("x-api-key", KEY.reveal()).setBody("x".repeat(DoorHandler.MAX_BODY - 300)));
        assertThat(envoy.check(justSo).hasOkResponse()).isTrue();
    }

    /** Byte by byte, as no library would send it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void framing(String name, int status, String[] more, byte[] body) throws Exception {
        try (Http2Client client = new Http2Client(edge.connect(false)).begin()) {
            List<String> head = new java.util.ArrayList<>(List.of(
                    ":method: POST",
                    ":scheme: https",
                    ":authority: edge",
                    ":path: " + ExtAuthzDoor.PATH,
                    "content-type: application/grpc",
                    "te: trailers"));
            head.addAll(List.of(more));
            client.headers(1, false, head.toArray(String[]::new));
            client.frame(Http2Client.DATA, Http2Client.END_STREAM, 1, body);
            Http2Client.Stream answer = client.await(1);
            assertThat(answer.status).isEqualTo(200);
            assertThat(answer.headers.get("content-type")).isEqualTo("application/grpc");
            assertThat(answer.headers.get("grpc-status")).isEqualTo(Integer.toString(status));
        }
        assertThat(edge.asked).hasSize(status == 0 ? 1 : 0);
    }

    static Stream<Arguments> framing() {
        byte[] message = from("192.0.2.7", get("/").putHeaders("x-api-key", KEY.reveal()))
                .toByteArray();
        String[] none = {};
        int invalid = Status.Code.INVALID_ARGUMENT.value();
        return Stream.of(
                Arguments.of("a call", 0, none, framed(0, message.length, message)),
                Arguments.of(
                        "of proto", 0, new String[] {"grpc-encoding: identity"}, framed(0, message.length, message)),
                Arguments.of("nothing", invalid, none, new byte[0]),
                Arguments.of("less than a prefix", invalid, none, new byte[] {0, 0, 0}),
                Arguments.of("a message that is cut", invalid, none, framed(0, message.length + 1, message)),
                Arguments.of("more than a message", invalid, none, framed(0, message.length - 1, message)),
                Arguments.of("a flag that there is not", invalid, none, framed(2, message.length, message)),
                Arguments.of(
                        "compressed, and not said how",
                        Status.Code.INTERNAL.value(),
                        none,
                        framed(1, message.length, message)),
                Arguments.of("a length of 4 GB", Status.Code.RESOURCE_EXHAUSTED.value(), none, framed(0, -1, message)),
                Arguments.of(
                        "no time left",
                        Status.Code.DEADLINE_EXCEEDED.value(),
                        new String[] {"grpc-timeout: 1n"},
                        framed(0, message.length, message)),
                Arguments.of("time enough", 0, new String[] {"grpc-timeout: 20S"}, framed(0, message.length, message)),
                Arguments.of(
                        "a time that is none",
                        invalid,
                        new String[] {"grpc-timeout: soon"},
                        framed(0, message.length, message)),
                Arguments.of(
                        "a time of too many digits",
                        invalid,
                        new String[] {"grpc-timeout: 123456789S"},
                        framed(0, message.length, message)));
    }

    private static byte[] framed(int flag, int length, byte[] message) {
        byte[] frame = new byte[Grpc.PREFIX + message.length];
        frame[0] = (byte) flag;
        System.arraycopy(Http2Client.number(length), 0, frame, 1, 4);
        System.arraycopy(message, 0, frame, Grpc.PREFIX, message.length);
        return frame;
    }

    @Test
    void a_call_that_does_not_come_whole_ends_with_its_deadline_exceeded() throws Exception {
        try (Http2Client client = new Http2Client(edge.connect(false)).begin()) {
            client.headers(
                    1,
                    false,
                    ":method: POST",
                    ":scheme: https",
                    ":authority: edge",
                    ":path: " + ExtAuthzDoor.PATH,
                    "content-type: application/grpc+proto");
            assertThat(client.await(1).headers.get("grpc-status"))
                    .isEqualTo(Integer.toString(Status.Code.DEADLINE_EXCEEDED.value()));
        }
    }

    @Test
    void its_health_is_whether_it_holds_a_lease() {
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel);
        HealthCheckRequest service = HealthCheckRequest.newBuilder()
                .setService(AuthorizationGrpc.SERVICE_NAME)
                .build();
        assertThat(health.check(service).getStatus()).isEqualTo(ServingStatus.SERVING);
        edge.standing = Standing.LAPSED;
        assertThat(health.check(service).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(failure(() -> {
                    var _ = health.check(
                            HealthCheckRequest.newBuilder().setService("other").build());
                }))
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void a_call_is_not_answered_before_the_disk_has_its_use() throws Exception {
        CompletableFuture<Void> disk = new CompletableFuture<>();
        edge.unforced = disk;
        var answer = CompletableFuture.supplyAsync(
                () -> check(get("/api/v1/objects").putHeaders("authorization", "ApiKey " + KEY.reveal())));
        await().until(() -> edge.given.size() == 1);
        assertThat(answer).isNotDone();
        disk.complete(null);
        assertThat(answer.get().hasOkResponse()).isTrue();
    }

    @Test
    void a_call_whose_use_the_disk_did_not_take_fails() {
        edge.unforced = CompletableFuture.failedFuture(new IOException("the disk is gone"));
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> check(get("/api/v1/objects").putHeaders("authorization", "ApiKey " + KEY.reveal())));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
}
