package io.keyledger.cli.client;

import io.keyledger.events.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What the platform answered; never a refusal, for those are a {@link Failure}.
 *
 * @param text the body as it came, without the line end
 */
public record Answer(int status, String text, Optional<String> retryAfter) {

    public Map<String, Object> object() {
        try {
            return JsonReader.object(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.FAILED,
                    "The platform answered " + status
                            + " with something that is not a JSON object: is the address in endpoints.json that of Keyledger?");
        }
    }
}
