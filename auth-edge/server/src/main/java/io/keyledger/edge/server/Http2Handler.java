package io.keyledger.edge.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that speaks HTTP/2 (RFC 9113): the same doors as {@link DoorHandler} over Netty's codec, and those of gRPC.
 * A request is answered as soon as it is there as a whole, within the call that brought its last byte.
 *
 * <p>What a client may hold of this process is bounded: {@value #MAX_STREAMS} streams, {@value #WINDOW} bytes of unfinished
 * bodies (they are given back to the connection's window when their request ends), a header block by size and by number of
 * its frames, resets by time, and frames that are no request by {@value #MAX_NOISE} between two answers. A request that is
 * not there, and an answer that is not taken, within the request timeout is ended.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection
final class Http2Handler extends Http2ConnectionHandler {
    static final int MAX_STREAMS = 100;
    static final int MAX_HEADERS = StrictDecoder.MAX_LINE + StrictDecoder.MAX_HEADERS;
    /** Resets that a client may send in {@value #RESETS_SECONDS} s (CVE-2023-44487), or cause us to send. */
    static final int MAX_RESETS = 200;
    /** Frames in which nothing of a request comes, from one answer to the next: pings, settings, priorities, windows. */
    static final int MAX_NOISE = 1000;

    private static final int RESETS_SECONDS = 30;
    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final int MAX_EMPTY_DATA = 2;
    private static final int MAX_UNSENT_CONTROL = 1000;
    private static final int STREAM_WINDOW = 2 * DoorHandler.MAX_BODY;
    private static final int WINDOW = 1024 * 1024;
    private static final int DRAIN_MILLIS = 2000;
    private static final int LOOKS = 4;
    private static final byte[] NOTHING = new byte[0];
    private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString GRPC_TYPE = AsciiString.cached(Grpc.CONTENT_TYPE);
    private static final Logger LOG = LoggerFactory.getLogger(Http2Handler.class);

    private final Connection.Setup setup;
    private final Caller caller;
    private final Http2Connection.PropertyKey key;
    private final Duration every;

    private @Nullable ScheduledFuture<?> look;
    private long busyAt = System.nanoTime();
    private long incompleteSince;
    private boolean incomplete;
    private int noise;

    private Http2Handler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Connection.Setup setup,
            Caller caller) {
        super(decoder, encoder, settings);
        this.setup = setup;
        this.caller = caller;
        this.key = connection().newKey();
        this.every = min(setup.requestTimeout(), setup.idleTimeout()).dividedBy(LOOKS);
        gracefulShutdownTimeoutMillis(DRAIN_MILLIS);
        // From the first frame on, and not only once the client has confirmed our settings.
        connection().remote().maxActiveStreams(MAX_STREAMS);
    }

    /** Offers HTTP/2 before HTTP/1.1, with ciphers that are fit for both. */
    static SslContextBuilder offered(SslContextBuilder tls) {
        return tls.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
    }

    static Http2Handler of(Connection.Setup setup, Caller caller) {
        return new Builder(setup, caller).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Handler, Builder> {
        private final Connection.Setup setup;
        private final Caller caller;

        Builder(Connection.Setup setup, Caller caller) {
            this.setup = setup;
            this.caller = caller;
            server(true);
            initialSettings(new Http2Settings()
                    .maxConcurrentStreams(MAX_STREAMS)
                    .maxHeaderListSize(MAX_HEADERS)
                    .initialWindowSize(STREAM_WINDOW));
            validateHeaders(true);
            decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
            encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
            decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS);
            decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA);
            encoderEnforceMaxQueuedControlFrames(MAX_UNSENT_CONTROL);
        }

        @Override
        protected Http2Handler build() {
            return super.build();
        }

        @Override
        protected Http2Handler build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            Http2Handler handler = new Http2Handler(decoder, encoder, settings, setup, caller);
            frameListener(handler.new Frames());
            return handler;
        }
    }

    /** A request, and whether it has been answered. */
    private static final class Exchange {
        private final Http2Headers head;
        private final boolean call;
        private long since = System.nanoTime();
        private byte[] body = NOTHING;
        private int length;
        private boolean answered;
        /** It is there as a whole, and its answer comes later: by itself, and before long. */
        private boolean waits;

        Exchange(Http2Headers head, boolean call) {
            this.head = head;
            this.call = call;
        }

        boolean take(ByteBuf data) {
            int more = data.readableBytes();
            if (length + more > DoorHandler.MAX_BODY) {
                return false;
            }
            if (length + more > body.length) {
                body = Arrays.copyOf(body, Math.max(length + more, Math.min(2 * body.length, DoorHandler.MAX_BODY)));
            }
            data.getBytes(data.readerIndex(), body, length, more);
            length += more;
            return true;
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        super.handlerAdded(context);
        Http2Connection connection = connection();
        connection
                .local()
                .flowController()
                .incrementWindowSize(
                        connection.connectionStream(),
                        WINDOW - connection.local().flowController().windowSize(connection.connectionStream()));
        flush(context);
        look = context.executor()
                .scheduleWithFixedDelay(() -> look(context), every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        forget();
        super.handlerRemoved0(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        forget();
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!incomplete) {
            incomplete = true;
            incompleteSince = System.nanoTime();
        }
        super.channelRead(context, message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        // A client that sends and does not read is not read from.
        context.channel().config().setAutoRead(context.channel().isWritable());
        super.channelWritabilityChanged(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof Http2Exception) {
            super.exceptionCaught(context, cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.debug("connection of {} closed: {}", caller.ip(), cause.toString());
        }
        context.channel().unsafe().closeForcibly();
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext context, Http2Stream stream) {
        write(
                context,
                stream.id(),
                Answer.problem(
                        new Problem(
                                Problem.Kind.HEADERS_TOO_LARGE,
                                "All headers together may have at most %d bytes.".formatted(MAX_HEADERS)),
                        null),
                false);
        flush(context);
    }

    private void forget() {
        ScheduledFuture<?> l = look;
        if (l != null) {
            l.cancel(false);
            look = null;
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Ends what takes too long. */
    private void look(ChannelHandlerContext context) {
        long now = System.nanoTime();
        long patience = setup.requestTimeout().toNanos();
        List<Http2Stream> late = new ArrayList<>();
        try {
            connection().forEachActiveStream(stream -> {
                Exchange exchange = stream.getProperty(key);
                if (exchange != null && now - exchange.since > patience && (!exchange.waits || exchange.answered)) {
                    late.add(stream);
                }
                return true;
            });
        } catch (Http2Exception e) {
            LOG.debug("connection of {}: {}", caller.ip(), e.toString());
        }
        late.forEach(stream -> expired(context, stream));
        if (!late.isEmpty()) {
            flush(context);
        }
        if (connection().numActiveStreams() > 0) {
            busyAt = now;
        }
        boolean stuck = incomplete && now - incompleteSince > patience;
        if (stuck
                || now - busyAt > setup.idleTimeout().toNanos()
                || setup.draining().getAsBoolean()) {
            context.close();
        }
    }

    private void expired(ChannelHandlerContext context, Http2Stream stream) {
        Exchange exchange = stream.getProperty(key);
        if (exchange == null || exchange.answered) {
            resetStream(context, stream.id(), Http2Error.CANCEL.code(), context.newPromise());
            return;
        }
        exchange.since = System.nanoTime();
        if (exchange.call) {
            end(context, stream, exchange, Grpc.tooLate());
        } else {
            end(
                    context,
                    stream,
                    exchange,
                    new Problem(
                            Problem.Kind.REQUEST_TIMEOUT,
                            "The request did not arrive whole within %d s."
                                    .formatted(setup.requestTimeout().toSeconds())));
        }
    }

    /** What comes in. Each call is one whole frame, or one whole block of headers. */
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last) {
            onHeadersRead(context, streamId, headers, padding, last);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean last) {
            incomplete = false;
            Http2Stream stream = Objects.requireNonNull(connection().stream(streamId));
            Exchange exchange = stream.getProperty(key);
            if (exchange == null) {
                exchange = new Exchange(headers, Grpc.isCall(headers));
                stream.setProperty(key, exchange);
                Problem problem = objection(headers);
                if (problem != null) {
                    end(context, stream, exchange, problem);
                    return;
                }
                if (!last && headers.contains(HttpHeaderNames.EXPECT)) {
                    encoder()
                            .writeHeaders(
                                    context,
                                    streamId,
                                    new DefaultHttp2Headers(false).status(HttpResponseStatus.CONTINUE.codeAsText()),
                                    0,
                                    false,
                                    context.newPromise());
                }
            }
            if (last) {
                whole(context, stream, exchange);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean last) {
            incomplete = false;
            Http2Stream stream = Objects.requireNonNull(connection().stream(streamId));
            Exchange exchange = stream.getProperty(key);
            int read = data.readableBytes() + padding;
            if (exchange == null || exchange.answered) {
                return read;
            }
            if (!exchange.take(data)) {
                if (exchange.call) {
                    end(context, stream, exchange, Grpc.tooLarge());
                } else {
                    end(context, stream, exchange, DoorHandler.tooLarge());
                }
                return read;
            }
            if (last) {
                whole(context, stream, exchange);
                return read;
            }
            // Given back when the stream ends: that is what bounds the memory of unfinished bodies.
            return padding;
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext context, int streamId, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            heard();
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int streamId, long error) throws Http2Exception {
            heard();
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
            heard();
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
            heard();
        }

        @Override
        public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
            heard();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
            heard();
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext context, int lastStreamId, long error, ByteBuf debug) {
            incomplete = false;
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment)
                throws Http2Exception {
            heard();
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext context, byte type, int streamId, Http2Flags flags, ByteBuf payload) {
            incomplete = false;
            if (++noise > MAX_NOISE) {
                onError(context, false, tooMuchNoise());
            }
        }

        private void heard() throws Http2Exception {
            incomplete = false;
            if (++noise > MAX_NOISE) {
                throw tooMuchNoise();
            }
        }
    }

    private static Http2Exception tooMuchNoise() {
        return Http2Exception.connectionError(
                Http2Error.ENHANCE_YOUR_CALM, "more than %d frames and no request among them", MAX_NOISE);
    }

    /** Why this head cannot be followed by an ordinary answer, or null. What breaks RFC 9113 has not come so far. */
    private static @Nullable Problem objection(Http2Headers head) {
        CharSequence path = head.path();
        if (head.method() == null || path == null || path.isEmpty() || path.charAt(0) != '/') {
            return new Problem(Problem.Kind.BAD_REQUEST, "The request target must begin with /.");
        }
        if (path.length() > StrictDecoder.MAX_LINE) {
            return new Problem(
                    Problem.Kind.URI_TOO_LONG,
                    "The request target may have at most %d bytes.".formatted(StrictDecoder.MAX_LINE));
        }
        if (head.scheme() == null || !AsciiString.contentEqualsIgnoreCase(head.scheme(), "https")) {
            return new Problem(Problem.Kind.BAD_REQUEST, "The scheme must be https.");
        }
        List<String> hosts = new ArrayList<>(1);
        for (CharSequence host : head.getAll(HttpHeaderNames.HOST)) {
            hosts.add(host.toString());
        }
        CharSequence authority = head.authority();
        if (authority != null && !hosts.contains(authority.toString())) {
            hosts.add(authority.toString());
        }
        if (hosts.size() != 1 || !DoorHandler.isAuthority(hosts.getFirst())) {
            return new Problem(
                    Problem.Kind.BAD_REQUEST,
                    "A request needs one authority: a name or an address, with or without a port.",
                    "Host");
        }
        CharSequence length = head.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && !Grpc.isCall(head) && isAbove(length, DoorHandler.MAX_BODY)) {
            return DoorHandler.tooLarge();
        }
        CharSequence expect = head.get(HttpHeaderNames.EXPECT);
        if (expect != null && !AsciiString.contentEqualsIgnoreCase(expect, HttpHeaderValues.CONTINUE)) {
            return new Problem(Problem.Kind.EXPECTATION_FAILED, "The only expectation is 100-continue.", "Expect");
        }
        return null;
    }

    /** Whether a number of digits is. That it is one, and the true length, sees the codec to. */
    private static boolean isAbove(CharSequence number, long max) {
        try {
            return Long.parseLong(number.toString()) > max;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private void whole(ChannelHandlerContext context, Http2Stream stream, Exchange exchange) {
        if (exchange.answered) {
            return;
        }
        if (exchange.call) {
            release(context, stream, exchange, call(exchange));
            return;
        }
        String requestId = RequestIds.of(text(exchange.head.get("x-request-id")));
        FullHttpResponse response = response(exchange, requestId, (ready, answer) -> {
            exchange.waits = true;
            var _ = ready.whenComplete((_, _) -> context.executor()
                    .execute(() ->
                            answerWaiting(context, stream, exchange, requestId, () -> decided(requestId, answer))));
        });
        if (response != null) {
            release(context, stream, exchange, requestId, response);
        }
    }

    private void answerWaiting(
            ChannelHandlerContext context,
            Http2Stream stream,
            Exchange exchange,
            String requestId,
            Supplier<FullHttpResponse> answer) {
        // Who has reset the stream, or closed the connection, is not answered, and nothing is decided for them.
        if (isWaitedFor(context, stream, exchange)) {
            release(context, stream, exchange, requestId, answer.get());
            flush(context);
        }
    }

    private static boolean isWaitedFor(ChannelHandlerContext context, Http2Stream stream, Exchange exchange) {
        return !exchange.answered
                && stream.state().localSideOpen()
                && context.channel().isActive();
    }

    /** Answers now, or when what the answer says was written down cannot be lost any more. */
    private void release(
            ChannelHandlerContext context,
            Http2Stream stream,
            Exchange exchange,
            String requestId,
            FullHttpResponse response) {
        CompletionStage<?> unforced = setup.writes().unforced();
        if (unforced == null) {
            answer(context, stream, exchange, response);
            return;
        }
        exchange.waits = true;
        var _ = unforced.whenComplete((_, failure) -> context.executor().execute(() -> {
            if (isWaitedFor(context, stream, exchange)) {
                answer(
                        context,
                        stream,
                        exchange,
                        failure == null ? response : DoorHandler.unwritten(requestId, response));
                flush(context);
            } else {
                ReferenceCountUtil.release(response);
            }
        }));
    }

    /** The same for a call. */
    private void release(ChannelHandlerContext context, Http2Stream stream, Exchange exchange, Grpc.Reply reply) {
        CompletionStage<?> unforced = setup.writes().unforced();
        if (unforced == null) {
            answer(context, stream, exchange, reply);
            return;
        }
        exchange.waits = true;
        var _ = unforced.whenComplete((_, failure) -> context.executor().execute(() -> {
            if (isWaitedFor(context, stream, exchange)) {
                answer(context, stream, exchange, failure == null ? reply : Grpc.unwritten());
                flush(context);
            }
        }));
    }

    private Grpc.Reply call(Exchange exchange) {
        try {
            return setup.grpc()
                    .answer(exchange.head, exchange.body, exchange.length, caller, System.nanoTime() - exchange.since);
        } catch (RuntimeException e) {
            LOG.error("a call of {} failed", caller.ip(), e);
            return new Grpc.Reply(GrpcStatus.INTERNAL, "This is a fault of the edge; its log has it.");
        }
    }

    private @Nullable FullHttpResponse response(Exchange exchange, String requestId, Later later) {
        HttpRequest request;
        try {
            request = request(exchange.head);
        } catch (IllegalArgumentException e) {
            return Answer.problem(new Problem(Problem.Kind.BAD_REQUEST, "This is no valid HTTP/2 request."), requestId);
        }
        byte[] body =
                exchange.length == exchange.body.length ? exchange.body : Arrays.copyOf(exchange.body, exchange.length);
        try {
            return setup.router().answer(request, body, caller, requestId, later);
        } catch (RuntimeException e) {
            return failed(requestId, e);
        }
    }

    private static FullHttpResponse decided(String requestId, Supplier<FullHttpResponse> answer) {
        try {
            return answer.get();
        } catch (RuntimeException e) {
            return failed(requestId, e);
        }
    }

    private static FullHttpResponse failed(String requestId, RuntimeException e) {
        LOG.error("request {} failed", requestId, e);
        return Answer.problem(
                new Problem(Problem.Kind.INTERNAL, "This is a fault of the edge; its log has the request id."),
                requestId);
    }

    /** @throws IllegalArgumentException when a method, a name or a value could not stand in a request of HTTP/1.1 */
    private static HttpRequest request(Http2Headers head) {
        HttpRequest request = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(String.valueOf(head.method())), String.valueOf(head.path()));
        for (Map.Entry<CharSequence, CharSequence> line : head) {
            if (line.getKey().charAt(0) != ':') {
                request.headers().add(line.getKey(), line.getValue());
            }
        }
        return request;
    }

    private void answer(
            ChannelHandlerContext context, Http2Stream stream, Exchange exchange, FullHttpResponse response) {
        answered(exchange);
        boolean head = AsciiString.contentEquals(HttpMethod.HEAD.asciiName(), exchange.head.method());
        write(context, stream.id(), response, head);
    }

    private void write(ChannelHandlerContext context, int stream, FullHttpResponse response, boolean head) {
        Http2Headers headers =
                new DefaultHttp2Headers(false, 16).status(response.status().codeAsText());
        Iterator<Map.Entry<CharSequence, CharSequence>> lines =
                response.headers().iteratorCharSequence();
        while (lines.hasNext()) {
            Map.Entry<CharSequence, CharSequence> line = lines.next();
            headers.add(AsciiString.of(line.getKey()).toLowerCase(), line.getValue());
        }
        boolean bodiless = head || !response.content().isReadable();
        encoder().writeHeaders(context, stream, headers, 0, bodiless, context.newPromise());
        if (bodiless) {
            response.release();
        } else {
            encoder().writeData(context, stream, response.content(), 0, true, context.newPromise());
        }
    }

    private void answer(ChannelHandlerContext context, Http2Stream stream, Exchange exchange, Grpc.Reply reply) {
        answered(exchange);
        Http2Headers head = new DefaultHttp2Headers(false, 4)
                .status(HttpResponseStatus.OK.codeAsText())
                .set(HttpHeaderNames.CONTENT_TYPE, GRPC_TYPE);
        Http2Headers end = reply.status() == GrpcStatus.OK ? new DefaultHttp2Headers(false, 2) : head;
        end.set(GRPC_STATUS, Integer.toString(reply.status().number()));
        if (!reply.detail().isEmpty()) {
            end.set(GRPC_MESSAGE, percentEncoded(reply.detail()));
        }
        if (end != head) {
            byte[] message = reply.message();
            ByteBuf framed = context.alloc().buffer(Grpc.PREFIX + message.length);
            framed.writeByte(0).writeInt(message.length).writeBytes(message);
            encoder().writeHeaders(context, stream.id(), head, 0, false, context.newPromise());
            encoder().writeData(context, stream.id(), framed, 0, false, context.newPromise());
        }
        encoder().writeHeaders(context, stream.id(), end, 0, true, context.newPromise());
    }

    /** Answers before the request has come as a whole, and asks for no more of it. */
    private void end(ChannelHandlerContext context, Http2Stream stream, Exchange exchange, Problem problem) {
        answer(context, stream, exchange, Answer.problem(problem, null));
        stop(context, stream);
    }

    private void end(ChannelHandlerContext context, Http2Stream stream, Exchange exchange, Grpc.Reply reply) {
        answer(context, stream, exchange, reply);
        stop(context, stream);
    }

    private void stop(ChannelHandlerContext context, Http2Stream stream) {
        flush(context);
        if (stream.state() != Http2Stream.State.CLOSED && stream.state().remoteSideOpen()) {
            resetStream(context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
        }
    }

    private void answered(Exchange exchange) {
        exchange.answered = true;
        exchange.since = System.nanoTime();
        exchange.body = NOTHING;
        busyAt = exchange.since;
        noise = 0;
    }

    /** As gRPC has it: what is not printable, and the percent sign. */
    private static String percentEncoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~' && c != '%') {
                out.append(c);
            } else {
                out.append("%%%02X".formatted(c & 0xff));
            }
        }
        return out.toString();
    }

    private static @Nullable String text(@Nullable CharSequence value) {
        return value == null ? null : value.toString();
    }
}
