package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What edges are asked, as gateways ask it. */
final class Edges {
    /** For what comes by itself: long enough for a slow machine, and only a failure waits for its end. */
    static final Duration SOON = Duration.ofSeconds(60);

    /** Clocks are read in several processes. */
    private static final Duration TOLERANCE = Duration.ofMillis(50);

    private Edges() {}

    /** Asks again and again until the key is refused, and checks that it was good up to {@code end} and not beyond. */
    static void acceptsExactlyUntil(Door edge, String key, Instant end) {
        while (true) {
            Instant asked = Instant.now();
            String code = code(edge, key);
            Instant answered = Instant.now();
            if (code.equals("accepted")) {
                assertThat(asked).as("accepted after the end").isBefore(end.plus(TOLERANCE));
            } else {
                assertThat(answered).as("%s before the end", code).isAfter(end.minus(TOLERANCE));
                return;
            }
        }
    }

    /** {@code POST /v1/verify}; further members come in pairs. */
    static Answer verify(Door edge, String key, String... more) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("key", key);
        for (int i = 0; i < more.length; i += 2) {
            body.put(more[i], more[i + 1]);
        }
        return edge.post("/v1/verify", body);
    }

    /** Whether the edge finds the key valid, and else its code. */
    static String code(Door edge, String key) {
        Answer answer = verify(edge, key).expect(200);
        return answer.text("code");
    }

    /** Forward-auth for a request of that method and path with that key. */
    static Answer authorize(Door edge, String key, String method, String path) {
        return authorize(edge.as(key), method, path);
    }

    /** Forward-auth with whatever headers the door carries. */
    static Answer authorize(Door edge, String method, String path) {
        return edge.with("X-Forwarded-Method", method)
                .with("X-Forwarded-Uri", path)
                .with("X-Forwarded-Proto", "https")
                .with("X-Forwarded-Host", "api.example.com")
                .with("X-Forwarded-For", "203.0.113.7")
                .with("User-Agent", "system-tests/1")
                .get("/v1/authorize");
    }
}
