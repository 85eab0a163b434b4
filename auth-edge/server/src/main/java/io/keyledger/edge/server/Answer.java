package io.keyledger.edge.server;

import io.keyledger.verifier.Carriers;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Makes HTTP answers. */
final class Answer {
    private static final String NO_STORE = "no-store";

    private Answer() {}

    static FullHttpResponse empty(HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
        return response;
    }

    static FullHttpResponse json(HttpResponseStatus status, byte[] body) {
        return body(status, "application/json", body);
    }

    static FullHttpResponse problem(Problem problem, @Nullable String requestId) {
        FullHttpResponse response = body(
                HttpResponseStatus.valueOf(problem.kind().status()),
                "application/problem+json",
                problem.bytes(requestId));
        switch (problem.kind()) {
            case UNAUTHORIZED -> response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, Carriers.CHALLENGE);
            case UNAVAILABLE -> response.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
            default -> {
                // Nothing to add.
            }
        }
        return response;
    }

    static FullHttpResponse body(HttpResponseStatus status, String type, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
        return response;
    }
}
