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

    private final List<Rule> rules;

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

        boolean matches(String requestMethod, List<String> segments) {
            if (!method.equals(ANY) && !method.equals(requestMethod)) {
                return false;
            }
            List<String> pattern = segmentsOf(path);
            for (int i = 0; i < pattern.size(); i++) {
                String p = pattern.get(i);
                if (p.equals("**") && i == pattern.size() - 1) {
                    return true;
                }
                if (i >= segments.size()
                        || !p.equals(ANY)
                                && !p.equals(segments.get(i).toLowerCase(Locale.ROOT))
                                && !p.equals(segments.get(i))) {
                    return false;
                }
            }
            return pattern.size() == segments.size();
        }
    }

    public Routes(List<Rule> configured) {
        rules = new ArrayList<>(configured);
        rules.addAll(PLATFORM);
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
        for (Rule rule : rules) {
            if (rule.matches(verb, segments)) {
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
        for (char c : new char[] {'?', '#'}) {
            int at = raw.indexOf(c);
            if (at >= 0 && at < end) {
                end = at;
            }
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
