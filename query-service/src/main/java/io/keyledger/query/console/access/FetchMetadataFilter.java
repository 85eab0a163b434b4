package io.keyledger.query.console.access;

import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Refusal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what a page of another site makes a browser send, by what the browser itself says of it: all but plain
 * navigation. Beside the token in each form, and before it.
 */
public final class FetchMetadataFilter extends OncePerRequestFilter {
    private static final Set<String> OURS = Set.of("same-origin", "none");
    private static final Set<String> SAFE = Set.of("GET", "HEAD");
    private static final Set<String> EMBEDDED = Set.of("object", "embed", "iframe", "frame");

    private final Pages pages;

    public FetchMetadataFilter(Pages pages) {
        this.pages = pages;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isOurs(
                request.getMethod(),
                request.getHeader("Sec-Fetch-Site"),
                request.getHeader("Sec-Fetch-Mode"),
                request.getHeader("Sec-Fetch-Dest"),
                request.getHeader("Origin"),
                request.getHeader("Host"))) {
            chain.doFilter(request, response);
        } else {
            pages.refuse(request, response, new Refusal.CrossSite());
        }
    }

    /**
     * Pure. A browser too old to say where a request comes from is judged by Origin; who says neither, or says "null" as our
     * own pages make it do by their referrer policy, is judged by the token.
     */
    static boolean isOurs(
            String method,
            @Nullable String site,
            @Nullable String mode,
            @Nullable String destination,
            @Nullable String origin,
            @Nullable String host) {
        boolean safe = SAFE.contains(method);
        if (site != null) {
            boolean navigation = safe && "navigate".equals(mode) && !EMBEDDED.contains(String.valueOf(destination));
            return OURS.contains(site) || navigation;
        }
        return safe || origin == null || origin.equals("null") || origin.equals("https://" + host);
    }
}
