package io.keyledger.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
            new Rule(ANY, "/api/v1/usage/**", "reports:read"));

    private final List<Pattern> patterns;

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

    /** A rule as it is compared with each request. */
    private record Pattern(Rule rule, List<String> segments) {
        static Pattern of(Rule rule) {
            return new Pattern(rule, segmentsOf(rule.path()));
        }

        /** @param lower the segments in lower case */
        boolean matches(String requestMethod, List<String> raw, List<String> lower) {
            if (!rule.method().equals(ANY) && !rule.method().equals(requestMethod)) {
                return false;
            }
            for (int i = 0; i < segments.size(); i++) {
                String p = segments.get(i);
                if (p.equals("**") && i == segments.size() - 1) {
                    return true;
                }
                if (i >= raw.size() || !p.equals(ANY) && !p.equals(lower.get(i)) && !p.equals(raw.get(i))) {
                    return false;
                }
            }
            return segments.size() == raw.size();
        }
    }

    public Routes(List<Rule> configured) {
        List<Rule> rules = new ArrayList<>(configured);
        rules.addAll(PLATFORM);
        patterns = rules.stream().map(Pattern::of).toList();
    }

    /**
     * The permission that this request needs.
     *
     * @param path raw, with or without a query string
     */
    public String permission(String method, String path) {
        String verb = method.toUpperCase(Locale.ROOT);
        String action = READS.contains(verb) ? "read" : "write";
        List<String> segments = plain(path);
        if (segments == null) {
            return AMBIGUOUS;
        }
        List<String> lower = new ArrayList<>(segments.size());
        for (String segment : segments) {
            lower.add(segment.toLowerCase(Locale.ROOT));
        }
        for (Pattern pattern : patterns) {
            if (pattern.matches(verb, segments, lower)) {
                Rule rule = pattern.rule();
                return rule.permission().endsWith(":*")
                        ? rule.permission().substring(0, rule.permission().length() - 1) + action
                        : rule.permission();
            }
        }
        return "http:" + action;
    }

    /** The segments of the path's one meaning, or null when it has more than one. */
    private static @Nullable List<String> plain(String raw) {
        int end = raw.length();
        int query = raw.indexOf('?');
        if (query >= 0) {
            end = query;
        }
        int fragment = raw.indexOf('#');
        if (fragment >= 0 && fragment < end) {
            end = fragment;
        }
        List<String> segments = new ArrayList<>();
        for (String part : segmentsOf(raw.substring(0, end))) {
            String segment = decode(part);
            if (segment == null) {
                return null;
            }
            if (segment.equals("..")) {
                if (segments.isEmpty()) {
                    return null;
                }
                segments.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static @Nullable String decode(String part) {
        if (isPlain(part)) {
            return part;
        }
        StringBuilder out = new StringBuilder(part.length());
        int i = 0;
        while (i < part.length()) {
            char c = part.charAt(i);
            int code = c;
            if (c == ';') {
                break;
            }
            if (c == '%') {
                if (i + 2 >= part.length()) {
                    return null;
                }
                int high = Character.digit(part.charAt(i + 1), 16);
                int low = Character.digit(part.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return null;
                }
                code = high << 4 | low;
                i += 2;
                if (code == '/' || code == ';' || code == '%' || code == '?' || code == '#') {
                    return null;
                }
            }
            if (code == '\\' || code < 0x20 || code == 0x7f) {
                return null;
            }
            out.append((char) code);
            i++;
        }
        return out.toString();
    }

    /** Whether nothing in it has to be decoded, cut off or refused. */
    private static boolean isPlain(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '%' || c == ';' || c == '\\' || c < 0x20 || c == 0x7f) {
                return false;
            }
        }
        return true;
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
