package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.verifier.Carriers;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Credential;
import io.keyledger.verifier.Routes;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/authorize}: forward authentication, as nginx, Traefik, Caddy and Envoy ask it. The key stands in the request's
 * own headers; what is to be authorized stands in the headers of the gateway. What is answered here may reach the bearer,
 * so a refusal says 401, 403, 429 or 503 and no more.
 */
final class AuthorizeDoor {
    static final String PATH = "/v1/authorize";
    static final String NAME = "authorize";

    private static final AsciiString AUTHORIZATION = AsciiString.cached(Carriers.AUTHORIZATION);
    private static final AsciiString X_API_KEY = AsciiString.cached(Carriers.X_API_KEY);
    private static final String HEX = "0123456789ABCDEF";

    private final Function<AuthRequest, Decision> edge;
    private final Routes routes;
    private final AddressRanges proxies;
    private final Counters counters;

    /** @param edge {@link EmbeddedEdge#decide} */
    AuthorizeDoor(Function<AuthRequest, Decision> edge, Routes routes, AddressRanges proxies, Counters counters) {
        this.edge = edge;
        this.routes = routes;
        this.proxies = proxies;
        this.counters = counters;
    }

    /** Whether a path is this door's: it, or something below it. */
    static boolean owns(String path) {
        return path.startsWith(PATH) && (path.length() == PATH.length() || path.charAt(PATH.length()) == '/');
    }

    FullHttpResponse answer(HttpRequest request, Caller caller, String requestId) {
        if (!caller.proxy()) {
            return Answer.problem(
                    new Problem(
                            Problem.Kind.UNTRUSTED_CALLER,
                            "Only gateways may ask here: add the address %s to keyledger.edge.trusted-proxies if it is one."
                                    .formatted(caller.ip())),
                    requestId);
        }
        HttpHeaders headers = request.headers();
        ForwardedRequest forwarded;
        try {
            forwarded = ForwardedRequest.of(
                    request.method().name(), request.uri().substring(PATH.length()), headers, caller.ip(), proxies);
        } catch (ForwardedRequest.Conflict e) {
            return Answer.problem(new Problem(Problem.Kind.BAD_REQUEST, e.getMessage() + "."), requestId);
        }
        return decide(
                NAME,
                Carriers.read(
                        Headers.all(headers, AUTHORIZATION),
                        Headers.all(headers, X_API_KEY),
                        queries(request.uri(), forwarded.uri())),
                forwarded,
                headers.get(HttpHeaderNames.USER_AGENT),
                requestId);
    }

    /** The same for a head that was read from its bytes, of a gateway that may ask; no answer yet. */
    Decision decision(PlainHead head, Caller caller, String requestId) throws ForwardedRequest.Conflict {
        ForwardedRequest forwarded = ForwardedRequest.of(
                HttpMethod.GET.name(),
                head.below(),
                head.forwardedMethod(),
                head.forwardedUri(),
                head.forwardedFor(),
                caller.ip(),
                proxies);
        return decision(
                NAME,
                Carriers.read(head.authorization(), head.xApiKey(), query(forwarded.uri(), "")),
                forwarded,
                head.userAgent(),
                requestId);
    }

    /**
     * The answer for the bearer, whoever asks for it.
     *
     * @param door through which it is asked
     */
    FullHttpResponse decide(
            String door,
            Presented presented,
            ForwardedRequest forwarded,
            @Nullable String userAgent,
            String requestId) {
        return answer(decision(door, presented, forwarded, userAgent, requestId), requestId);
    }

    private Decision decision(
            String door,
            Presented presented,
            ForwardedRequest forwarded,
            @Nullable String userAgent,
            String requestId) {
        Decision decision = edge.apply(new AuthRequest(
                presented,
                routes.permission(forwarded.method(), forwarded.uri()),
                forwarded.method(),
                forwarded.uri(),
                forwarded.ip(),
                userAgent,
                requestId));
        counters.answered(door, decision.code());
        return decision;
    }

    /** What the bearer is told of a decision. */
    static FullHttpResponse answer(Decision decision, String requestId) {
        Credential credential = decision.verdict().credential();
        FullHttpResponse response =
                decision.accepted() && credential != null ? new PassedAnswer(credential) : refused(decision, requestId);
        LimitFields.add(response, decision);
        return response;
    }

    private static FullHttpResponse refused(Decision decision, String requestId) {
        return Answer.problem(
                switch (decision.code().status()) {
                    case 429 -> LimitFields.problem(decision);
                    case 403 ->
                        new Problem(
                                Problem.Kind.FORBIDDEN,
                                "The key's scope or its usage policy does not allow this request. Use a key that may do it, from here and now.");
                    case 503 ->
                        new Problem(Problem.Kind.UNAVAILABLE, "The key cannot be checked now. Try again after 1 s.");
                    default ->
                        new Problem(
                                Problem.Kind.UNAUTHORIZED,
                                "Send one valid key as 'Authorization: ApiKey <key>', 'Authorization: Bearer <key>' or 'X-API-Key: <key>'.");
                },
                requestId);
    }

    /** The query strings of both targets; a key in either was seen by logs. */
    private static @Nullable String queries(String own, String forwarded) {
        int mark = own.indexOf('?');
        return query(forwarded, mark < 0 ? "" : own.substring(mark));
    }

    /** The query of that target behind another one; null when there is neither. */
    private static @Nullable String query(String uri, String before) {
        int mark = uri.indexOf('?');
        String query = mark < 0 ? before : before + uri.substring(mark);
        return query.isEmpty() ? null : query;
    }

    /** RFC 3986: all but the unreserved characters, in UTF-8. */
    static String percentEncoded(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isUnreserved(c)) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    static boolean isUnreserved(char c) {
        return c >= 'A' && c <= 'Z'
                || c >= 'a' && c <= 'z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
