package io.keyledger.edge.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** HTTP/2 frame by frame, so that it can be broken on purpose. One thread. */
final class Http2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, Stream> streams = new HashMap<>();

    /** What all window updates for the connection have added. */
    long windowGiven;

    /** What a server says on one stream. */
    static final class Stream {
        int status;
        final Map<String, String> headers = new HashMap<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean ended;
        int reset = -1;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {}

    /** @param socket not yet used */
    Http2Client(SSLSocket socket) throws IOException {
        this.socket = socket;
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    String protocol() {
        return socket.getApplicationProtocol();
    }

    /** The preface and empty settings; then the server's are known and confirmed. */
    Http2Client begin() throws IOException {
        raw(PREFACE.getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
        Frame frame;
        do {
            frame = read();
        } while (frame != null && frame.type() != SETTINGS);
        return this;
    }

    Http2Client raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    Http2Client frame(int type, int flags, int stream, byte[] payload) throws IOException {
        return raw(bytes(type, flags, stream, payload));
    }

    static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        byte[] frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        System.arraycopy(number(stream), 0, frame, 5, 4);
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    /** Lines of the form {@code name: value}; a pseudo-header begins with its colon. */
    Http2Client headers(int stream, boolean last, String... lines) throws IOException {
        return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block(lines));
    }

    /** HPACK, each line a literal that is in no table. */
    static byte[] block(String... lines) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String line : lines) {
            int colon = line.indexOf(": ", 1);
            block.write(0);
            string(block, line.substring(0, colon));
            string(block, line.substring(colon + 2));
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length;
        if (rest < 127) {
            block.write(rest);
        } else {
            block.write(127);
            rest -= 127;
            while (rest >= 128) {
                block.write(rest & 127 | 128);
                rest >>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    Stream stream(int number) {
        return streams.computeIfAbsent(number, _ -> new Stream());
    }

    /** Reads until the stream is over: ended or reset. */
    Stream await(int number) throws IOException {
        while (!stream(number).ended && stream(number).reset < 0) {
            Frame frame = read();
            if (frame == null) {
                throw new IOException("closed before stream %d was answered".formatted(number));
            }
            if (frame.type() == GOAWAY && code(frame.payload(), 4) != 0) {
                throw new IOException("GOAWAY %d: %s"
                        .formatted(code(frame.payload(), 4), new String(frame.payload(), StandardCharsets.US_ASCII)));
            }
        }
        return stream(number);
    }

    /** Reads until the connection is over, and tells with which error; -1 when none was said. */
    int awaitEnd() throws IOException {
        int error = -1;
        try {
            Frame frame;
            while ((frame = read()) != null) {
                if (frame.type() == GOAWAY) {
                    error = code(frame.payload(), 4);
                }
            }
        } catch (java.net.SocketException e) {
            // Reset: what had been said is what counts.
        }
        return error;
    }

    private static int code(byte[] payload, int at) {
        return (payload[at] & 0xff) << 24
                | (payload[at + 1] & 0xff) << 16
                | (payload[at + 2] & 0xff) << 8
                | payload[at + 3] & 0xff;
    }

    /** The next frame, also noted with its stream; null at the end. */
    @Nullable
    Frame read() throws IOException {
        byte[] head = new byte[9];
        try {
            in.readFully(head);
        } catch (EOFException e) {
            return null;
        }
        byte[] payload = new byte[(head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff];
        in.readFully(payload);
        Frame frame = new Frame(head[3], head[4], code(head, 5), payload);
        switch (frame.type()) {
            case HEADERS -> headers(frame);
            case DATA -> {
                stream(frame.stream()).body.writeBytes(payload);
                stream(frame.stream()).ended |= (frame.flags() & END_STREAM) != 0;
            }
            case RST_STREAM -> stream(frame.stream()).reset = code(payload, 0);
            case SETTINGS -> {
                if ((frame.flags() & ACK) == 0) {
                    frame(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case WINDOW_UPDATE -> windowGiven += frame.stream() == 0 ? code(payload, 0) : 0;
            default -> {
                // Of no interest.
            }
        }
        return frame;
    }

    private void headers(Frame frame) throws IOException {
        Http2Headers decoded;
        try {
            decoded = hpack.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        Stream stream = stream(frame.stream());
        for (Map.Entry<CharSequence, CharSequence> line : decoded) {
            stream.headers.put(
                    line.getKey().toString().toLowerCase(Locale.ROOT),
                    line.getValue().toString());
        }
        if (decoded.status() != null) {
            stream.status = Integer.parseInt(decoded.status().toString());
        }
        stream.ended |= (frame.flags() & END_STREAM) != 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
