package io.keyledger.faults;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks edges about keys and writes down what was asked and answered. Safe from any thread. */
final class Requests {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** As long as an event may hold, so that a disk fills in seconds. */
    private static final String LONG_PATH = "/" + "long/".repeat(400);

    private final History history;
    private final List<Http> edges;
    private final AtomicLong number = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();

    Requests(History history, SSLContext tls, List<URI> edges) {
        this.history = history;
        this.edges = edges.stream().map(edge -> new Http(tls, edge, PATIENCE)).toList();
    }

    /** How many were answered as accepted. */
    long accepted() {
        return accepted.get();
    }

    /** @param ageMillis -1 when it was not said */
    record Verdict(String code, long ageMillis) {}

    /**
     * @param edge from 1
     * @param ip who presents the key, as the edge is told
     * @param bulky whether its use takes as much room as can be
     */
    Verdict verify(String actor, int edge, Key key, String ip, boolean bulky) {
        String request = "faults-" + number.incrementAndGet();
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("edge", "edge-" + edge);
        about.put("keyId", key.keyId());
        about.put("credential", key.credential());
        about.put("request", request);
        Map<String, @Nullable Object> question = new LinkedHashMap<>();
        question.put("key", key.secret());
        question.put("ip", ip);
        question.put("method", "GET");
        question.put("path", bulky ? LONG_PATH : "/objects");
        long operation = history.asked(actor, "verify", about);
        try {
            Http.Answer answer = edges.get(edge - 1).post("/v1/verify", question, "X-Request-Id", request);
            String code = answer.text("code");
            if (answer.status() != 200 && answer.status() != 503 || code.isEmpty()) {
                history.answered(operation, "verify", History.NONE, Map.of("status", answer.status()));
                return new Verdict(History.NONE, -1);
            }
            Object age = answer.body().get("viewAgeMillis");
            Map<String, @Nullable Object> found = new LinkedHashMap<>();
            found.put("ageMillis", age);
            history.answered(operation, "verify", code, found);
            if (code.equals("accepted")) {
                accepted.incrementAndGet();
            }
            return new Verdict(code, age instanceof Long millis ? millis : -1);
        } catch (IOException e) {
            history.answered(
                    operation,
                    "verify",
                    History.NONE,
                    Map.of("failure", e.getClass().getSimpleName()));
            return new Verdict(History.NONE, -1);
        }
    }
}
