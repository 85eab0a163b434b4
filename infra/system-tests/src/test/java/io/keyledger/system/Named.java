package io.keyledger.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Asks the public origin under other names than its address has, as {@code curl --resolve} does. */
final class Named {
    private final SSLContext tls;
    private final URI origin;

    Named(RunningPlatform platform) {
        this.origin = platform.api().base();
        this.tls = platform.trusting();
    }

    /** What came back. */
    record Answer(int status, String body) {}

    /** Asks over a connection whose certificate is good for that name. */
    Answer get(String host, String key, String path) {
        return get(host, key, path, true);
    }

    /** @param covered whether the certificate has to be good for that name */
    Answer get(String host, String key, String path, boolean covered) {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), origin.getPort());
                SSLSocket socket =
                        (SSLSocket) tls.getSocketFactory().createSocket(plain, host, origin.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            if (covered) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            parameters.setServerNames(List.of(new SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            String request = "GET %s HTTP/1.0\r\nHost: %s:%d\r\nAuthorization: ApiKey %s\r\nConnection: close\r\n\r\n"
                    .formatted(path, host, origin.getPort(), key);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(
                    Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length())), answer);
        } catch (IOException e) {
            throw new AssertionError(host + path + ": " + e, e);
        }
    }
}
