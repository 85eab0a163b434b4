package io.keyledger.edge.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Netty's own decoder, with every leniency off that lets two servers disagree about where a request ends. It joins a header
 * line that begins with a blank to the one before; here such a line is refused, for another server may read it as its own.
 */
final class StrictDecoder extends HttpRequestDecoder {
    static final int MAX_LINE = 8 * 1024;
    static final int MAX_HEADERS = 16 * 1024;

    /** Whether the next bytes belong to a head: to its beginning, or after whole lines of it. */
    private boolean inHead = true;

    /** Whether nothing of a request has come yet that is not answered. */
    private boolean between = true;

    private boolean over;

    StrictDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true));
    }

    /** Whether the next byte is the first of a request: what came before it was whole requests, and none of it is kept. */
    boolean isBetween() {
        return between;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (inHead && hasFoldedLine(in)) {
            over = true;
            in.skipBytes(in.readableBytes());
            HttpRequest folded = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
            folded.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("folded header line")));
            out.add(folded);
            return;
        }
        between = false;
        int before = out.size();
        super.decode(context, in, out);
        for (Object message : out.subList(before, out.size())) {
            // Both for a request without a body, in this order.
            if (message instanceof HttpRequest) {
                inHead = false;
            }
            if (message instanceof LastHttpContent) {
                inHead = true;
                between = true;
            }
        }
    }

    /** Whether a line of the head begins with a blank. Netty takes whole lines alone, so {@code in} begins with one. */
    private static boolean hasFoldedLine(ByteBuf in) {
        int line = in.readerIndex();
        while (line >= 0 && line < in.writerIndex()) {
            byte first = in.getByte(line);
            if (first == ' ' || first == '\t') {
                return true;
            }
            if (first == '\r' && line > in.readerIndex()) {
                return false;
            }
            line = in.indexOf(line, in.writerIndex(), (byte) '\n') + 1;
            if (line == 0) {
                return false;
            }
        }
        return false;
    }

    /** Netty reads a version in any letters. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
        if (!initialLine[2].startsWith("HTTP/")) {
            throw new IllegalArgumentException("no version of HTTP");
        }
        return super.createMessage(initialLine);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
