package io.keyledger.edge.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls over gRPC: {@link ExtAuthzDoor}, and {@code grpc.health.v1.Health/Check}. Calls have one message each way, and none
 * is compressed. Safe from any thread; waits for nobody.
 * <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>.
 */
final class Grpc {
    static final String HEALTH = "/grpc.health.v1.Health/Check";
    static final String CONTENT_TYPE = "application/grpc";
    /** Before each message: whether it is compressed, and its length. */
    static final int PREFIX = 5;
    /** The largest message, prefix included. */
    static final int MAX_CALL = DoorHandler.MAX_BODY;

    private static final String TIMEOUT = "grpc-timeout";
    private static final String ENCODING = "grpc-encoding";
    private static final Map<Character, TimeUnit> UNITS = Map.of(
            'H', TimeUnit.HOURS,
            'M', TimeUnit.MINUTES,
            'S', TimeUnit.SECONDS,
            'm', TimeUnit.MILLISECONDS,
            'u', TimeUnit.MICROSECONDS,
            'n', TimeUnit.NANOSECONDS);
    private static final int MAX_TIMEOUT = 8;
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;
    private static final byte[] NOTHING = new byte[0];

    private final ExtAuthzDoor authorization;
    private final BooleanSupplier serving;

    /** @param serving whether the edge holds a lease, so that an Envoy that asks for its health should send requests */
    Grpc(ExtAuthzDoor authorization, BooleanSupplier serving) {
        this.authorization = authorization;
        this.serving = serving;
    }

    /**
     * How a call ends.
     *
     * @param detail in ASCII, empty when there is none
     * @param message the answer, without prefix; empty when there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Reply(GrpcStatus status, String detail, byte[] message) {
        Reply(GrpcStatus status, String detail) {
            this(status, detail, NOTHING);
        }
    }

    /** Whether the asker takes this for a call over gRPC. */
    static boolean isCall(Http2Headers head) {
        CharSequence type = head.get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || type.length() < CONTENT_TYPE.length()) {
            return false;
        }
        String text = type.toString();
        return text.startsWith(CONTENT_TYPE)
                && (text.length() == CONTENT_TYPE.length() || "+;".indexOf(text.charAt(CONTENT_TYPE.length())) >= 0);
    }

    /**
     * Answers a call.
     *
     * @param body as it came, prefix included; the first {@code length} bytes
     * @param nanos since its head was there
     */
    Reply answer(Http2Headers head, byte[] body, int length, Caller caller, long nanos) {
        try {
            return new Reply(GrpcStatus.OK, "", message(head, body, length, caller, nanos));
        } catch (GrpcStatus.Failure e) {
            return new Reply(e.status(), e.detail());
        }
    }

    /** The largest call is exceeded. */
    static Reply tooLarge() {
        return new Reply(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "A call may have at most %d bytes: let Envoy send fewer headers (allowed_headers) and no body."
                        .formatted(MAX_CALL));
    }

    /** The call did not come whole in time. */
    static Reply tooLate() {
        return new Reply(GrpcStatus.DEADLINE_EXCEEDED, "The call's time is over.");
    }

    /** The disk does not have the use. */
    static Reply unwritten() {
        return new Reply(GrpcStatus.UNAVAILABLE, "The use cannot be written down. Try again after 1 s.");
    }

    private byte[] message(Http2Headers head, byte[] body, int length, Caller caller, long nanos)
            throws GrpcStatus.Failure {
        String path = String.valueOf(head.path());
        if (!path.equals(ExtAuthzDoor.PATH) && !path.equals(HEALTH)) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.UNIMPLEMENTED, "There are %s and %s.".formatted(ExtAuthzDoor.PATH, HEALTH));
        }
        if (nanos > timeoutNanos(head.get(TIMEOUT))) {
            throw new GrpcStatus.Failure(tooLate().status(), tooLate().detail());
        }
        check(head.get(ENCODING), body, length);
        if (path.equals(HEALTH)) {
            return health(body, length);
        }
        if (!caller.verifier()) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.PERMISSION_DENIED,
                    "Ask with a client certificate, or add the address %s to keyledger.edge.trusted-callers."
                            .formatted(caller.ip()));
        }
        return authorization.answer(body, PREFIX, length);
    }

    /** That there is one message, as it is. */
    private static void check(@Nullable CharSequence encoding, byte[] body, int length) throws GrpcStatus.Failure {
        if (encoding != null && !encoding.toString().equals("identity")) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.UNIMPLEMENTED, "Messages are taken without compression (grpc-encoding: identity).");
        }
        if (length < PREFIX) {
            throw new GrpcStatus.Failure(GrpcStatus.INVALID_ARGUMENT, "A call needs one message.");
        }
        if (body[0] != 0) {
            throw new GrpcStatus.Failure(
                    body[0] == 1 ? GrpcStatus.INTERNAL : GrpcStatus.INVALID_ARGUMENT,
                    "The message says that it is compressed, and the call does not say how.");
        }
        long said = (body[1] & 0xffL) << 24 | (body[2] & 0xffL) << 16 | (body[3] & 0xffL) << 8 | body[4] & 0xffL;
        if (said > MAX_CALL - PREFIX) {
            throw new GrpcStatus.Failure(tooLarge().status(), tooLarge().detail());
        }
        if (said != length - PREFIX) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.INVALID_ARGUMENT, "A call needs one message, of the length that it says.");
        }
    }

    /** {@code Long.MAX_VALUE} when there is none. */
    private static long timeoutNanos(@Nullable CharSequence text) throws GrpcStatus.Failure {
        if (text == null) {
            return Long.MAX_VALUE;
        }
        int digits = text.length() - 1;
        TimeUnit unit = digits < 1 || digits > MAX_TIMEOUT ? null : UNITS.get(text.charAt(digits));
        long value = 0;
        for (int i = 0; i < digits && unit != null; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                unit = null;
            }
            value = 10 * value + c - '0';
        }
        if (unit == null) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.INVALID_ARGUMENT, "grpc-timeout must be up to 8 digits and a unit, such as 200m.");
        }
        return unit.toNanos(value);
    }

    /** {@code HealthCheckResponse}: of the whole and of the one service. */
    private byte[] health(byte[] body, int length) throws GrpcStatus.Failure {
        String service = "";
        try {
            Proto.Reader in = new Proto.Reader(body, PREFIX, length);
            while (in.next()) {
                if (in.is(1, Proto.LENGTH)) {
                    service = in.text();
                } else {
                    in.skip();
                }
            }
        } catch (Proto.Malformed e) {
            throw new GrpcStatus.Failure(
                    GrpcStatus.INVALID_ARGUMENT, "The message is no HealthCheckRequest: " + e.getMessage() + ".");
        }
        if (!service.isEmpty() && !ExtAuthzDoor.PATH.startsWith("/" + service + "/")) {
            throw new GrpcStatus.Failure(GrpcStatus.NOT_FOUND, "There is no such service here.");
        }
        return new Proto.Writer(2)
                .number(1, serving.getAsBoolean() ? SERVING : NOT_SERVING)
                .bytes();
    }
}
