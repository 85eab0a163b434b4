package io.keyledger.command.people;

import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.access.Role;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A person as lists show them. */
public record PersonRow(
        OwnerId userId,
        Profile profile,
        String origin,
        Set<Role> roles,
        boolean enabled,
        @Nullable Instant accessEndsAt,
        Instant createdAt,
        @Nullable Instant lastLoginAt,
        @Nullable Instant erasedAt) {

    /** The JSON object of the API. */
    public Map<String, @Nullable Object> body() {
        Map<String, @Nullable Object> body = brief();
        if (profile.email() != null) {
            body.put("email", profile.email());
        }
        body.put("roles", Role.wires(roles));
        body.put("origin", origin);
        body.put("enabled", enabled);
        if (accessEndsAt != null) {
            body.put("accessEndsAt", RecordJson.time(accessEndsAt));
        }
        body.put("createdAt", RecordJson.time(createdAt));
        if (lastLoginAt != null) {
            body.put("lastLoginAt", RecordJson.time(lastLoginAt));
        }
        if (erasedAt != null) {
            body.put("erasedAt", RecordJson.time(erasedAt));
        }
        return body;
    }

    /** Only who it is. */
    public Map<String, @Nullable Object> brief() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("userId", userId.value());
        if (profile.login() != null) {
            body.put("login", profile.login());
        }
        body.put("displayName", profile.displayName());
        return body;
    }
}
