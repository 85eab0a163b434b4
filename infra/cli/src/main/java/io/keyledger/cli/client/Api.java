package io.keyledger.cli.client;

import io.keyledger.events.JsonReader;
import io.keyledger.verifier.PresentedKey;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The platform's HTTP API, with the key that this command line uses. Every change carries an Idempotency-Key, so that it
 * is safe to ask again when the platform says "not now". Safe from any thread.
 */
public final class Api implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 4;
    private static final Duration AFTER_BREAK = Duration.ofMillis(500);
    private static final long MAX_WAIT_SECONDS = 10;

    private final URI base;
    private final HttpClient http;
    private final @Nullable PresentedKey key;
    private final boolean bootstrap;

    private Api(URI base, SSLContext tls, @Nullable PresentedKey key, boolean bootstrap) {
        this.base = base;
        this.http = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        this.key = key;
        this.bootstrap = bootstrap;
    }

    /** The management API with the key of these options. */
    public static Api management(Globals globals) {
        Installation installation = globals.installation();
        URI api = installation.api();
        KeyFile file = globals.keyFile();
        return new Api(api, installation.tls(), file.read(), file.bootstrap());
    }

    /** The edge, as a caller at a trusted address. */
    public static Api edge(Installation installation) {
        return new Api(installation.edge(), installation.tls(), null, false);
    }

    /** command-service itself, as the operator of this installation. */
    public static Api operator(Installation installation) {
        return new Api(installation.commandService(), installation.operatorTls(), null, false);
    }

    /** The public part of our key; empty when we use none. */
    public String credentialId() {
        return key == null ? "" : key.credentialId().value();
    }

    public Answer get(String path) {
        return get(path, Map.of());
    }

    public Answer get(String path, Map<String, String> query) {
        return send("GET", at(path + query(query)), null, null);
    }

    /** As {@link #get(String)} for a path that the platform named itself, from the root of its origin. */
    public Answer follow(String path) {
        URI target = base.resolve(path);
        if (!base.getAuthority().equals(target.getAuthority())
                || !base.getScheme().equals(target.getScheme())) {
            throw new Failure(Failure.FAILED, "The platform pointed to another host than its own; not followed.");
        }
        return send("GET", target, null, null);
    }

    /** Sends a question that changes nothing. */
    public Answer ask(String path, String body) {
        return send("POST", at(path), body, null);
    }

    /** @param body the JSON text to send */
    public Answer change(String method, String path, @Nullable String body) {
        return change(method, path, body, UUID.randomUUID().toString());
    }

    public Answer change(String method, String path, @Nullable String body, String idempotencyKey) {
        return send(method, at(path), body, idempotencyKey);
    }

    private Answer send(String method, URI target, @Nullable String body, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(PATIENCE)
                .header("Accept", "application/json, application/problem+json")
                .header("User-Agent", "keyledger-cli")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (key != null) {
            request.header("Authorization", "ApiKey " + key.reveal());
        }
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        HttpRequest built = request.build();
        for (int attempt = 1; ; attempt++) {
            Optional<Duration> pause;
            try {
                Answer answer = exchange(built);
                if (answer.status() < 300) {
                    return answer;
                }
                pause = pauseBeforeAnother(answer);
                if (pause.isEmpty() || attempt == ATTEMPTS) {
                    throw refused(answer);
                }
            } catch (IOException broken) {
                // Whether it was done is not known; with the same Idempotency-Key it is not done twice.
                if (attempt == ATTEMPTS) {
                    throw new Failure(
                            Failure.UNREACHABLE,
                            "The connection to " + origin() + " broke ("
                                    + broken.getClass().getSimpleName()
                                    + "): see `keyledger status`, and look whether it was done before you ask again.");
                }
                pause = Optional.of(AFTER_BREAK);
            }
            sleep(pause.get());
        }
    }

    private Answer exchange(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(
                    response.statusCode(),
                    response.body().strip(),
                    response.headers().firstValue("Retry-After"));
        } catch (HttpTimeoutException | ConnectException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "Nobody answers at " + origin() + ": is the platform up? See `keyledger status`, or start it with"
                            + " `keyledger up`.");
        } catch (SSLException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    origin() + " does not speak TLS with a certificate of this installation: does another program, or"
                            + " another installation, use that port?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "Interrupted.");
        }
    }

    /** How long to wait when the platform says "not now", and it is soon enough to wait for it. */
    private static Optional<Duration> pauseBeforeAnother(Answer answer) {
        if (answer.status() != 503 && answer.status() != 429) {
            return Optional.empty();
        }
        return answer.retryAfter()
                .filter(text -> text.matches("\\d{1,4}"))
                .map(Long::parseLong)
                .filter(seconds -> seconds <= MAX_WAIT_SECONDS)
                .map(seconds -> Duration.ofMillis(Math.max(200, seconds * 1000)));
    }

    private Failure refused(Answer answer) {
        Problem problem = problem(answer);
        if (answer.status() == 401 && key != null) {
            return new Failure(
                    Failure.FAILED,
                    problem.line()
                            + (bootstrap
                                    ? " The bootstrap key lives 24 hours: `keyledger bootstrap` makes the next one."
                                    : " The key in the key file is not, or no longer, good."),
                    problem);
        }
        return new Failure(Failure.FAILED, problem.line(), problem);
    }

    private static Problem problem(Answer answer) {
        try {
            return new Problem(answer.status(), JsonReader.object(answer.text().getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return new Problem(answer.status(), Map.of());
        }
    }

    private URI at(String path) {
        return URI.create(base + path);
    }

    private String origin() {
        return base.getScheme() + "://" + base.getAuthority();
    }

    /** Waits, between two questions to the platform. */
    public void pause(Duration time) {
        sleep(time);
    }

    static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "Interrupted.");
        }
    }

    private static String query(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.entrySet().stream()
                        .map(p -> encode(p.getKey()) + "=" + encode(p.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    /** Safe in a query and as one segment of a path. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
