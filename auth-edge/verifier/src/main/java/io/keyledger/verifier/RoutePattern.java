package io.keyledger.verifier;

import io.keyledger.events.UsagePolicy.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link Route} made ready to be asked. Compared exactly, with upper and lower case: a pattern lets in what it says. */
final class RoutePattern {
    private final @Nullable List<String> methods;
    /** Of each segment; null = any. */
    private final @Nullable String[] segments;
    /** Whether more segments may follow. */
    private final boolean open;

    RoutePattern(Route route) {
        List<String> parts = List.of(
                route.path().substring(route.path().startsWith("/") ? 1 : 0).split("/", -1));
        if (route.path().equals("/")) {
            parts = List.of();
        }
        methods = route.methods() == null ? null : List.copyOf(route.methods());
        open = !parts.isEmpty() && parts.getLast().equals("**");
        segments = new @Nullable String[parts.size() - (open ? 1 : 0)];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = parts.get(i).equals("*") ? null : parts.get(i);
        }
    }

    boolean matches(@Nullable String method, PlainPath path) {
        if (methods != null && (method == null || !methods.contains(method))) {
            return false;
        }
        if (open ? path.segments() < segments.length : path.segments() != segments.length) {
            return false;
        }
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (segment != null && !path.is(i, segment)) {
                return false;
            }
        }
        return true;
    }
}
