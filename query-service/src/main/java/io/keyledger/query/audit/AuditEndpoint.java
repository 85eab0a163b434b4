package io.keyledger.query.audit;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyId;
import io.keyledger.events.siem.AuditFormat;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Listing;
import io.keyledger.query.web.Listing.Item;
import io.keyledger.query.web.Parameters;
import io.keyledger.verifier.Credential;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/v1/audit}: every event of the tenant, newest first; with {@code q} those that hold its words; with {@code
 * order=log}, {@code wait} or for {@code text/event-stream} in the order of the log, as {@link LogPull} gives them.
 */
@RestController
class AuditEndpoint {
    private static final String PERMISSION = "audit:read";
    private static final List<String> TYPES =
            Arrays.stream(EventType.values()).map(EventType::shortName).sorted().toList();

    private static final String LOG = "log";
    private static final Pattern WAIT = Pattern.compile("\\d{1,3}s");

    private final EventQueries events;
    private final FullText fullText;
    private final LogPull pull;
    private final MinPosition minPosition;

    AuditEndpoint(EventQueries events, FullText fullText, LogPull pull, MinPosition minPosition) {
        this.events = events;
        this.fullText = fullText;
        this.pull = pull;
        this.minPosition = minPosition;
    }

    @GetMapping("/api/v1/audit")
    void audit(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Credential asks = Access.credential(PERMISSION);
        String tenant = asks.tenant().value();
        Parameters parameters = Parameters.of(
                request,
                "startDate",
                "endDate",
                "type",
                "keyId",
                "q",
                "order",
                "format",
                "wait",
                "limit",
                "after",
                MinPosition.NAME);
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
        AuditFormat format = format(parameters);
        Duration wait = patience(parameters);
        boolean stream = LogPull.wantsStream(request);
        boolean inLogOrder = stream || wait != null || LOG.equals(parameters.oneOf("order", List.of(LOG, "newest")));
        if (inLogOrder && q != null) {
            throw Parameters.invalid("q", "left out in the order of the log: only the newest-first list searches text");
        }
        minPosition.await(parameters);
        if (inLogOrder) {
            LogPull.Question pulled = new LogPull.Question(filter, format, question(filter, LOG), asks.credentialId());
            if (stream) {
                pull.stream(request, response, parameters, pulled);
            } else {
                pull.lines(request, response, parameters, pulled, wait == null ? Duration.ZERO : wait);
            }
            return;
        }
        if (!format.isJson()) {
            throw Parameters.invalid("format", "cloudevents, ocsf or ecs, or order=log beside it");
        }
        Listing.write(
                request,
                response,
                parameters,
                EventQueries.KEY_SIZE,
                question(filter, q),
                (after, limit) -> (q == null
                                ? events.newestFirst(filter, after, limit)
                                : fullText.newestFirst(filter, q, after, limit))
                        .stream().map(item -> in(format, item)).toList());
    }

    private static Item in(AuditFormat format, Item item) {
        return format == AuditFormat.CLOUDEVENTS
                ? item
                : new Item(() -> format.line(item.json().bytes()), item.key());
    }

    private static AuditFormat format(Parameters parameters) {
        String name = parameters.oneOf("format", AuditFormat.names());
        AuditFormat format = name == null ? null : AuditFormat.ofWire(name);
        return format == null ? AuditFormat.CLOUDEVENTS : format;
    }

    /** {@code wait}: how long to wait for an event when there is none; null when it is not given. */
    private static @Nullable Duration patience(Parameters parameters) {
        String text = parameters.matching("wait", WAIT, "seconds from 0s to 60s, such as 30s");
        if (text == null) {
            return null;
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
        if (wait.compareTo(LogPull.LONGEST_WAIT) > 0) {
            throw Parameters.invalid("wait", "seconds from 0s to 60s, such as 30s");
        }
        return wait;
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
