package io.keyledger.query.history;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.CredentialId;
import io.keyledger.events.RecordJson;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.JsonBody;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/v1/incidents}: what a key did since a moment, found by its credential's id or by any text that it leaked in.
 * Of that text nothing but the credential's id is kept.
 */
@RestController
class IncidentEndpoint {
    private static final String PERMISSION = "audit:read";
    private static final Duration DEFAULT_SPAN = Duration.ofDays(30);

    private final Courses courses;
    private final UseReader uses;
    private final InstantSource clock;

    IncidentEndpoint(Courses courses, UseReader uses, InstantSource clock) {
        this.courses = courses;
        this.uses = uses;
        this.clock = clock;
    }

    @PostMapping("/api/v1/incidents")
    void incident(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        JsonBody body = JsonBody.of(request, Named.KEY, Named.CREDENTIAL_ID, "since");
        Instant now = RecordJson.micros(clock.instant());
        Instant asked = body.time("since");
        if (asked != null && !asked.isBefore(now)) {
            throw body.invalid("since", "a moment that is over: now it is " + RecordJson.time(now));
        }
        Instant since = asked == null ? now.minus(DEFAULT_SPAN) : asked;
        CredentialId id = Named.within(body);
        if (id == null) {
            throw body.invalid(Named.KEY, "a text that a whole key with a right checksum stands in");
        }
        String keyId = courses.keyOf(tenant, id);
        if (keyId == null) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        List<LoggedEvent> life = courses.life(tenant, keyId);
        Course<KeyState> key = Courses.key(life);
        if (key.steps().isEmpty()) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Incident incident = new Incident(life, key, since);
        uses.each(tenant, keyId, since.minus(Incident.PAST), since, incident::past);
        Instant until = now.plusNanos(1_000);
        uses.each(tenant, keyId, since, until, incident::since);
        String owner = key.steps().getFirst().state().row().owner().value();
        Answers.json(response, CanonicalJson.bytes(incident.told(now, uses.siblings(tenant, owner, keyId))));
    }
}
