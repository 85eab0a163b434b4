package io.keyledger.query.audit;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyId;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Listing;
import io.keyledger.query.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/v1/audit}: every event of the tenant, newest first; with {@code q} those that hold its words. */
@RestController
class AuditEndpoint {
    private static final String PERMISSION = "audit:read";
    private static final List<String> TYPES =
            Arrays.stream(EventType.values()).map(EventType::shortName).sorted().toList();

    private final EventQueries events;
    private final FullText fullText;
    private final MinPosition minPosition;

    AuditEndpoint(EventQueries events, FullText fullText, MinPosition minPosition) {
        this.events = events;
        this.fullText = fullText;
        this.minPosition = minPosition;
    }

    @GetMapping("/api/v1/audit")
    void audit(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(
                request, "startDate", "endDate", "type", "keyId", "q", "limit", "after", MinPosition.NAME);
        Filter filter = new Filter(
                tenant,
                parameters.from("startDate"),
                parameters.until("endDate"),
                parameters.oneOf("type", TYPES),
                keyId(parameters),
                null,
                null,
                null);
        if (filter.from() != null && filter.until() != null && !filter.from().isBefore(filter.until())) {
            throw Parameters.invalid("endDate", "after startDate");
        }
        String q = parameters.text("q");
        minPosition.await(parameters);
        Listing.write(
                request,
                response,
                parameters,
                EventQueries.KEY_SIZE,
                question(filter, q),
                (after, limit) -> q == null
                        ? events.newestFirst(filter, after, limit)
                        : fullText.newestFirst(filter, q, after, limit));
    }

    private static @Nullable String keyId(Parameters parameters) {
        String keyId = parameters.text("keyId");
        try {
            return keyId == null ? null : new KeyId(keyId).value();
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid("keyId", "key_ and a ULID of 26 characters");
        }
    }

    private static List<@Nullable String> question(Filter filter, @Nullable String q) {
        return Arrays.asList(
                "audit", filter.tenant(), text(filter.from()), text(filter.until()), filter.type(), filter.keyId(), q);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : Objects.toString(time);
    }
}
