package io.keyledger.query.forwarding;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/**
 * The table of what command-service answers; nothing else ever reaches it. It alone verifies the key of such a request, and
 * accounts for its use.
 */
public final class ForwardTable {

    /** @param path with {@code {id}} for one segment */
    record Route(String method, String path) {
        boolean matches(String requestMethod, String requestPath) {
            if (!method.equals(requestMethod) && !(method.equals("GET") && requestMethod.equals("HEAD"))) {
                return false;
            }
            String[] pattern = path.split("/", -1);
            String[] segments = requestPath.split("/", -1);
            if (pattern.length != segments.length) {
                return false;
            }
            for (int i = 0; i < pattern.length; i++) {
                boolean any = pattern[i].equals("{id}") && !segments[i].isEmpty();
                if (!any && !pattern[i].equals(segments[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    static final List<Route> ROUTES = List.of(
            new Route("POST", "/api/v1/keys"),
            new Route("POST", "/api/v1/keys/revoke"),
            new Route("PATCH", "/api/v1/keys/{id}"),
            new Route("DELETE", "/api/v1/keys/{id}"),
            new Route("POST", "/api/v1/keys/{id}/rotate"),
            new Route("POST", "/api/v1/keys/{id}/revoke"),
            new Route("POST", "/api/v1/keys/{id}/suspend"),
            new Route("POST", "/api/v1/keys/{id}/resume"),
            new Route("POST", "/api/v1/keys/{id}/reveal"),
            new Route("POST", "/api/v1/keys/{id}/forget"),
            new Route("GET", "/api/v1/barriers/{id}"),
            new Route("GET", "/api/v1/audit/checkpoint"),
            new Route("GET", "/api/v1/audit/checkpoints"),
            new Route("GET", "/api/v1/audit/proof"),
            new Route("GET", "/api/v1/audit/consistency"),
            new Route("GET", "/api/v1/audit/head"),
            new Route("POST", "/api/v1/audit/proofs"),
            new Route("GET", "/api/v1/settings"),
            new Route("PUT", "/api/v1/settings"),
            new Route("GET", "/api/v1/users"),
            new Route("POST", "/api/v1/users"),
            new Route("GET", "/api/v1/users/{id}"),
            new Route("PATCH", "/api/v1/users/{id}"),
            new Route("PUT", "/api/v1/users/{id}/roles"),
            new Route("PUT", "/api/v1/users/{id}/password"),
            new Route("PUT", "/api/v1/users/{id}/access"),
            new Route("POST", "/api/v1/users/{id}/disable"),
            new Route("POST", "/api/v1/users/{id}/enable"),
            new Route("POST", "/api/v1/users/{id}/erase"),
            new Route("GET", "/api/v1/users/{id}/sign-ins"),
            new Route("GET", "/api/v1/edges"),
            new Route("POST", "/api/v1/edges/{id}/retire"),
            new Route("GET", "/api/v1/tenants"),
            new Route("POST", "/api/v1/tenants"),
            new Route("PATCH", "/api/v1/tenants/{id}"));

    private ForwardTable() {}

    /** Whether command-service answers this request; the path must be a plain one. */
    public static boolean matches(HttpServletRequest request) {
        return matches(request.getMethod(), request.getRequestURI());
    }

    static boolean matches(String method, String path) {
        return ROUTES.stream().anyMatch(route -> route.matches(method, path));
    }
}
