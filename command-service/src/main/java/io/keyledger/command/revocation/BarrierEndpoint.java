package io.keyledger.command.revocation;

import io.keyledger.command.barrier.Barrier;
import io.keyledger.command.barrier.Barrier.Outcome;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.web.Reply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/v1/barriers/{id}}: how far a change that was answered 202 has come by now. */
@RestController
class BarrierEndpoint {
    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Barrier barrier;
    private final JdbcTemplate jdbc;

    BarrierEndpoint(Barrier barrier, JdbcTemplate jdbc) {
        this.barrier = barrier;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/barriers/{id}")
    ResponseEntity<Map<String, @Nullable Object>> get(Caller caller, @PathVariable("id") String id) {
        if (!EVENT_ID.matcher(id).matches() || !belongsTo(caller, id)) {
            throw new Refused(new Refusal.NoSuchBarrier());
        }
        Outcome outcome = barrier.status(id).orElseThrow(() -> new Refused(new Refusal.NoSuchBarrier()));
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", id);
        Commands.putOutcome(body, outcome);
        body.remove("barrier");
        return Reply.of(body);
    }

    private boolean belongsTo(Caller caller, String id) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from ledger where event_id = ? and tenant = ?)",
                Boolean.class,
                UUID.fromString(id),
                caller.tenant().value()));
    }
}
