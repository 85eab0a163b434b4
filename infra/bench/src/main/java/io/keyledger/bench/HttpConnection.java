package io.keyledger.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One kept-alive HTTPS connection, blocking, one request at a time: as little work as can be, for the client shares the
 * processors with what it measures. Not for use by two threads at once.
 */
final class HttpConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int MAX_BODY = 64 << 20;

    private final SSLSocketFactory tls;
    private final String host;
    private final int port;
    private @Nullable SSLSocket socket;
    private @Nullable InputStream in;

    HttpConnection(SSLSocketFactory tls, String host, int port) {
        this.tls = tls;
        this.host = host;
        this.port = port;
    }

    /** Status and body of one answer. */
    record Response(int status, String text) {}

    /** One exchange. A connection that the server closed since the last one is opened again, once. */
    Response send(String method, String path, Map<String, String> headers, @Nullable String json) throws IOException {
        byte[] request = request(method, path, headers, json);
        boolean fresh = socket == null;
        try {
            return exchange(request, method);
        } catch (IOException e) {
            close();
            // Only the loss of an idle connection is repeated: a time-out may have had its effect.
            if (fresh || !(e instanceof EOFException || e instanceof java.net.SocketException)) {
                throw e;
            }
            return exchange(request, method);
        }
    }

    private Response exchange(byte[] request, String method) throws IOException {
        SSLSocket open = socket;
        InputStream from = in;
        if (open == null || from == null) {
            open = (SSLSocket) tls.createSocket(host, port);
            open.setTcpNoDelay(true);
            open.setSoTimeout(TIMEOUT_MILLIS);
            var parameters = open.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            open.setSSLParameters(parameters);
            open.startHandshake();
            from = new BufferedInputStream(open.getInputStream(), 16_384);
            socket = open;
            in = from;
        }
        open.getOutputStream().write(request);
        return read(from, method);
    }

    private byte[] request(String method, String path, Map<String, String> headers, @Nullable String json) {
        byte[] body = json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
        head.append(host).append(':').append(port).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (json != null) {
            head.append("Content-Type: application/json\r\n");
        }
        if (json != null || !method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    private Response read(InputStream from, String method) throws IOException {
        String first = line(from);
        if (first.length() < 12 || !first.startsWith("HTTP/1.1 ")) {
            throw new IOException("not HTTP/1.1");
        }
        int status = Integer.parseInt(first.substring(9, 12));
        int length = -1;
        boolean chunked = false;
        boolean last = false;
        for (String header = line(from); !header.isEmpty(); header = line(from)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            } else if (lower.startsWith("connection:")) {
                last = lower.contains("close");
            }
        }
        byte[] body;
        if (chunked) {
            body = chunks(from);
        } else if (status == 204 || method.equals("HEAD")) {
            body = new byte[0];
        } else if (length >= 0 && length <= MAX_BODY) {
            body = exactly(from, length);
        } else {
            throw new IOException("an answer without a length");
        }
        if (last) {
            close();
        }
        return new Response(status, new String(body, StandardCharsets.UTF_8));
    }

    private static byte[] chunks(InputStream from) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(from);
            int end = line.indexOf(';');
            int size = Integer.parseInt((end < 0 ? line : line.substring(0, end)).strip(), 16);
            if (size == 0) {
                while (!line(from).isEmpty()) {
                    // Trailers say nothing to us.
                }
                return body.toByteArray();
            }
            if (size > MAX_BODY - body.size()) {
                throw new IOException("an answer beyond reason");
            }
            body.write(exactly(from, size));
            if (!line(from).isEmpty()) {
                throw new IOException("a broken chunk");
            }
        }
    }

    private static byte[] exactly(InputStream from, int length) throws IOException {
        byte[] bytes = from.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ends early");
        }
        return bytes;
    }

    private static String line(InputStream from) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int c = from.read(); c != '\n'; c = from.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        SSLSocket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is gone either way.
            }
        }
    }
}
