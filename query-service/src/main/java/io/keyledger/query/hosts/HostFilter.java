package io.keyledger.query.hosts;

import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Refused;
import io.keyledger.query.web.StaticFiles;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out whom a request's host name serves, before anything else is decided. A name that is nobody's gets no further. */
public final class HostFilter extends OncePerRequestFilter {
    private final TenantHosts hosts;
    private final Pages pages;

    public HostFilter(TenantHosts hosts, Pages pages) {
        this.hosts = hosts;
        this.pages = pages;
    }

    /** The page that says so is to look like one. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return StaticFiles.serve(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            hosts.of(request.getServerName()).mark(request);
        } catch (Refused e) {
            pages.refuse(request, response, e.refusal());
            return;
        }
        chain.doFilter(request, response);
    }
}
