package io.keyledger.query.console.layout;

import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.settings.SettingsQueries;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.DoorFilter;
import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Problem;
import io.keyledger.query.web.Refusal;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.ViewResolver;

/**
 * A refusal as a page that says what to do, for browsers; as a problem for everybody else. Works before Spring's own
 * dispatching has begun, and without the store of sessions.
 */
public final class ErrorPages implements Pages {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);
    private static final int SERVER_ERROR = 500;

    private final ViewResolver views;
    private final SettingsQueries settings;

    public ErrorPages(ViewResolver views, SettingsQueries settings) {
        this.views = views;
        this.settings = settings;
    }

    @Override
    public void refuse(HttpServletRequest request, HttpServletResponse response, Refusal refusal) throws IOException {
        if (DoorFilter.isApi(path(request)) || !takesPages(request)) {
            Answers.refuse(request, response, refusal);
            return;
        }
        if (refusal instanceof Refusal.NotSignedIn) {
            toSignIn(request, response);
            return;
        }
        Problem problem = Problem.of(refusal);
        response.setStatus(problem.status());
        if (problem.retryAfterSeconds() > 0) {
            response.setHeader("Retry-After", Integer.toString(problem.retryAfterSeconds()));
        }
        if (refusal instanceof Refusal.MethodNotAllowed r) {
            response.setHeader("Allow", String.join(", ", r.allowed()));
        }
        Map<String, @Nullable Object> model = new HashMap<>();
        // The frame around a page of a signed-in person takes the very things that may be away.
        Person me = problem.status() >= SERVER_ERROR ? null : PersonFilter.person(request);
        model.put("me", me);
        model.put("here", path(request));
        model.put("times", Times.INSTANCE);
        model.put("wording", wording(me));
        model.put("flashes", List.of());
        model.put("problem", problem);
        model.put("detail", detail(refusal, problem));
        model.put("requestId", Answers.requestId(request));
        try {
            View view = views.resolveViewName("console/error", Locale.ENGLISH);
            if (view == null) {
                throw new IllegalStateException("the error page is missing");
            }
            view.render(model, request, response);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            LOG.error("the error page failed", e);
            Answers.refuse(request, response, refusal);
        }
    }

    /** Asked anew: what has no page has not come past the frame's own interceptor. */
    private Wording wording(@Nullable Person me) {
        try {
            return me == null
                    ? Wording.API_KEYS
                    : Wording.of(settings.of(me.tenant().value()).getOrDefault(Wording.SETTING, ""));
        } catch (DataAccessException e) {
            LOG.debug("what keys are called is not known now: {}", e.toString());
            return Wording.API_KEYS;
        }
    }

    private static void toSignIn(HttpServletRequest request, HttpServletResponse response) {
        String target = "/sign-in";
        if (request.getMethod().equals("GET") && request.getHeader("HX-Request") == null) {
            String query = request.getQueryString();
            String next = query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
            if (!next.equals("/")) {
                target += "?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
            }
        }
        if (request.getHeader("HX-Request") == null) {
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            response.setHeader("Location", target);
        } else {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            response.setHeader("HX-Redirect", target);
        }
    }

    /** What is wrong and what to do, for a person in front of a page. */
    private static String detail(Refusal refusal, Problem problem) {
        return switch (refusal) {
            case Refusal.NoSuchPath _ -> "There is no page here. Take one from the menu, or go to the start.";
            case Refusal.MethodNotAllowed _, Refusal.BadRequest _ ->
                "Your browser sent what this page does not take. Open the page from the menu and try again.";
            case Refusal.AmbiguousPath _ ->
                "This address is not written as the console writes it. Take the page from the menu.";
            default -> problem.detail();
        };
    }

    /** The path that was asked for, also after the container has come here by itself. */
    private static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original
                ? original
                : request.getRequestURI();
    }

    private static boolean takesPages(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }
}
