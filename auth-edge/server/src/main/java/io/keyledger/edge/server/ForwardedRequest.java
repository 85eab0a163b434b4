package io.keyledger.edge.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The request that a gateway asks about, from the headers that gateways set. Pure.
 *
 * @param uri path and, if there is one, query string
 * @param ip of the client: the last address in X-Forwarded-For that is not a trusted proxy's own; null when the last trusted
 *     proxy does not say for whom it asks, for its own address is nobody's
 */
record ForwardedRequest(String method, String uri, @Nullable String ip) {
    private static final List<AsciiString> METHODS = names("X-Forwarded-Method", "X-Original-Method");
    private static final List<AsciiString> URIS = names("X-Forwarded-Uri", "X-Original-URI", "X-Original-URL");
    private static final AsciiString FORWARDED_FOR = AsciiString.cached("X-Forwarded-For");
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
        return of(
                method,
                below,
                one(METHODS, headers, false),
                one(URIS, headers, true),
                Headers.all(headers, FORWARDED_FOR),
                peer,
                proxies);
    }

    /**
     * The same, from what the headers say.
     *
     * @param forwardedFor the values of all lines of X-Forwarded-For
     */
    static ForwardedRequest of(
            String method,
            String below,
            @Nullable String forwardedMethod,
            @Nullable String forwardedUri,
            List<String> forwardedFor,
            String peer,
            AddressRanges proxies)
            throws Conflict {
        if (forwardedMethod != null && !isMethod(forwardedMethod)) {
            throw new Conflict("the forwarded method is no HTTP method");
        }
        String uri = forwardedUri == null ? below.isEmpty() ? "/" : below : path(forwardedUri);
        return new ForwardedRequest(
                forwardedMethod == null ? method : forwardedMethod, uri, client(forwardedFor, peer, proxies));
    }

    private static List<AsciiString> names(String... names) {
        return Stream.of(names).map(AsciiString::cached).toList();
    }

    private static @Nullable String one(List<AsciiString> names, HttpHeaders headers, boolean targets) throws Conflict {
        String one = null;
        boolean differ = false;
        for (int i = 0; i < names.size(); i++) {
            Iterator<String> values = headers.valueStringIterator(names.get(i));
            while (values.hasNext()) {
                String value = values.next();
                String plain = targets ? path(value) : value;
                differ |= one != null && !one.equals(plain);
                one = plain;
            }
        }
        if (differ) {
            throw new Conflict("more than one of %s, and they differ".formatted(String.join(", ", names)));
        }
        return one;
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
        if (!proxies.contains(peer)) {
            return peer;
        }
        if (lines.isEmpty()) {
            return null;
        }
        List<String> hops = new ArrayList<>();
        for (String line : lines) {
            for (String hop : line.split(",", -1)) {
                hops.add(plain(hop.strip()));
            }
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

    static boolean isMethod(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MAX_METHOD;
    }
}
