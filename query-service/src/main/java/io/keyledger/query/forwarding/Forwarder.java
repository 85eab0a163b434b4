package io.keyledger.query.forwarding;

import io.keyledger.query.web.Answers;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import io.keyledger.query.web.ServedHost;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a request on to command-service over mTLS and its answer back, unchanged, each with a fixed set of headers. Never
 * follows a redirect, and never sends a request twice: whether to repeat a command is for the one who holds its
 * Idempotency-Key.
 */
public final class Forwarder implements AutoCloseable {
    /** The most that a request may hold. */
    public static final int MAX_BODY = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
    /** All values are passed on: two credentials must be refused as two. */
    private static final List<String> THERE =
            List.of("Authorization", "X-API-Key", "User-Agent", "Idempotency-Key", "Content-Type", "Accept");

    private static final List<String> BACK =
            List.of("Content-Type", "WWW-Authenticate", "Retry-After", "Allow", "Location", "Idempotency-Replayed");

    private final HttpClient client;
    private final URI origin;
    private final Duration patience;

    /**
     * The way to {@code origin}.
     *
     * @param ssl with the client certificate of this service, trusting the platform's own CA alone
     * @param patience how long an answer may take: longer than a barrier waits
     */
    public Forwarder(URI origin, SSLContext ssl, Duration patience) {
        this.origin = origin;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(ssl)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /**
     * Answers with what command-service answers.
     *
     * @throws Refused when the body is too large, or command-service is away
     */
    public void forward(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpRequest onward = onward(request, body(request));
        try {
            HttpResponse<InputStream> answer = client.send(onward, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                response.setStatus(answer.statusCode());
                for (String name : BACK) {
                    answer.headers().allValues(name).forEach(value -> response.addHeader(name, value));
                }
                answer.headers().firstValueAsLong("Content-Length").ifPresent(response::setContentLengthLong);
                body.transferTo(response.getOutputStream());
            }
        } catch (ConnectException | HttpConnectTimeoutException e) {
            LOG.warn("command-service is away: {}", e.toString());
            throw new Refused(new Refusal.CommandServiceAway(false));
        } catch (IOException e) {
            if (response.isCommitted()) {
                throw e;
            }
            LOG.warn("command-service gave no answer: {}", e.toString());
            response.reset();
            throw new Refused(new Refusal.CommandServiceAway(true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(new Refusal.CommandServiceAway(true));
        }
    }

    private HttpRequest onward(HttpServletRequest request, byte[] body) {
        String query = request.getQueryString();
        HttpRequest.Builder onward = HttpRequest.newBuilder(
                        origin.resolve(query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query))
                .timeout(patience)
                .method(
                        request.getMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        for (String name : THERE) {
            Collections.list(request.getHeaders(name)).forEach(value -> onward.header(name, value));
        }
        onward.setHeader("X-Keyledger-Client-Ip", request.getRemoteAddr());
        String host = ServedHost.of(request).name();
        if (host != null) {
            // Whose keys may be used under it, command-service decides by what it knows of them.
            onward.setHeader("X-Keyledger-Host", host);
        }
        String requestId = Answers.requestId(request);
        if (requestId != null) {
            onward.setHeader("X-Keyledger-Request-Id", requestId);
        }
        return onward.build();
    }

    /** The whole body: a command that is sent on is a whole one. */
    private static byte[] body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MAX_BODY) {
            throw new Refused(new Refusal.BodyTooLarge(MAX_BODY));
        }
        byte[] body = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new Refused(new Refusal.BodyTooLarge(MAX_BODY));
        }
        return body;
    }
}
