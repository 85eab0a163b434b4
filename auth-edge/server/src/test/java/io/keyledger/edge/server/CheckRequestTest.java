package io.keyledger.edge.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.EnvoyInternalAddress;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.Peer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The own reader beside Envoy's published classes, on random messages and on what random changes make of them. */
class CheckRequestTest {
    private static final int MESSAGES = 20_000;
    private static final List<String> TEXTS = List.of(
            "",
            "GET",
            "/api/v1/objects?x=y",
            "authorization",
            "Authorization",
            "x-api-key",
            "X-Keyledger-Scope",
            "203.0.113.9",
            "2001:db8::1",
            "Grüße, 世界 😀",
            "a".repeat(300));

    private final long seed = System.nanoTime();
    private final RandomGenerator random = new SplittableRandom(seed);

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    private io.envoyproxy.envoy.service.auth.v3.CheckRequest message() {
        AttributeContext.Builder attributes = AttributeContext.newBuilder();
        if (maybe()) {
            attributes.setSource(peer());
        }
        if (maybe()) {
            attributes.setDestination(peer());
        }
        if (maybe()) {
            AttributeContext.Request.Builder request = AttributeContext.Request.newBuilder();
            if (maybe()) {
                request.setTime(
                        Timestamp.newBuilder().setSeconds(random.nextLong()).setNanos(5));
            }
            attributes.setRequest(maybe() ? request.setHttp(http()) : request);
        }
        if (maybe()) {
            attributes.putContextExtensions(text(), text());
        }
        io.envoyproxy.envoy.service.auth.v3.CheckRequest.Builder message =
                io.envoyproxy.envoy.service.auth.v3.CheckRequest.newBuilder();
        return (maybe() ? message.setAttributes(attributes) : message)
                .setUnknownFields(unknown())
                .build();
    }

    private UnknownFieldSet unknown() {
        if (random.nextInt(4) > 0) {
            return UnknownFieldSet.getDefaultInstance();
        }
        UnknownFieldSet.Field field = UnknownFieldSet.Field.newBuilder()
                .addVarint(random.nextLong())
                .addFixed32(random.nextInt())
                .addFixed64(random.nextLong())
                .addLengthDelimited(ByteString.copyFromUtf8(text()))
                .build();
        return UnknownFieldSet.newBuilder()
                .addField(100 + random.nextInt(1_000_000), field)
                .build();
    }

    private Peer peer() {
        Address.Builder address = Address.newBuilder();
        switch (random.nextInt(4)) {
            case 0 ->
                address.setSocketAddress(
                        SocketAddress.newBuilder().setAddress(text()).setPortValue(random.nextInt(65536)));
            case 1 -> address.setPipe(Pipe.newBuilder().setPath(text()));
            case 2 ->
                address.setEnvoyInternalAddress(
                        EnvoyInternalAddress.newBuilder().setServerListenerName(text()));
            default -> {
                // None.
            }
        }
        Peer.Builder peer = Peer.newBuilder().setService(text()).putLabels(text(), text());
        return (maybe() ? peer.setAddress(address) : peer)
                .setUnknownFields(unknown())
                .build();
    }

    private HttpRequest http() {
        HttpRequest.Builder http = HttpRequest.newBuilder()
                .setId(text())
                .setMethod(text())
                .setPath(text())
                .setHost(text())
                .setSize(random.nextLong())
                .setBody(text())
                .setRawBody(ByteString.copyFrom(new byte[] {-1, 0, 1}))
                .setUnknownFields(unknown());
        for (int i = random.nextInt(5); i > 0; i--) {
            http.putHeaders(text(), text());
        }
        if (maybe()) {
            HeaderMap.Builder lines = HeaderMap.newBuilder();
            for (int i = random.nextInt(5); i > 0; i--) {
                HeaderValue.Builder line = HeaderValue.newBuilder().setKey(text());
                lines.addHeaders(
                        maybe() ? line.setValue(text()) : line.setRawValue(ByteString.copyFromUtf8("raw" + i)));
            }
            http.setHeaderMap(lines);
        }
        return http.build();
    }

    private static void assertSame(
            CheckRequest ours, io.envoyproxy.envoy.service.auth.v3.CheckRequest theirs, String seed) {
        HttpRequest http = theirs.getAttributes().getRequest().getHttp();
        assertThat(ours.method()).as(seed).isEqualTo(http.getMethod());
        assertThat(ours.path()).as(seed).isEqualTo(http.getPath());
        assertThat(ours.source()).as(seed).isEqualTo(source(theirs));
        List<String> names = new ArrayList<>();
        http.getHeadersMap().keySet().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        http.getHeaderMap()
                .getHeadersList()
                .forEach(line -> names.add(line.getKey().toLowerCase(Locale.ROOT)));
        assertThat(ours.names()).as(seed).containsExactlyInAnyOrderElementsOf(names);
        for (String name : names) {
            List<String> values = new ArrayList<>();
            http.getHeadersMap().forEach((given, value) -> {
                if (given.equalsIgnoreCase(name)) {
                    values.add(value);
                }
            });
            for (HeaderValue line : http.getHeaderMap().getHeadersList()) {
                if (line.getKey().equalsIgnoreCase(name)) {
                    values.add(
                            line.getRawValue().isEmpty()
                                    ? line.getValue()
                                    : line.getRawValue().toString(java.nio.charset.StandardCharsets.ISO_8859_1));
                }
            }
            assertThat(ours.values(name)).as(seed).containsExactlyInAnyOrderElementsOf(values);
        }
    }

    private static @Nullable String source(io.envoyproxy.envoy.service.auth.v3.CheckRequest message) {
        Address address = message.getAttributes().getSource().getAddress();
        return address.hasSocketAddress() ? address.getSocketAddress().getAddress() : null;
    }

    @Test
    void what_is_read_is_what_envoys_own_classes_read() {
        for (int i = 0; i < MESSAGES; i++) {
            io.envoyproxy.envoy.service.auth.v3.CheckRequest message = message();
            byte[] bytes = message.toByteArray();
            assertSame(CheckRequest.read(bytes, 0, bytes.length), message, "seed " + seed + ", message " + i);
        }
    }

    /** Fields in any order and of any message twice: the later value counts, and messages grow together. */
    @Test
    void two_messages_one_behind_the_other_are_merged_as_protobuf_has_it() throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            message().writeTo(both);
            message().writeTo(both);
            byte[] bytes = both.toByteArray();
            assertSame(
                    CheckRequest.read(bytes, 0, bytes.length),
                    io.envoyproxy.envoy.service.auth.v3.CheckRequest.parseFrom(bytes),
                    "seed " + seed + ", message " + i);
        }
    }

    /** What Envoy's classes take, is read alike. What they refuse is refused, or was broken where nothing is read. */
    @Test
    void bytes_that_are_broken_are_read_alike_or_refused_and_never_more() {
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes = message().toByteArray();
            for (int k = random.nextInt(3); k >= 0 && bytes.length > 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            CheckRequest ours = null;
            try {
                ours = CheckRequest.read(bytes, 0, bytes.length);
                taken++;
            } catch (Proto.Malformed e) {
                refused++;
            }
            try {
                io.envoyproxy.envoy.service.auth.v3.CheckRequest theirs =
                        io.envoyproxy.envoy.service.auth.v3.CheckRequest.parseFrom(bytes);
                if (ours != null) {
                    assertSame(ours, theirs, "seed " + seed + ", message " + i);
                }
            } catch (InvalidProtocolBufferException e) {
                // Whether we have read it or not.
            }
        }
        assertThat(taken).isPositive();
        assertThat(refused).isPositive();
    }
}
