package io.keyledger.edge.server;

import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.limits.LimitState;
import io.keyledger.verifier.Verdict.Code;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of a key's limits: the fields {@code RateLimit-Policy} and {@code RateLimit} of
 * draft-ietf-httpapi-ratelimit-headers-09 (lists of RFC 9651), {@code Retry-After} (RFC 9110), and the same in JSON. Pure.
 */
final class LimitFields {
    private static final String POLICY = "RateLimit-Policy";
    private static final String LIMIT = "RateLimit";

    private LimitFields() {}

    /** Adds what there is to say, if there is: all limits, the one with least room, and when to come again. */
    static void add(FullHttpResponse response, Decision decision) {
        LimitState state = decision.limit();
        if (state == null && decision.retrySeconds() <= 0) {
            return;
        }
        HttpHeaders headers = response.headers();
        if (state != null) {
            headers.set(POLICY, policies(state));
            headers.set(
                    LIMIT, "\"%s\";r=%d;t=%d".formatted(state.limit().name(), state.remaining(), state.resetSeconds()));
        }
        if (decision.retrySeconds() > 0) {
            headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(decision.retrySeconds()));
        }
    }

    /** A quota's period is the calendar's, which is no number of seconds, so that it has no {@code w}. */
    private static String policies(LimitState state) {
        StringBuilder out = new StringBuilder();
        for (LimitState.Policy policy : state.all()) {
            out.append(out.isEmpty() ? "\"" : ", \"")
                    .append(policy.name())
                    .append("\";q=")
                    .append(policy.requests());
            if (!policy.quota()) {
                out.append(";w=").append(policy.windowSeconds());
            }
        }
        return out.toString();
    }

    /** The same as members of a JSON object; null when there is nothing to say. */
    static @Nullable Map<String, Object> members(Decision decision) {
        LimitState state = decision.limit();
        if (state == null) {
            return null;
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", state.limit().name());
        members.put("requests", state.limit().requests());
        members.put("remaining", state.remaining());
        members.put("resetSeconds", state.resetSeconds());
        return members;
    }

    /** A refusal for want of room, for the bearer. */
    static Problem problem(Decision decision) {
        long seconds = decision.retrySeconds();
        return switch (decision.code()) {
            case QUOTA_EXCEEDED ->
                new Problem(
                        Problem.Kind.QUOTA_EXCEEDED,
                        "The key's quota is used up. It is there again in %d s.".formatted(seconds));
            case THROTTLED ->
                new Problem(
                        Problem.Kind.THROTTLED,
                        "Too many attempts from this address have failed. Try again after %d s.".formatted(seconds));
            default ->
                new Problem(
                        Problem.Kind.RATE_LIMITED,
                        "The key is used too often. Try again after %d s.".formatted(seconds));
        };
    }

    /** Whether it was refused for want of room. */
    static boolean isLimited(Code code) {
        return code == Code.RATE_LIMITED || code == Code.QUOTA_EXCEEDED || code == Code.THROTTLED;
    }
}
