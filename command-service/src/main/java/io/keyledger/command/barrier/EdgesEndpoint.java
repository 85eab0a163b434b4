package io.keyledger.command.barrier;

import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.web.Reply;
import io.keyledger.events.RecordJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /internal/edges}: which edges there are, and the operator's word that one is gone for good. */
@RestController
class EdgesEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(EdgesEndpoint.class);

    private final LiveBarrier barrier;
    private final EdgeTraffic traffic;

    EdgesEndpoint(LiveBarrier barrier, EdgeTraffic traffic) {
        this.barrier = barrier;
        this.traffic = traffic;
    }

    @GetMapping("/internal/edges")
    ResponseEntity<Map<String, @Nullable Object>> edges() {
        return Reply.of(new Answer(
                200,
                Map.of("items", barrier.edges().stream().map(RecordJson::toMap).toList())));
    }

    @PostMapping("/internal/edges/{edge}/retire")
    ResponseEntity<Map<String, @Nullable Object>> retire(@PathVariable("edge") String edge) {
        if (!barrier.retire(edge)) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        traffic.save();
        LOG.info("edge {} is retired", edge);
        return Reply.of(new Answer(200, Map.of("edge", edge, "standing", "retired")));
    }
}
