package io.keyledger.edge.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes its requests one after the other, whole, and answers each from memory before it looks at the next,
 * so that pipelined answers are in order by themselves. On any doubt about where a request ends it answers once and closes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection
final class DoorHandler extends SimpleChannelInboundHandler<HttpObject> implements Later {
    /** The largest body that is read; the largest that is dropped is as large. */
    static final int MAX_BODY = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(DoorHandler.class);
    private static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final String NOT_IN_HOST = "/\\?#@,\"<>";
    private static final byte[] NOTHING = new byte[0];

    private final Router router;
    private final Caller caller;
    private final Duration requestTimeout;
    private final Duration idleTimeout;
    private final BooleanSupplier draining;
    private final Writes writes;

    private @Nullable ChannelHandlerContext own;
    private @Nullable ChannelHandlerContext encoder;
    private @Nullable HttpRequest request;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable ScheduledFuture<?> deadline;

    /** Whether {@link #deadline} is that of a request; else it is that of the idle connection. */
    private boolean requestTimed;

    private long lastAnswer;
    /** Read by the stopping thread as well. */
    private volatile boolean arriving;

    private boolean over;
    /** The request whose answer waits, and what came behind it. */
    private @Nullable HttpRequest waiting;

    private final Deque<HttpObject> behind = new ArrayDeque<>();

    DoorHandler(Router router, Caller caller, Connection.Setup setup) {
        this.router = router;
        this.caller = caller;
        this.requestTimeout = setup.requestTimeout();
        this.idleTimeout = setup.idleTimeout();
        this.draining = setup.draining();
        this.writes = setup.writes();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        own = context;
        lastAnswer = System.nanoTime();
        expect(context, idleTimeout);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        forget();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        forget();
        behind.forEach(ReferenceCountUtil::release);
        behind.clear();
        context.fireChannelInactive();
    }

    /** Whether a request is under way on {@code channel}: begun, or answered and not yet written out. */
    static boolean isBusy(Channel channel) {
        DoorHandler door = channel.pipeline().get(DoorHandler.class);
        return door != null && (door.arriving || channel.bytesBeforeUnwritable() < Doors.HIGH_WATER);
    }

    /** The first bytes of a request have come: the rest must follow in time. Called for every read. */
    void bytesArrived() {
        if (!over) {
            arriving = true;
        }
    }

    /** Whether a request may be answered that this handler has not seen: nothing is under way, and no answer is the last one. */
    boolean isFree() {
        return !over && request == null && waiting == null && !arriving && !draining.getAsBoolean();
    }

    Caller caller() {
        return caller;
    }

    /** Writes the answer to such a request, in its turn; the connection stays open. */
    void answered(FullHttpResponse response) {
        write(Objects.requireNonNull(own), response);
    }

    /** The same for an answer in bytes. */
    void answered(ByteBuf response) {
        ChannelHandlerContext context = Objects.requireNonNull(encoder(Objects.requireNonNull(own)));
        lastAnswer = System.nanoTime();
        // From behind the encoder.
        context.write(response, context.voidPromise());
    }

    /** Whether what is said by now has to wait for the disk; then it goes by {@link #answeredLater}. */
    boolean mustWait() {
        return writes.unforced() != null;
    }

    /** As {@link #answered(FullHttpResponse)}, once the disk has what the answer says was written down. */
    void answeredLater(FullHttpResponse response, String requestId) {
        HttpRequest whole = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, AuthorizeDoor.PATH);
        whole.headers().set(REQUEST_ID, requestId);
        arriving = true;
        waiting = whole;
        release(Objects.requireNonNull(own), whole, response);
    }

    /**
     * After all that a read has brought: the rest of a request must come in time. Most come whole, and are answered by now;
     * these cost no timer, for the idle connection's only looks whether there was an answer since.
     */
    private void keepTime(ChannelHandlerContext context) {
        if (over || waiting != null) {
            return;
        }
        if (arriving && !requestTimed) {
            expect(context, requestTimeout);
            requestTimed = true;
        } else if (!arriving && deadline == null) {
            expect(context, idleTimeout);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (waiting != null && !over) {
            behind.add(ReferenceCountUtil.retain(message));
            return;
        }
        take(context, message);
    }

    private void take(ChannelHandlerContext context, HttpObject message) {
        if (over) {
            return;
        }
        if (message.decoderResult().isFailure()) {
            end(context, undecodable(message.decoderResult().cause(), request != null));
            return;
        }
        if (message instanceof HttpRequest head) {
            begin(context, head);
        }
        if (!over && message instanceof HttpContent content) {
            more(context, content);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        keepTime(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // A client that sends and does not read is not read from.
        context.channel().config().setAutoRead(context.channel().isWritable() && waiting == null);
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.debug("connection of {} closed: {}", caller.ip(), cause.toString());
        }
        context.close();
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        request = head;
        body.reset();
        bytesArrived();
        Problem problem = objection(head);
        if (problem != null) {
            end(context, problem);
        } else if (HttpUtil.is100ContinueExpected(head)) {
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    /** Why this head cannot be followed by an ordinary answer, or null. */
    private static @Nullable Problem objection(HttpRequest head) {
        HttpHeaders headers = head.headers();
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return new Problem(Problem.Kind.VERSION_NOT_SUPPORTED, "Use HTTP/1.1.");
        }
        List<String> hosts = Headers.all(headers, HttpHeaderNames.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_1)) {
            return new Problem(Problem.Kind.BAD_REQUEST, "A request needs exactly one Host.", "Host");
        }
        if (!hosts.isEmpty() && !isAuthority(hosts.getFirst())) {
            return new Problem(
                    Problem.Kind.BAD_REQUEST, "Host must be a name or an address, with or without a port.", "Host");
        }
        if (!head.uri().startsWith("/")) {
            return new Problem(Problem.Kind.BAD_REQUEST, "The request target must begin with /.");
        }
        List<String> codings = Headers.all(headers, HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && (codings.size() > 1
                        || !codings.getFirst().strip().equalsIgnoreCase(HttpHeaderValues.CHUNKED.toString())
                        || version.equals(HttpVersion.HTTP_1_0))) {
            return new Problem(
                    Problem.Kind.BAD_REQUEST,
                    "The only Transfer-Encoding is chunked, once, in HTTP/1.1.",
                    "Transfer-Encoding");
        }
        if (HttpUtil.getContentLength(head, 0L) > MAX_BODY) {
            return tooLarge();
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase(HttpHeaderValues.CONTINUE.toString())) {
            return new Problem(Problem.Kind.EXPECTATION_FAILED, "The only expectation is 100-continue.", "Expect");
        }
        return null;
    }

    /** Whether nothing in {@code host} could be read as more than one name, or as more than a name. */
    static boolean isAuthority(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (!isOfAuthority(host.charAt(i))) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    static boolean isOfAuthority(char c) {
        return c > ' ' && c < 0x7f && NOT_IN_HOST.indexOf(c) < 0;
    }

    private void more(ChannelHandlerContext context, HttpContent content) {
        ByteBuf bytes = content.content();
        if (body.size() + bytes.readableBytes() > MAX_BODY) {
            end(context, tooLarge());
            return;
        }
        if (bytes.isReadable()) {
            byte[] part = new byte[bytes.readableBytes()];
            bytes.readBytes(part);
            body.writeBytes(part);
        }
        HttpRequest whole = request;
        if (content instanceof LastHttpContent && whole != null) {
            request = null;
            answer(context, whole);
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest whole) {
        waiting = whole;
        String requestId = requestId(whole);
        @Nullable FullHttpResponse response;
        try {
            response = router.answer(whole, body.size() == 0 ? NOTHING : body.toByteArray(), caller, requestId, this);
        } catch (RuntimeException e) {
            response = failed(requestId, e);
        }
        if (response != null) {
            release(context, whole, response);
        }
    }

    /** Answers now, or when what the answer says was written down cannot be lost any more. */
    private void release(ChannelHandlerContext context, HttpRequest whole, FullHttpResponse response) {
        CompletionStage<?> unforced = writes.unforced();
        if (unforced == null) {
            waiting = null;
            answer(context, whole, response);
            return;
        }
        suspend(context);
        var _ = unforced.whenComplete((_, failure) -> context.executor().execute(() -> {
            if (!isWaitedFor(context, whole)) {
                ReferenceCountUtil.release(response);
                return;
            }
            waiting = null;
            answer(context, whole, failure == null ? response : unwritten(requestId(whole), response));
            goOn(context);
        }));
    }

    /** In place of an answer whose use the disk does not have. */
    static FullHttpResponse unwritten(String requestId, FullHttpResponse response) {
        ReferenceCountUtil.release(response);
        return Answer.problem(
                new Problem(Problem.Kind.UNAVAILABLE, "The use cannot be written down. Try again after 1 s."),
                requestId);
    }

    static FullHttpResponse failed(String requestId, RuntimeException e) {
        LOG.error("request {} failed", requestId, e);
        return Answer.problem(
                new Problem(Problem.Kind.INTERNAL, "This is a fault of the edge; its log has the request id."),
                requestId);
    }

    /** Nothing more is read meanwhile; what has been read already waits its turn. */
    @Override
    public void when(CompletionStage<?> ready, Supplier<FullHttpResponse> answer) {
        ChannelHandlerContext context = Objects.requireNonNull(own);
        HttpRequest whole = Objects.requireNonNull(waiting);
        suspend(context);
        var _ = ready.whenComplete((_, _) -> context.executor().execute(() -> answerWaiting(context, whole, answer)));
    }

    private void suspend(ChannelHandlerContext context) {
        forget();
        requestTimed = false;
        context.channel().config().setAutoRead(false);
    }

    private boolean isWaitedFor(ChannelHandlerContext context, HttpRequest whole) {
        return !over && waiting == whole && context.channel().isActive();
    }

    private void answerWaiting(ChannelHandlerContext context, HttpRequest whole, Supplier<FullHttpResponse> answer) {
        if (!isWaitedFor(context, whole)) {
            return;
        }
        FullHttpResponse response;
        try {
            response = answer.get();
        } catch (RuntimeException e) {
            response = failed(requestId(whole), e);
        }
        release(context, whole, response);
        goOn(context);
    }

    /** What was read behind an answer that waited has its turn, unless it waits on. */
    private void goOn(ChannelHandlerContext context) {
        HttpObject next;
        while (waiting == null && (next = behind.poll()) != null) {
            try {
                bytesArrived();
                take(context, next);
            } finally {
                ReferenceCountUtil.release(next);
            }
        }
        context.flush();
        if (waiting == null) {
            context.channel().config().setAutoRead(context.channel().isWritable());
            keepTime(context);
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest whole, FullHttpResponse response) {
        boolean keepAlive = HttpUtil.isKeepAlive(whole) && !draining.getAsBoolean();
        write(context, response, keepAlive, whole);
    }

    private void write(ChannelHandlerContext context, FullHttpResponse response, boolean keepAlive, HttpRequest whole) {
        if (whole.method().equals(HttpMethod.HEAD)) {
            // The head as it would be, Content-Length included, and no body.
            response.content().clear();
        }
        if (keepAlive) {
            arriving = false;
            if (requestTimed) {
                forget();
                requestTimed = false;
            }
            if (whole.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            }
            write(context, response);
        } else {
            last(context, response);
        }
    }

    private void write(ChannelHandlerContext context, FullHttpResponse response) {
        lastAnswer = System.nanoTime();
        ChannelHandlerContext encoder = encoder(context);
        if (response instanceof PassedAnswer passed && passed.isPlain() && encoder != null) {
            // As the encoder would write it, from behind the encoder.
            encoder.write(passed.bytes(context.alloc()), encoder.voidPromise());
        } else {
            context.write(response, context.voidPromise());
        }
    }

    private @Nullable ChannelHandlerContext encoder(ChannelHandlerContext context) {
        ChannelHandlerContext known = encoder;
        if (known == null) {
            known = context.pipeline().context(HttpResponseEncoder.class);
            encoder = known;
        }
        return known;
    }

    /** Answers once and for all: what follows on this connection cannot be trusted to be a request. */
    private void end(ChannelHandlerContext context, Problem problem) {
        FullHttpResponse response = Answer.problem(problem, null);
        HttpRequest head = request;
        if (head != null && head.method().equals(HttpMethod.HEAD)) {
            response.content().clear();
        }
        last(context, response);
    }

    private void last(ChannelHandlerContext context, FullHttpResponse response) {
        over = true;
        request = null;
        body.reset();
        forget();
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        // Closing with unread bytes would reset the connection, and the client would lose the answer: read on for a
        // moment.
        context.writeAndFlush(response).addListener(_ -> {
            context.channel().config().setAutoRead(true);
            deadline = context.executor().schedule(() -> context.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void expect(ChannelHandlerContext context, Duration within) {
        forget();
        requestTimed = false;
        deadline = context.executor().schedule(() -> expired(context), within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expired(ChannelHandlerContext context) {
        Duration idle = idleTimeout.minusNanos(System.nanoTime() - lastAnswer);
        if (!requestTimed && idle.isPositive()) {
            expect(context, idle);
        } else if (arriving && !over) {
            end(
                    context,
                    new Problem(
                            Problem.Kind.REQUEST_TIMEOUT,
                            "The request did not arrive whole within %d s.".formatted(requestTimeout.toSeconds())));
        } else {
            context.close();
        }
    }

    private void forget() {
        ScheduledFuture<?> d = deadline;
        if (d != null) {
            d.cancel(false);
            deadline = null;
        }
    }

    private static String requestId(HttpRequest whole) {
        return RequestIds.of(whole.headers().get(REQUEST_ID));
    }

    private static Problem undecodable(Throwable cause, boolean inBody) {
        return switch (cause) {
            case TooLongHttpLineException _
            when !inBody ->
                new Problem(
                        Problem.Kind.URI_TOO_LONG,
                        "The request line may have at most %d bytes.".formatted(StrictDecoder.MAX_LINE));
            case TooLongHttpHeaderException _
            when !inBody ->
                new Problem(
                        Problem.Kind.HEADERS_TOO_LARGE,
                        "All headers together may have at most %d bytes.".formatted(StrictDecoder.MAX_HEADERS));
            case TooLongHttpLineException _, TooLongHttpHeaderException _ ->
                new Problem(Problem.Kind.BAD_REQUEST, "A chunk's extension or the trailers are too long.");
            case TooLongFrameException _ -> tooLarge();
            default -> new Problem(Problem.Kind.BAD_REQUEST, "This is no valid HTTP/1.1 request.");
        };
    }

    static Problem tooLarge() {
        return new Problem(Problem.Kind.BODY_TOO_LARGE, "The body may have at most %d bytes.".formatted(MAX_BODY));
    }
}
