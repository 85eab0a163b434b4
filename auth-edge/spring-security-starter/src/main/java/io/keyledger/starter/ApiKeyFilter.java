package io.keyledger.starter;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.events.Ids;
import io.keyledger.events.TenantId;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Credential;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Decides each request by its key, with this service's own edge; a use is on disk before the request goes on. Requests that
 * {@code excluded} matches are none of its business: they are neither decided nor recorded here.
 */
public final class ApiKeyFilter extends OncePerRequestFilter {
    /** The request attribute, a String, under which events and problems know this request. */
    public static final String REQUEST_ID = "io.keyledger.requestId";

    private final Function<AuthRequest, Decision> edge;
    private final RequestPermission permission;
    private final RequestMatcher excluded;
    private final Function<HttpServletRequest, @Nullable String> clientIp;
    private final Function<HttpServletRequest, Predicate<TenantId>> tenants;
    private final ApiKeyProblems problems;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    public ApiKeyFilter(
            EmbeddedEdge edge,
            RequestPermission permission,
            RequestMatcher excluded,
            Function<HttpServletRequest, @Nullable String> clientIp,
            ApiKeyProblems problems) {
        this(edge, permission, excluded, clientIp, _ -> _ -> true, problems);
    }

    /** @param tenants those whose keys may be used for a request; a key of another one is refused as one that is unknown */
    public ApiKeyFilter(
            EmbeddedEdge edge,
            RequestPermission permission,
            RequestMatcher excluded,
            Function<HttpServletRequest, @Nullable String> clientIp,
            Function<HttpServletRequest, Predicate<TenantId>> tenants,
            ApiKeyProblems problems) {
        this(edge::authorize, permission, excluded, clientIp, tenants, problems);
    }

    ApiKeyFilter(
            Function<AuthRequest, Decision> edge,
            RequestPermission permission,
            RequestMatcher excluded,
            Function<HttpServletRequest, @Nullable String> clientIp,
            Function<HttpServletRequest, Predicate<TenantId>> tenants,
            ApiKeyProblems problems) {
        this.edge = edge;
        this.tenants = tenants;
        this.permission = permission;
        this.excluded = excluded;
        this.clientIp = clientIp;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return excluded.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String requestId = requestId(request);
        Decision decision = edge.apply(new AuthRequest(
                Carriers.read(
                        values(request, Carriers.AUTHORIZATION),
                        values(request, Carriers.X_API_KEY),
                        request.getQueryString()),
                permission.of(request),
                request.getMethod(),
                request.getRequestURI(),
                clientIp.apply(request),
                request.getHeader("User-Agent"),
                requestId,
                tenants.apply(request)));
        Credential credential = decision.verdict().credential();
        if (!decision.accepted() || credential == null) {
            problems.refuse(response, decision, requestId);
            return;
        }
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new ApiKeyAuthenticationToken(credential, decision.viewAgeMillis()));
        SecurityContextHolder.setContext(context);
        // Found there again by asynchronous and error dispatches of this request.
        contexts.saveContext(context, request, response);
        try {
            chain.doFilter(request, response);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    private static String requestId(HttpServletRequest request) {
        if (request.getAttribute(REQUEST_ID) instanceof String id) {
            return id;
        }
        String id = "req_" + Ids.ulid(Instant.now());
        request.setAttribute(REQUEST_ID, id);
        return id;
    }

    private static List<String> values(HttpServletRequest request, String header) {
        return Collections.list(request.getHeaders(header));
    }
}
