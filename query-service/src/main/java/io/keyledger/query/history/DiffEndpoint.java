package io.keyledger.query.history;

import io.keyledger.events.CanonicalJson;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.history.Course.Step;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.OwnerRights;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/v1/keys/{id}/diff}: what changed between two moments, by whom and by which events; also of a deleted key. */
@RestController
class DiffEndpoint {
    private static final String PERMISSION = "audit:read";

    private final Courses courses;
    private final MinPosition minPosition;
    private final InstantSource clock;

    DiffEndpoint(Courses courses, MinPosition minPosition, InstantSource clock) {
        this.courses = courses;
        this.minPosition = minPosition;
        this.clock = clock;
    }

    @GetMapping("/api/v1/keys/{id}/diff")
    void diff(@PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String tenant = Access.tenant(PERMISSION).value();
        Parameters parameters = Parameters.of(request, "from", "to", MinPosition.NAME);
        Instant now = clock.instant();
        Instant from = parameters.past("from", now);
        Instant until = parameters.past("to", now);
        if (from == null) {
            throw Parameters.invalid("from", "given: the moment to compare with");
        }
        Instant to = until == null ? now : until;
        if (!from.isBefore(to)) {
            throw Parameters.invalid("to", "after from");
        }
        minPosition.await(parameters);
        Course<KeyState> key = courses.key(tenant, id);
        String own = OwnerRights.ownOnly(request);
        if (key.steps().isEmpty()) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        Step<KeyState> first = key.steps().getFirst();
        if (own != null && !own.equals(first.state().row().owner().value())) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        if (first.since().isAfter(to)) {
            throw new Refused(new Refusal.NotYetCreated(first.since()));
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("keyId", id);
        answer.putAll(Difference.between(key, from, to));
        Answers.json(response, CanonicalJson.bytes(answer));
    }
}
