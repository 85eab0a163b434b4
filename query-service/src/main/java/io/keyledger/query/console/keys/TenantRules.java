package io.keyledger.query.console.keys;

import io.keyledger.query.console.layout.Printable;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the tenant asks of a new key, so that a form can say it before it is sent. command-service decides; this only tells
 * early.
 */
public record TenantRules(
        boolean enabled,
        boolean strictNames,
        boolean expiryRequired,
        @Nullable String maxExpiry,
        @Nullable String defaultExpiry,
        boolean recoverable) {
    private static final Pattern STRICT = Pattern.compile("[A-Za-z0-9_]{1,30}");
    private static final int LONGEST = 100;

    public static TenantRules of(Map<String, String> settings) {
        return new TenantRules(
                !"false".equals(settings.get("keys.enabled")),
                "strict".equals(settings.get("keys.nameRule")),
                "true".equals(settings.get("keys.expiryRequired")),
                settings.get("keys.maxExpiry"),
                settings.get("keys.defaultExpiry"),
                "true".equals(settings.get("keys.recoverable")));
    }

    public String nameRule() {
        return strictNames
                ? "1 to 30 letters A-Z and a-z, digits and underscores."
                : "1 to 100 printable characters, such as “SIEM Integration”.";
    }

    /** Why this cannot be a name; null when it can. */
    public @Nullable String nameProblem(String name) {
        if (name.isEmpty()) {
            return "Give the key a name.";
        }
        if (strictNames) {
            return STRICT.matcher(name).matches()
                    ? null
                    : "Only letters A-Z and a-z, digits and underscores, at most 30.";
        }
        if (name.codePointCount(0, name.length()) > LONGEST) {
            return "At most 100 characters.";
        }
        if (!name.strip().equals(name)) {
            return "No blank at either end.";
        }
        return Printable.all(name) ? null : "Only characters that show.";
    }
}
