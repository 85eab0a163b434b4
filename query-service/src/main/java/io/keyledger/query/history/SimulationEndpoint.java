package io.keyledger.query.history;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.KeyId;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.query.web.Access;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.JsonBody;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import io.keyledger.verifier.Countries;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/v1/simulations}: who would have been refused in a window of the past, had something been other; and {@code GET
 * /api/v1/simulations/{id}} for those that take longer than a request waits.
 */
@RestController
class SimulationEndpoint {
    static final Duration LONGEST = Duration.ofDays(31);

    private static final String PERMISSION = "audit:read";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_KEYS = 500;

    private final Simulations simulations;
    private final Courses courses;
    private final UseReader uses;
    private final Countries countries;
    private final InstantSource clock;

    SimulationEndpoint(
            Simulations simulations, Courses courses, UseReader uses, Countries countries, InstantSource clock) {
        this.simulations = simulations;
        this.courses = courses;
        this.uses = uses;
        this.countries = countries;
        this.clock = clock;
    }

    @PostMapping("/api/v1/simulations")
    void simulate(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        String tenant = Access.tenant(PERMISSION).value();
        JsonBody body = JsonBody.of(request, "change", "window", "keys", "owner");
        Simulation.Question question = question(tenant, body);
        Simulations.Job job =
                simulations.start(new Simulation(question, courses, uses, countries, Simulation.MOST_EVENTS));
        answer(response, job, PATIENCE);
    }

    @GetMapping("/api/v1/simulations/{id}")
    void one(@PathVariable("id") String id, HttpServletResponse response) throws IOException, InterruptedException {
        String tenant = Access.tenant(PERMISSION).value();
        Simulations.Job job = simulations.find(tenant, id);
        if (job == null) {
            throw new Refused(new Refusal.NoSuchSimulation());
        }
        answer(response, job, Duration.ZERO);
    }

    private static void answer(HttpServletResponse response, Simulations.Job job, Duration patience)
            throws IOException, InterruptedException {
        Simulation.Result result = job.result(patience);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("id", job.id());
        answer.put("state", result == null ? "running" : "done");
        if (result == null) {
            response.setStatus(HttpServletResponse.SC_ACCEPTED);
            response.setHeader("Location", "/api/v1/simulations/" + job.id());
            answer.put("progress", RecordJson.toMap(job.simulation().progress()));
        } else {
            answer.put("result", RecordJson.toMap(result));
        }
        Answers.json(response, CanonicalJson.bytes(answer));
    }

    private Simulation.Question question(String tenant, JsonBody body) {
        Instant now = clock.instant();
        JsonBody window = body.part("window", "from", "to");
        Instant from = window == null ? null : window.time("from");
        if (window == null || from == null) {
            throw body.missing("window.from");
        }
        Instant given = window.time("to");
        Instant until = given == null || given.isAfter(now) ? now : given;
        if (!from.isBefore(until)) {
            throw window.invalid("from", "before to, and before now");
        }
        if (Duration.between(from, until).compareTo(LONGEST) > 0) {
            throw window.invalid("from", "at most %d days before to".formatted(LONGEST.toDays()));
        }
        List<String> keys = body.texts("keys", MOST_KEYS);
        String owner = body.text("owner", 80);
        if (keys != null && owner != null) {
            throw body.invalid("owner", "left out where there are keys");
        }
        return new Simulation.Question(
                tenant,
                from,
                until,
                keys == null ? null : keys(tenant, keys, body),
                owner == null ? null : owner(owner, body),
                Change.read(body.part("change", "scope", "policy", "expiresAt", "enabled")));
    }

    private List<String> keys(String tenant, List<String> asked, JsonBody body) {
        for (String id : asked) {
            try {
                KeyId unused = new KeyId(id);
            } catch (IllegalArgumentException e) {
                throw body.invalid("keys", "ids of keys: key_ and a ULID of 26 characters");
            }
            if (uses.ownerOf(tenant, id) == null) {
                throw new Refused(new Refusal.NoSuchKey());
            }
        }
        return asked.stream().distinct().toList();
    }

    private static String owner(String owner, JsonBody body) {
        try {
            return new OwnerId(owner).value();
        } catch (IllegalArgumentException e) {
            throw body.invalid("owner", "usr_, svc_ or grp_ and 1 to 64 letters, digits, '.', '-' or '_'");
        }
    }
}
