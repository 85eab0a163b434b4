package io.keyledger.starter;

import io.keyledger.events.CanonicalJson;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Verdict.Code;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Refusals as RFC 9457 problems. The bearer learns 401, 403 or 503, and no more. */
public final class ApiKeyProblems implements AuthenticationEntryPoint, AccessDeniedHandler {
    private static final String TYPE = "https://keyledger.io/problems/";
    private static final int RETRY_SECONDS = 1;

    /** Answers a request whose key was refused. */
    public void refuse(HttpServletResponse response, Code code, String requestId) throws IOException {
        switch (code.status()) {
            case HttpServletResponse.SC_FORBIDDEN -> forbidden(response, requestId);
            case HttpServletResponse.SC_SERVICE_UNAVAILABLE -> unavailable(response, requestId);
            default -> unauthorized(response, requestId);
        }
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        unauthorized(response, "");
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        forbidden(response, "");
    }

    private static void unauthorized(HttpServletResponse response, String requestId) throws IOException {
        response.setHeader("WWW-Authenticate", Carriers.CHALLENGE);
        write(
                response,
                HttpServletResponse.SC_UNAUTHORIZED,
                "unauthorized",
                "Unauthorized",
                "Send one valid key as 'Authorization: ApiKey <key>', 'Authorization: Bearer <key>' or 'X-API-Key: <key>'.",
                requestId);
    }

    private static void forbidden(HttpServletResponse response, String requestId) throws IOException {
        write(
                response,
                HttpServletResponse.SC_FORBIDDEN,
                "forbidden",
                "Forbidden",
                "The key's scope or its usage policy does not allow this request. Use a key that may do it, from here and now.",
                requestId);
    }

    private static void unavailable(HttpServletResponse response, String requestId) throws IOException {
        response.setHeader("Retry-After", Integer.toString(RETRY_SECONDS));
        write(
                response,
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                "unavailable",
                "Unavailable",
                "The key cannot be checked now. Try again after %d s.".formatted(RETRY_SECONDS),
                requestId);
    }

    private static void write(
            HttpServletResponse response, int status, String slug, String title, String detail, String requestId)
            throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", TYPE + slug);
        problem.put("title", title);
        problem.put("status", status);
        problem.put("detail", detail);
        if (!requestId.isEmpty()) {
            problem.put("requestId", requestId);
        }
        byte[] body = CanonicalJson.bytes(problem);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
