package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.PresentedKey;
import io.keyledger.verifier.Verdict.Code;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the TLS port without TLS: refused, never redirected. A key that came with it has crossed the network in
 * clear, so it is recorded as seen.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection
final class PlainHttpHandler extends SimpleChannelInboundHandler<HttpObject> {
    private final Function<AuthRequest, Decision> edge;
    private final String ip;
    private boolean over;

    PlainHttpHandler(Function<AuthRequest, Decision> edge, String ip) {
        this.edge = edge;
        this.ip = ip;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (over || !(message instanceof HttpRequest request)) {
            return;
        }
        over = true;
        PresentedKey key = message.decoderResult().isFailure() ? null : key(request);
        if (key != null) {
            Decision unused = edge.apply(new AuthRequest(
                    new Presented.Refused(Code.PLAIN_HTTP, key.publicPart()),
                    null,
                    request.method().name(),
                    request.uri(),
                    ip,
                    request.headers().get(HttpHeaderNames.USER_AGENT),
                    null));
        }
        FullHttpResponse response = Answer.problem(
                new Problem(
                        Problem.Kind.PLAIN_HTTP,
                        "This port speaks HTTPS only. A key that was sent here in clear should be rotated."),
                null);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private static @Nullable PresentedKey key(HttpRequest request) {
        HttpHeaders headers = request.headers();
        PresentedKey found = PresentedKey.find(request.uri());
        for (String name : new String[] {Carriers.AUTHORIZATION, Carriers.X_API_KEY}) {
            for (String value : headers.getAll(name)) {
                found = found == null ? PresentedKey.find(value) : found;
            }
        }
        return found;
    }
}
