package io.keyledger.query.web;

import io.keyledger.events.Ids;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The first to see a request: gives it an id, puts the protecting headers on whatever the answer will be, and refuses a path
 * that two readers may read differently, before anything decides by it.
 */
public final class DoorFilter extends OncePerRequestFilter {
    /** Unreserved characters and single slashes; nothing encoded, so that nothing has to be decoded. */
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?|/");

    private static final String FOR_MACHINES = "default-src 'none'; frame-ancestors 'none'";
    /** Nothing inline, nothing from elsewhere: what a page shows can never become what it runs. */
    private static final String FOR_PAGES =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private final InstantSource clock;
    private final Pages pages;

    public DoorFilter(InstantSource clock, Pages pages) {
        this.clock = clock;
        this.pages = pages;
    }

    /** Whether a path is the management API's; all others are the console's. */
    public static boolean isApi(String path) {
        return path.startsWith("/api/") || path.equals("/api");
    }

    /** Whether a raw path can be read in one way only. */
    public static boolean isPlain(String rawPath) {
        return PLAIN.matcher(rawPath).matches();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String requestId = "req_" + Ids.ulid(clock.instant());
        request.setAttribute(Answers.REQUEST_ID, requestId);
        protect(response, requestId, isApi(request.getRequestURI()));
        MDC.put("requestId", requestId);
        try {
            if (!isPlain(request.getRequestURI())) {
                pages.refuse(request, response, new Refusal.AmbiguousPath());
            } else if (!isReadable(request.getQueryString())) {
                pages.refuse(request, response, Problems.UNREADABLE);
            } else {
                decide(request, response, chain);
            }
        } finally {
            MDC.remove("requestId");
        }
    }

    /** A form that cannot be read is found out by whoever asks for a field of it first; what stands in it is not repeated. */
    private void decide(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (InvalidParameterException e) {
            if (response.isCommitted()) {
                throw new IOException("the answer broke off");
            }
            response.resetBuffer();
            pages.refuse(request, response, Problems.UNREADABLE);
        }
    }

    /** Whether a raw query string is UTF-8 in percent-encoding (RFC 3986, section 2.1). */
    static boolean isReadable(@Nullable String query) {
        if (query == null || query.indexOf('%') < 0) {
            return true;
        }
        ByteBuffer bytes = ByteBuffer.allocate(query.length());
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c != '%') {
                bytes.put((byte) (c < 0x80 ? c : '?'));
            } else if (i + 2 < query.length()
                    && Character.digit(query.charAt(i + 1), 16) >= 0
                    && Character.digit(query.charAt(i + 2), 16) >= 0) {
                bytes.put((byte) Integer.parseInt(query.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    static void protect(HttpServletResponse response, String requestId, boolean api) {
        response.setHeader("X-Request-Id", requestId);
        protect(response, api);
    }

    static void protect(HttpServletResponse response, boolean api) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Content-Security-Policy", api ? FOR_MACHINES : FOR_PAGES);
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Strict-Transport-Security", "max-age=31536000");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        response.setHeader("X-Frame-Options", "DENY");
    }
}
