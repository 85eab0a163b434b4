package io.keyledger.query.web;

import io.keyledger.starter.RequestPermission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which permission a locally answered request needs. A path that nobody answers takes any live key to learn so. */
final class Permissions implements RequestPermission {
    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("/api/v1/keys(/[^/]+)?"), "keys:read"),
            new Rule(Pattern.compile("/api/v1/keys/[^/]+/(history|diff)"), "audit:read"),
            new Rule(Pattern.compile("/api/v1/(decisions/explain|simulations(/[^/]+)?|incidents)"), "audit:read"),
            new Rule(Pattern.compile("/api/v1/audit"), "audit:read"),
            new Rule(Pattern.compile("/api/v1/keys/[^/]+/usage"), "reports:read"),
            new Rule(Pattern.compile("/api/v1/usage"), "reports:read"));

    private record Rule(Pattern path, String permission) {}

    @Override
    public @Nullable String of(HttpServletRequest request) {
        String path = request.getRequestURI();
        for (Rule rule : RULES) {
            if (rule.path.matcher(path).matches()) {
                return rule.permission;
            }
        }
        return null;
    }
}
