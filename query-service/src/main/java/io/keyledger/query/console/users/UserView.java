package io.keyledger.query.console.users;

import io.keyledger.events.access.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A user as command-service tells of them. Times are ISO 8601. */
public record UserView(
        String userId,
        String login,
        String displayName,
        @Nullable String email,
        List<String> roles,
        String origin,
        boolean enabled,
        @Nullable String accessEndsAt,
        @Nullable String createdAt,
        @Nullable String lastLoginAt,
        @Nullable String erasedAt) {

    static UserView of(Map<String, Object> json) {
        List<String> roles = json.get("roles") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
        return new UserView(
                Objects.toString(json.get("userId"), ""),
                Objects.toString(json.get("login"), ""),
                Objects.toString(json.get("displayName"), ""),
                text(json, "email"),
                roles,
                Objects.toString(json.get("origin"), "local"),
                !Boolean.FALSE.equals(json.get("enabled")),
                text(json, "accessEndsAt"),
                text(json, "createdAt"),
                text(json, "lastLoginAt"),
                text(json, "erasedAt"));
    }

    /** Roles by the names that people know. */
    public List<String> roleNames() {
        return roles.stream()
                .map(wire -> {
                    Role role = Role.ofWire(wire);
                    return role == null ? wire : RoleWords.name(role);
                })
                .toList();
    }

    public boolean has(String role) {
        return roles.contains(role);
    }

    /** Where the account comes from, for people. */
    public String originWords() {
        return switch (origin) {
            case "local" -> "Made here";
            case "oidc" -> "Identity provider";
            case "support" -> "Support, for a time";
            default -> origin;
        };
    }

    private static @Nullable String text(Map<String, Object> json, String name) {
        return json.get(name) instanceof String s ? s : null;
    }
}
