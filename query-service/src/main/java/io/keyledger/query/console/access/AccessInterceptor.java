package io.keyledger.query.console.access;

import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/** Lets a request to a page only if the page says what it takes, and the person has it. */
public final class AccessInterceptor implements HandlerInterceptor {
    private static final String PACKAGE = "io.keyledger.query.console.";

    private final Sessions sessions;

    public AccessInterceptor(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Whether this interceptor decides about a handler: a page of the console. */
    public static boolean isPage(HandlerMethod method) {
        return (method.getBeanType().getPackageName() + ".").startsWith(PACKAGE);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (handler instanceof ResourceHttpRequestHandler) {
            return true;
        }
        if (!(handler instanceof HandlerMethod method) || !isPage(method)) {
            return true;
        }
        Person person = PersonFilter.person(request);
        judge(method, person, request.getRequestURI());
        if (method.hasMethodAnnotation(Fresh.class) && person != null && !sessions.isFresh(person)) {
            String query = "GET".equals(request.getMethod()) ? request.getQueryString() : null;
            String next = query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
            String target = "/re-authenticate?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
            if (request.getHeader("HX-Request") == null) {
                response.setStatus(HttpServletResponse.SC_SEE_OTHER);
                response.setHeader("Location", target);
            } else {
                response.setHeader("HX-Redirect", target);
            }
            return false;
        }
        return true;
    }

    /** Pure: who may see which page. Refuses a page without a rule. */
    static void judge(HandlerMethod method, @Nullable Person person, String path) {
        if (method.hasMethodAnnotation(ForEverybody.class) && PersonFilter.isOpen(path)) {
            return;
        }
        if (person == null) {
            throw new Refused(new Refusal.NotSignedIn());
        }
        Needs needs = method.getMethodAnnotation(Needs.class);
        if (needs != null) {
            if (needs.own() ? !person.mayOwn(needs.value()) : !person.may(needs.value())) {
                throw new Refused(new Refusal.NotYours(needs.value().wire()));
            }
            return;
        }
        if (!method.hasMethodAnnotation(ForSignedIn.class)) {
            throw new Refused(new Refusal.NotYours("nobody has"));
        }
    }
}
