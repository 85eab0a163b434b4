package io.keyledger.command.people;

import io.keyledger.events.RecordJson;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sign-in of a person: the only place beside activity events where their address and their program stand.
 *
 * @param signInId as the event {@code auth.login} names it
 * @param method {@code password} or {@code oidc}
 */
public record SignInRow(
        String signInId,
        String method,
        Instant at,
        @Nullable String ip,
        @Nullable String userAgent) {

    /** The JSON object of the API. */
    public Map<String, @Nullable Object> body() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("signInId", signInId);
        body.put("time", RecordJson.time(at));
        body.put("method", method);
        if (ip != null) {
            body.put("ip", ip);
        }
        if (userAgent != null) {
            body.put("userAgent", userAgent);
        }
        return body;
    }

    /** Says nothing of where they were. */
    @Override
    public String toString() {
        return "SignInRow[" + signInId + "]";
    }
}
