package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a new connection: TLS, or something else. After the handshake it knows who calls, and puts the HTTP
 * handlers in its own place.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection
final class Connection extends ByteToMessageDecoder {
    private static final int TLS_HEADER = 5;
    private static final int TLS_HANDSHAKE = 22;
    private static final Duration FIRST_BYTES = Duration.ofSeconds(10);

    private final Setup setup;
    private @Nullable ScheduledFuture<?> deadline;

    /** What all connections share. */
    record Setup(
            SslContext tls,
            Function<AuthRequest, Decision> edge,
            Router router,
            Grpc grpc,
            AddressRanges proxies,
            AddressRanges callers,
            Duration requestTimeout,
            Duration idleTimeout,
            BooleanSupplier draining,
            Writes writes) {}

    Connection(Setup setup) {
        this.setup = setup;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), FIRST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
        context.fireChannelActive();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        ScheduledFuture<?> d = deadline;
        if (d != null) {
            d.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < TLS_HEADER) {
            return;
        }
        ChannelPipeline pipeline = context.pipeline();
        if (in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE) {
            SslHandler tls = setup.tls().newHandler(context.alloc());
            tls.setHandshakeTimeout(FIRST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
            pipeline.addLast(tls, new AfterHandshake(tls));
        } else {
            pipeline.addLast(
                    new StrictDecoder(), new HttpResponseEncoder(), new PlainHttpHandler(setup.edge(), ip(context)));
        }
        pipeline.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** The handlers of plain or decrypted HTTP. */
    static void http(ChannelPipeline pipeline, Router router, Caller caller, Setup setup) {
        DoorHandler door = new DoorHandler(router, caller, setup);
        StrictDecoder decoder = new StrictDecoder();
        pipeline.addLast(
                new QuickDoor(decoder, door, caller.proxy() ? router.authorize() : null),
                decoder,
                new HttpResponseEncoder(),
                door);
    }

    private static String ip(ChannelHandlerContext context) {
        return address(context).getAddress().getHostAddress();
    }

    private static InetSocketAddress address(ChannelHandlerContext context) {
        return (InetSocketAddress) context.channel().remoteAddress();
    }

    /** Waits for the handshake, whose outcome says who calls. */
    private final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final SslHandler tls;

        AfterHandshake(SslHandler tls) {
            this.tls = tls;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done) {
                if (done.isSuccess() && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
                    context.pipeline().addLast(Http2Handler.of(setup, caller(context)));
                    context.pipeline().remove(this);
                } else if (done.isSuccess()) {
                    http(context.pipeline(), setup.router(), caller(context), setup);
                    context.pipeline().remove(this);
                } else {
                    context.close();
                }
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private Caller caller(ChannelHandlerContext context) {
            InetSocketAddress address = address(context);
            return new Caller(
                    address.getAddress().getHostAddress(),
                    setup.proxies().contains(address.getAddress()),
                    setup.callers().contains(address.getAddress()) || hasCertificate());
        }

        private boolean hasCertificate() {
            try {
                return tls.engine().getSession().getPeerCertificates().length > 0;
            } catch (SSLPeerUnverifiedException e) {
                return false;
            }
        }
    }
}
