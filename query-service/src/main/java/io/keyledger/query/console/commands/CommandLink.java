package io.keyledger.query.console.commands;

import io.keyledger.events.JsonReader;
import io.keyledger.query.console.access.Person.Origin;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The console's own connection to command-service, over mTLS. Sends nothing twice. Safe from any thread. */
public final class CommandLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLink.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final byte[] NOTHING = {};

    private final HttpClient client;
    private final URI origin;
    private final Duration patience;

    /**
     * The way to {@code origin}.
     *
     * @param ssl with the client certificate of this service, trusting the platform's own CA alone
     * @param patience how long an answer may take: longer than a barrier waits
     */
    public CommandLink(URI origin, @Nullable SSLContext ssl, Duration patience) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(2));
        this.client = (ssl == null ? builder : builder.sslContext(ssl)).build();
        this.origin = origin;
        this.patience = patience;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** The bytes that are sent for a body. */
    static byte[] bytes(@Nullable Object body) {
        return body == null ? NOTHING : JSON.writeValueAsBytes(body);
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param target path and query string
     * @param headers beside those that say where the request came from
     * @throws Refused when command-service is away
     */
    CommandAnswer send(String method, String target, byte[] body, Origin from, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(origin.resolve(target))
                .timeout(patience)
                .header("Accept", "application/json")
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (body.length > 0) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        if (from.ip() != null) {
            request.header("X-Keyledger-Client-Ip", from.ip());
        }
        if (from.userAgent() != null) {
            request.header("User-Agent", from.userAgent());
        }
        request.header("X-Keyledger-Request-Id", from.requestId());
        try {
            return answer(client.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            LOG.warn("command-service is away: {}", e.toString());
            throw new Refused(new Refusal.CommandServiceAway(false));
        } catch (IOException e) {
            LOG.warn("command-service gave no answer: {}", e.toString());
            throw new Refused(new Refusal.CommandServiceAway(true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(new Refusal.CommandServiceAway(true));
        }
    }

    private static CommandAnswer answer(HttpResponse<byte[]> response) {
        Map<String, Object> body;
        try {
            body = response.body().length == 0 ? Map.of() : JsonReader.object(response.body());
        } catch (IllegalArgumentException e) {
            LOG.error("command-service answered {} with what is not JSON: {}", response.statusCode(), e.toString());
            throw new Refused(new Refusal.Internal());
        }
        return new CommandAnswer(response.statusCode(), body, (int)
                response.headers().firstValueAsLong("Retry-After").orElse(0));
    }
}
