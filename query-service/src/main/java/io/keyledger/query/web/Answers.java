package io.keyledger.query.web;

import io.keyledger.starter.ApiKeyFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes answers. */
public final class Answers {
    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";

    /** Set by {@link DoorFilter} on every request. */
    static final String REQUEST_ID = ApiKeyFilter.REQUEST_ID;

    private static final String CHALLENGE = "ApiKey realm=\"keyledger\", Bearer realm=\"keyledger\"";

    private Answers() {}

    /** The id under which log and problem speak of this request. */
    public static @Nullable String requestId(HttpServletRequest request) {
        return request.getAttribute(REQUEST_ID) instanceof String id ? id : null;
    }

    public static void json(HttpServletResponse response, byte[] body) throws IOException {
        response.setContentType(JSON);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Writes the refusal as a problem; nothing must have been written before. */
    public static void refuse(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
            throws IOException {
        Problem problem = Problem.of(refusal);
        byte[] body = problem.json(requestId(request));
        response.setStatus(problem.status());
        if (problem.retryAfterSeconds() > 0) {
            response.setHeader("Retry-After", Integer.toString(problem.retryAfterSeconds()));
        }
        if (refusal instanceof Refusal.Unauthorized) {
            response.setHeader("WWW-Authenticate", CHALLENGE);
        }
        if (refusal instanceof Refusal.MethodNotAllowed r) {
            response.setHeader("Allow", String.join(", ", r.allowed()));
        }
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Whether the caller prefers lines: names NDJSON, and not JSON before it. */
    public static boolean wantsLines(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        if (accept == null) {
            return false;
        }
        for (String range : accept.split(",", -1)) {
            String type = range.split(";", 2)[0].strip();
            if (type.equalsIgnoreCase(NDJSON)) {
                return true;
            }
            if (type.equalsIgnoreCase(JSON)) {
                return false;
            }
        }
        return false;
    }
}
