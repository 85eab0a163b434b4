package io.keyledger.edge.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request that a gateway asks about, from the headers that gateways set. Pure.
 *
 * @param uri path and, if there is one, query string
 * @param ip of the client: the last address in X-Forwarded-For that is not a trusted proxy's own; null when the last trusted
 *     proxy does not say for whom it asks, for its own address is nobody's
 */
record ForwardedRequest(String method, String uri, @Nullable String ip) {
    private static final List<String> METHODS = List.of("X-Forwarded-Method", "X-Original-Method");
    private static final List<String> URIS = List.of("X-Forwarded-Uri", "X-Original-URI", "X-Original-URL");
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final int MAX_METHOD = 32;

    /** The gateway contradicts itself, or a client has slipped a header past it. */
    static final class Conflict extends Exception {
        private static final long serialVersionUID = 1;

        Conflict(String message) {
            super(message);
        }
    }

    /**
     * What {@code headers} say, and for what they leave out the asking request itself.
     *
     * @param below what follows {@code /v1/authorize} in the asking request's own target, for gateways that append the
     *     path there; empty when nothing does
     * @throws Conflict when two headers name different methods or targets: one of them may be the client's own
     */
    static ForwardedRequest of(String method, String below, HttpHeaders headers, String peer, AddressRanges proxies)
            throws Conflict {
        String forwardedMethod = one(METHODS, headers);
        String forwardedUri = one(URIS, headers);
        if (forwardedMethod != null && (forwardedMethod.length() > MAX_METHOD || !isToken(forwardedMethod))) {
            throw new Conflict("the forwarded method is no HTTP method");
        }
        String uri = forwardedUri == null ? below.isEmpty() ? "/" : below : path(forwardedUri);
        return new ForwardedRequest(
                forwardedMethod == null ? method : forwardedMethod,
                uri,
                client(headers.getAll(FORWARDED_FOR), peer, proxies));
    }

    private static @Nullable String one(List<String> names, HttpHeaders headers) throws Conflict {
        List<String> values = new ArrayList<>();
        for (String name : names) {
            for (String value : headers.getAll(name)) {
                String plain = URIS.contains(name) ? path(value) : value;
                if (!values.contains(plain)) {
                    values.add(plain);
                }
            }
        }
        if (values.size() > 1) {
            throw new Conflict("more than one of %s, and they differ".formatted(String.join(", ", names)));
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** The path and query of a target that may be a whole URL. */
    private static String path(String target) throws Conflict {
        String path = target;
        int scheme = target.indexOf("://");
        if (scheme > 0 && !target.startsWith("/")) {
            int slash = target.indexOf('/', scheme + 3);
            path = slash < 0 ? "/" : target.substring(slash);
        }
        if (!path.startsWith("/")) {
            throw new Conflict("the forwarded target does not begin with /");
        }
        return path;
    }

    private static @Nullable String client(List<String> lines, String peer, AddressRanges proxies) {
        List<String> hops = new ArrayList<>();
        for (String line : lines) {
            for (String hop : line.split(",", -1)) {
                hops.add(plain(hop.strip()));
            }
        }
        if (hops.isEmpty() && proxies.contains(peer)) {
            return null;
        }
        String client = peer;
        for (int i = hops.size() - 1; i >= 0 && proxies.contains(client); i--) {
            if (!NetUtil.isValidIpV4Address(hops.get(i)) && !NetUtil.isValidIpV6Address(hops.get(i))) {
                return null;
            }
            client = hops.get(i);
        }
        return client;
    }

    /** Without brackets and port. */
    private static String plain(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? hop : hop.substring(1, end);
        }
        int colon = hop.indexOf(':');
        return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-');
    }
}
