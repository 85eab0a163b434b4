package io.keyledger.command.web;

import io.keyledger.command.dispatch.Outage;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.databind.json.JsonMapper;

/** Turns whatever went wrong into a problem. What it does not know is a bug: logged with its trace, answered without. */
@RestControllerAdvice
public final class Problems {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final JsonMapper JSON = new JsonMapper();
    static final String REQUEST_ID = "io.keyledger.requestId";
    private static final String WHEN_DENIED = "io.keyledger.whenDenied";
    private static final int FORBIDDEN = 403;

    @ExceptionHandler(Exception.class)
    void handle(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        write(thrown, request, response);
    }

    /** Answers with the problem that {@code thrown} is. */
    public static void write(Throwable thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            log.info(
                    "request {} ended after its answer had begun: {}",
                    requestId(request),
                    thrown.getClass().getName());
            return;
        }
        Refusal refusal = refusal(thrown);
        if (refusal instanceof Refusal.Internal) {
            log.error("request {} failed", requestId(request), thrown);
        } else if (refusal instanceof Refusal.DatabaseAway) {
            log.warn("request {}: the database is away: {}", requestId(request), thrown.toString());
        }
        Problem problem = Problem.of(refusal);
        if (problem.status() == FORBIDDEN && request.getAttribute(WHEN_DENIED) instanceof Runnable denied) {
            denied.run();
        }
        write(problem, request, response);
    }

    /** What is to be done before somebody who was let in is told that they may not do this after all. */
    public static void whenDenied(HttpServletRequest request, Runnable denied) {
        request.setAttribute(WHEN_DENIED, denied);
    }

    static void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.resetBuffer();
        response.setStatus(problem.status());
        problem.headers().forEach(response::setHeader);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(Problem.MEDIA_TYPE);
        response.getOutputStream().write(JSON.writeValueAsBytes(problem.body(requestId(request))));
        response.flushBuffer();
    }

    /** Remembers the id under which the request is spoken of. */
    public static void requestId(HttpServletRequest request, String id) {
        request.setAttribute(REQUEST_ID, id);
    }

    /** The id under which the request is spoken of. */
    public static @org.jspecify.annotations.Nullable String requestId(HttpServletRequest request) {
        return (String) request.getAttribute(REQUEST_ID);
    }

    private static Refusal refusal(Throwable thrown) {
        if (thrown instanceof Refused refused) {
            return refused.refusal();
        }
        if (Outage.isDatabaseAway(thrown)) {
            return new Refusal.DatabaseAway();
        }
        return switch (thrown) {
            case NoResourceFoundException _, NoHandlerFoundException _ -> new Refusal.NoSuchPath();
            case HttpRequestMethodNotSupportedException e -> {
                String[] allowed = e.getSupportedMethods();
                yield new Refusal.MethodNotAllowed(allowed == null ? List.of() : List.of(allowed));
            }
            // Its message holds what was sent.
            case InvalidParameterException _ -> new Refusal.BadRequest();
            case HttpMediaTypeException _ -> new Refusal.UnsupportedMediaType();
            case ErrorResponse e when e.getStatusCode().is4xxClientError() -> new Refusal.BadRequest();
            default -> new Refusal.Internal();
        };
    }
}
