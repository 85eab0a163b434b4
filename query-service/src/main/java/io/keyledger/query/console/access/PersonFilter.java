package io.keyledger.query.console.access;

import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Refused;
import io.keyledger.query.web.StaticFiles;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who a request to the console comes from, anew at each one. */
public final class PersonFilter extends OncePerRequestFilter {
    private static final String PERSON = "io.keyledger.person";
    private static final List<String> OPEN = List.of("/sign-in", "/setup", "/help", "/error", "/favicon.ico");

    private final Sessions sessions;
    private final Pages pages;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    public PersonFilter(Sessions sessions, Pages pages) {
        this.sessions = sessions;
        this.pages = pages;
    }

    /** Whether everybody may ask for this path. */
    public static boolean isOpen(String path) {
        return StaticFiles.serve(path)
                || OPEN.stream().anyMatch(open -> path.equals(open) || path.startsWith(open + "/"));
    }

    /** Who this request comes from; null for nobody who has signed in. */
    public static @Nullable Person person(HttpServletRequest request) {
        return request.getAttribute(PERSON) instanceof Person person ? person : null;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return StaticFiles.serve(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Person person;
        try {
            person = sessions.person(request);
        } catch (Refused e) {
            if (!isOpen(request.getRequestURI())) {
                pages.refuse(request, response, e.refusal());
                return;
            }
            person = null;
        }
        if (person == null) {
            chain.doFilter(request, response);
            return;
        }
        request.setAttribute(PERSON, person);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new PersonToken(person));
        SecurityContextHolder.setContext(context);
        // Found there again by asynchronous dispatches of this request.
        contexts.saveContext(context, request, response);
        try {
            chain.doFilter(request, response);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }
}
