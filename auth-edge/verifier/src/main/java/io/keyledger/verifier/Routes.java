package io.keyledger.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which permission a request needs, from its method and path: the first rule that matches, configured ones before those of
 * the platform's own API; else {@code http:read} or {@code http:write}. Immutable; safe from any thread.
 *
 * <p>A path is compared in its plain form: dot segments resolved, doubled slashes and {@code ;parameters} dropped, percent
 * signs decoded once. One that different servers would read differently needs {@link #AMBIGUOUS}, which only
 * administrators hold.
 */
public final class Routes {
    /** What a path of more than one meaning needs. */
    public static final String AMBIGUOUS = "settings:write";

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final String ANY = "*";
    private static final String READ = "read";
    private static final String WRITE = "write";
    private static final String HTTP_READ = "http:" + READ;
    private static final String HTTP_WRITE = "http:" + WRITE;

    private static final List<Rule> PLATFORM = List.of(
            new Rule(ANY, "/api/v1/settings/**", "settings:*"),
            new Rule(ANY, "/api/v1/users/**", "users:*"),
            new Rule(ANY, "/api/v1/roles/**", "roles:*"),
            new Rule(ANY, "/api/v1/configuration/**", "configuration:*"),
            new Rule(ANY, "/api/v1/clients/**", "clients:*"),
            new Rule(ANY, "/api/v1/tenants/**", "platform:operate"),
            new Rule("POST", "/api/v1/edges/**", "platform:operate"),
            new Rule(ANY, "/api/v1/edges/**", "edges:read"),
            new Rule("POST", "/api/v1/sync/**", "sync:execute"),
            new Rule(ANY, "/api/v1/sync/**", "sync:*"),
            new Rule(ANY, "/api/v1/objects/**", "objects:*"),
            new Rule("POST", "/api/v1/keys/*/reveal", "keys:reveal"),
            new Rule(ANY, "/api/v1/keys/**", "keys:*"),
            new Rule(ANY, "/api/v1/audit/**", "audit:read"),
            new Rule(ANY, "/api/v1/decisions/**", "audit:read"),
            new Rule(ANY, "/api/v1/simulations/**", "audit:read"),
            new Rule(ANY, "/api/v1/incidents", "audit:read"),
            new Rule(ANY, "/api/v1/usage/**", "reports:read"));

    /** For {@link #permission}: the calling thread's own. */
    private static final ThreadLocal<PlainPath> PATH = ThreadLocal.withInitial(PlainPath::new);

    private final Pattern[] patterns;

    /**
     * One line of the table.
     *
     * @param method upper case, or {@code *}
     * @param path exact, with {@code *} for one segment, or ending in {@code /**} for this path and all below it
     * @param permission such as {@code orders:execute}; {@code orders:*} = {@code orders:read} or {@code orders:write} by
     *     method
     */
    public record Rule(String method, String path, String permission) {
        public Rule {
            if (!path.startsWith("/") || permission.indexOf(':') <= 0) {
                throw new IllegalArgumentException(
                        "a route needs a path that begins with / and a permission resource:action");
            }
        }
    }

    /**
     * A rule as it is compared with each request.
     *
     * @param read the permission of a request that reads
     * @param write that of any other
     */
    private record Pattern(String method, List<String> path, String read, String write) {
        static Pattern of(Rule rule) {
            String permission = rule.permission();
            boolean byMethod = permission.endsWith(":*");
            String resource = permission.substring(0, permission.length() - 1);
            return new Pattern(
                    rule.method(),
                    segmentsOf(rule.path()),
                    byMethod ? resource + READ : permission,
                    byMethod ? resource + WRITE : permission);
        }

        boolean matches(String requestMethod, PlainPath segments) {
            if (!method.equals(ANY) && !method.equals(requestMethod)) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                String p = path.get(i);
                if (p.equals("**") && i == path.size() - 1) {
                    return true;
                }
                if (i >= segments.segments() || !p.equals(ANY) && !segments.is(i, p) && !segments.isInLowerCase(i, p)) {
                    return false;
                }
            }
            return path.size() == segments.segments();
        }
    }

    public Routes(List<Rule> configured) {
        patterns = Stream.concat(configured.stream(), PLATFORM.stream())
                .map(Pattern::of)
                .toArray(Pattern[]::new);
    }

    /**
     * The permission that this request needs.
     *
     * @param path raw, with or without a query string
     */
    public String permission(String method, String path) {
        String verb = method.toUpperCase(Locale.ROOT);
        boolean reads = READS.contains(verb);
        PlainPath segments = PATH.get();
        if (!segments.read(path)) {
            return AMBIGUOUS;
        }
        for (Pattern pattern : patterns) {
            if (pattern.matches(verb, segments)) {
                return reads ? pattern.read() : pattern.write();
            }
        }
        return reads ? HTTP_READ : HTTP_WRITE;
    }

    private static List<String> segmentsOf(String path) {
        List<String> segments = new ArrayList<>();
        int from = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
            add(segments, path.substring(from, slash));
            from = slash + 1;
        }
        add(segments, path.substring(from));
        return segments;
    }

    private static void add(List<String> segments, String segment) {
        if (!segment.isEmpty()) {
            segments.add(segment);
        }
    }
}
