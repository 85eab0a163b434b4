package io.keyledger.query.console.users;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sign-in as command-service tells of it. The time is ISO 8601. */
public record SignInView(
        String time,
        String method,
        @Nullable String ip,
        @Nullable String userAgent) {

    static List<SignInView> of(List<Map<String, Object>> items) {
        return items.stream()
                .map(json -> new SignInView(
                        Objects.toString(json.get("time"), ""),
                        Objects.toString(json.get("method"), ""),
                        json.get("ip") instanceof String ip ? ip : null,
                        json.get("userAgent") instanceof String agent ? agent : null))
                .toList();
    }
}
