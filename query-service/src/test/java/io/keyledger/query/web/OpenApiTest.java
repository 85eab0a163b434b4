package io.keyledger.query.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.EventType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
    private static final Pattern TYPES =
            Pattern.compile("short name of an event type\\s+schema:\\s+type: string\\s+enum: \\[([^]]*)]");

    @Test
    void theAuditCanBeAskedForEveryTypeOfEvent() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/openapi.yaml"))) {
            Matcher types = TYPES.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(types.find()).isTrue();
            assertThat(types.group(1).split(",\\s*"))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventType.values())
                            .map(EventType::shortName)
                            .toList());
        }
    }
}
