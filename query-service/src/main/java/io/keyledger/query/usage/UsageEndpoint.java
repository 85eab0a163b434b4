package io.keyledger.query.usage;

import io.keyledger.events.RecordJson;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.usage.UsageQueries.Day;
import io.keyledger.query.usage.UsageQueries.Total;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/v1/usage} and {@code GET /api/v1/keys/{id}/usage}: exact counts by UTC day, 30 days unless asked. */
@RestController
class UsageEndpoint {
    private static final String PERMISSION = "reports:read";
    private static final int DEFAULT_DAYS = 30;
    private static final int MAX_DAYS = 400;

    private final UsageQueries usage;
    private final KeyQueries keys;
    private final KeyLists lists;
    private final MinPosition minPosition;
    private final InstantSource clock;

    UsageEndpoint(UsageQueries usage, KeyQueries keys, KeyLists lists, MinPosition minPosition, InstantSource clock) {
        this.usage = usage;
        this.keys = keys;
        this.lists = lists;
        this.minPosition = minPosition;
        this.clock = clock;
    }

    private record Span(LocalDate start, LocalDate end) {}

    private record TenantUsage(
            String startDate,
            String endDate,
            long requestCount,
            long refusedCount,
            Map<String, Long> keys,
            List<Day> days) {}

    private record KeyUsage(
            String keyId,
            String startDate,
            String endDate,
            long requestCount,
            long refusedCount,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedIp,
            List<CredentialUsage> credentials,
            List<Day> days) {}

    private record CredentialUsage(
            String credentialId,
            long requestCount,
            long refusedCount,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedIp) {}

    @GetMapping("/api/v1/usage")
    void ofTenant(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(request, "startDate", "endDate", MinPosition.NAME);
        Span span = span(parameters);
        minPosition.await(parameters);
        List<Day> days = usage.days(tenant, null, span.start, span.end);
        Answers.json(
                response,
                RecordJson.bytes(new TenantUsage(
                        span.start.toString(),
                        span.end.toString(),
                        days.stream().mapToLong(Day::accepted).sum(),
                        days.stream().mapToLong(Day::refused).sum(),
                        lists.counts(tenant).byStatus(),
                        days)));
    }

    @GetMapping("/api/v1/keys/{id}/usage")
    void ofKey(@PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(request, "startDate", "endDate", MinPosition.NAME);
        Span span = span(parameters);
        minPosition.await(parameters);
        if (!keys.has(tenant, id)) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Total whole = usage.total(id);
        Answers.json(
                response,
                RecordJson.bytes(new KeyUsage(
                        id,
                        span.start.toString(),
                        span.end.toString(),
                        whole.accepted(),
                        whole.refused(),
                        whole.lastUsedAt(),
                        whole.lastUsedIp(),
                        usage.credentials(id).stream()
                                .map(t -> new CredentialUsage(
                                        t.subject(), t.accepted(), t.refused(), t.lastUsedAt(), t.lastUsedIp()))
                                .toList(),
                        usage.days(tenant, id, span.start, span.end))));
    }

    private Span span(Parameters parameters) {
        LocalDate end = parameters.day("endDate");
        LocalDate start = parameters.day("startDate");
        if (end == null) {
            LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
            end = start == null || !start.isAfter(today) ? today : start;
        }
        if (start == null) {
            start = end.minusDays(DEFAULT_DAYS - 1);
        }
        if (start.isAfter(end)) {
            throw Parameters.invalid("endDate", "not before startDate");
        }
        if (ChronoUnit.DAYS.between(start, end) >= MAX_DAYS) {
            throw new Refused(new Refusal.OutOfBounds("startDate", "at most " + MAX_DAYS + " days before endDate"));
        }
        return new Span(start, end);
    }
}
